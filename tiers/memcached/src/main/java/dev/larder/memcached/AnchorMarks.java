package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What each anchor was last told of the list of anchors that a cache has: its fingerprint, in an item of the same name on
 * each of them. Thread-safe.
 *
 * <p>An anchor that was left out of the list for a while still has its pointer, which names the very list that it is in
 * again. Only those that were used meanwhile know better, so whoever begins asks all that are there. A mark that is missing
 * tells nothing either way, and is taken for another list's: whoever runs stores it once more every minute, where it is
 * lost.
 */
final class AnchorMarks {
    private final Servers servers;
    private final Key mark;

    AnchorMarks(Servers servers, Keyspace keys) {
        this.servers = servers;
        this.mark = keys.anchors();
    }

    /** Adds a look at the marks of all anchors that are there. */
    List<Slot> look(Batch batch) {
        List<Slot> looks = new ArrayList<>();
        for (Link anchor : servers.anchors()) {
            Session session = anchor.ready();
            if (session != null) {
                looks.add(batch.add(session, Items.read(mark)));
            }
        }
        return looks;
    }

    /** Whether all that were looked at name this process's anchors. */
    boolean areOurs(List<Slot> looks) {
        byte[] ours = bytes();
        return looks.stream()
                .map(Slot::meta)
                .allMatch(reply -> reply.status() == Status.VA && Arrays.equals(ours, reply.value()));
    }

    /** Adds that all anchors that are there name this process's anchors. */
    void store(Batch batch) {
        for (Link anchor : servers.anchors()) {
            Session session = anchor.ready();
            if (session != null) {
                batch.add(session, Items.store(session, mark, bytes(), 0));
            }
        }
    }

    /** The same where one has no mark. */
    void storeIfLost(Batch batch) {
        for (Link anchor : servers.anchors()) {
            Session session = anchor.ready();
            if (session != null) {
                batch.add(session, Items.storeIfAbsent(session, mark, bytes(), 0));
            }
        }
    }

    private byte[] bytes() {
        return servers.fingerprint().getBytes(StandardCharsets.US_ASCII);
    }
}
