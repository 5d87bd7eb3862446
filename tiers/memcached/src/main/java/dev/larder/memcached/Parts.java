package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Values that are too large for one item: a {@link PartedHead} in the value's item, and parts under a name that is drawn
 * anew for each store, on the same server. The fence is the head's. So parts of two stores never mix, and whoever makes the
 * head void makes the value void. A part that is missing, or a sum that is wrong, makes the value a miss. Thread-safe:
 * immutable.
 *
 * @param keys the names of the cache's items
 * @param limits what is split, and into what
 */
record Parts(Keyspace keys, Limits limits) {
    /** Room for an item's key, header and CAS number, which count as part of it. */
    private static final int OVERHEAD = 512;

    /**
     * What is split.
     *
     * @param itemBytes the largest item of the servers (their {@code -I})
     * @param splitUpToBytes the largest value that is split; 0 where none is
     */
    record Limits(int itemBytes, int splitUpToBytes) {
        static final int LEAST_ITEM_BYTES = 16 << 10;
        /** Parsers take no larger values. */
        static final int MOST_BYTES = 64 << 20;

        static final Limits DEFAULT = new Limits(1 << 20, 16 << 20);

        /** Whether so many bytes go into one item; where nothing is split the server may say so. */
        private boolean areWhole(int bytes) {
            return splitUpToBytes == 0 ? bytes <= MOST_BYTES - OVERHEAD : bytes <= itemBytes - OVERHEAD;
        }

        /** Half an item, which Memcached keeps in one piece. */
        private int partBytes() {
            return itemBytes / 2 - OVERHEAD;
        }
    }

    /**
     * A value as it is to be stored.
     *
     * @param body what comes into the value's item
     * @param names of the parts; none where the value is whole
     */
    @SuppressWarnings("ArrayRecordComponent") // carried to the wire, compared by nobody
    record Stored(byte[] body, List<Key> names) {
        /** Adds the removal of parts whose head was not stored. */
        void drop(Session session) {
            if (!names.isEmpty() && session.isOpen()) {
                Batch batch = new Batch();
                names.forEach(name -> batch.add(session, Items.remove(name)));
                var unused = batch.send(); // what stays is evicted, or ends with its life
            }
        }
    }

    /** Adds the parts of {@code envelope} to {@code batch}, if it needs any, and gives what comes into the value's item. */
    Stored add(Batch batch, Session session, Target target, byte[] envelope) {
        byte[] whole = Body.of(target.entry(), envelope);
        if (limits.areWhole(whole.length)) {
            return new Stored(whole, List.of());
        }
        if (envelope.length > limits.splitUpToBytes()) {
            throw new TierException(
                    "a value of " + envelope.length + " bytes is larger than split-up-to, which is "
                            + limits.splitUpToBytes() + ". It is not stored.",
                    null);
        }
        String name = Tokens.next();
        PartedHead head = PartedHead.of(envelope, name, limits.partBytes());
        List<Key> names = new ArrayList<>();
        for (int i = 0; i < head.count(); i++) {
            Key key = keys.part(target.generation(), name, i);
            names.add(key);
            batch.add(session, Items.store(session, key, head.part(envelope, i), target.lifeSeconds()));
        }
        return new Stored(Body.of(target.entry(), head.bytes(envelope)), names);
    }

    /** Whose value is stored, and for how long. */
    record Target(String generation, Entry entry, int lifeSeconds) {}

    /** {@code found} with its parts in place; null where they are not all there. Null stays null. */
    CompletionStage<@Nullable FarValue> whole(@Nullable Session session, String generation, @Nullable FarValue found) {
        if (found == null || session == null || !PartedHead.isOne(found.bytes())) {
            return CompletableFuture.completedFuture(found);
        }
        PartedHead head = PartedHead.read(found.bytes(), limits.splitUpToBytes());
        if (head == null) {
            return CompletableFuture.completedFuture(null);
        }
        Batch batch = new Batch();
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < head.count(); i++) {
            slots.add(batch.add(session, Items.read(keys.part(generation, head.name(), i))));
        }
        return batch.send().thenApply(done -> {
            List<byte[]> parts = new ArrayList<>();
            for (Slot slot : slots) {
                byte[] part = slot.meta().status() == Status.VA ? slot.meta().value() : null;
                if (part == null) {
                    return null;
                }
                parts.add(part);
            }
            byte[] envelope = head.whole(found.bytes(), parts);
            return envelope == null ? null : new FarValue(envelope, found.leftMillis());
        });
    }
}
