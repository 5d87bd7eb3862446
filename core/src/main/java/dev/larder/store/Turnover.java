package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one change moves besides its own entry: the room it holds, taken from the bound or freed by entries it dropped and
 * not yet spent on others; and those entries, to be reported when the locks are released.
 *
 * <p>Each shard has one, guarded by its lock and empty at rest, so that a change allocates none.
 */
final class Turnover<K, V> {
    /** An entry that left. */
    record Departure<K, V>(Node<K, V> node, RemovalCause cause) {}

    private long room;
    /** Most changes drop none or one, so the first needs no list. */
    private @Nullable Node<K, V> firstNode;

    private RemovalCause firstCause = RemovalCause.REMOVED;
    private @Nullable List<Departure<K, V>> more;

    long room() {
        return room;
    }

    void gain(long cost) {
        room += cost;
    }

    void spend(long cost) {
        room -= cost;
    }

    void left(Node<K, V> node, RemovalCause cause) {
        if (firstNode == null) {
            firstNode = node;
            firstCause = cause;
            return;
        }
        if (more == null) {
            more = new ArrayList<>();
        }
        more.add(new Departure<>(node, cause));
    }

    /** The entry that left first, if any did. */
    @Nullable Node<K, V> firstNode() {
        return firstNode;
    }

    /** Why it left. */
    RemovalCause firstCause() {
        return firstCause;
    }

    /** Those that left after it; null for none. */
    @Nullable List<Departure<K, V>> more() {
        return more;
    }

    /** Forgets all: the change is over. */
    void reset() {
        room = 0;
        firstNode = null;
        more = null;
    }

    boolean isEmpty() {
        return room == 0 && firstNode == null && more == null;
    }
}
