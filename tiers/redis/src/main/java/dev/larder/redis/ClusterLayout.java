package dev.larder.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which node of a cluster has which slot, as one of them said. Immutable. */
final class ClusterLayout {
    private final @Nullable Endpoint[] owners;
    private final Set<Endpoint> masters;

    private ClusterLayout(@Nullable Endpoint[] owners) {
        this.owners = owners;
        Set<Endpoint> found = new HashSet<>();
        for (Endpoint owner : owners) {
            if (owner != null) {
                found.add(owner);
            }
        }
        this.masters = Set.copyOf(found);
    }

    /** Reads the answer to {@code CLUSTER SLOTS} of the node at {@code asked}, which may leave its own name out. */
    static ClusterLayout read(List<Object> answer, Endpoint asked) {
        @Nullable Endpoint[] owners = new Endpoint[SlotHash.SLOT_COUNT];
        for (Object range : answer) {
            List<?> parts = (List<?>) range;
            List<?> master = (List<?>) parts.get(2);
            Object name = master.get(0);
            String host = name == null ? "" : new String((byte[]) name, StandardCharsets.UTF_8);
            boolean isUnknown = host.isEmpty() || host.equals("?");
            Endpoint owner = new Endpoint(isUnknown ? asked.host() : host, number(master.get(1)));
            Arrays.fill(owners, number(parts.get(0)), number(parts.get(1)) + 1, owner);
        }
        return new ClusterLayout(owners);
    }

    private static int number(Object reply) {
        return Math.toIntExact((Long) Objects.requireNonNull(reply));
    }

    /** The same but for one slot. */
    ClusterLayout moved(int slot, Endpoint owner) {
        @Nullable Endpoint[] changed = owners.clone();
        changed[slot] = owner;
        return new ClusterLayout(changed);
    }

    /** Who has {@code slot}, or null where nobody does. */
    @Nullable Endpoint owner(int slot) {
        return owners[slot];
    }

    Set<Endpoint> masters() {
        return masters;
    }
}
