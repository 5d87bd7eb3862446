package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries that one change drops, to be reported when the locks are released.
 *
 * <p>A departure is noted first, while the entry is still there, and counts from the moment that {@code count} says so:
 * that is a store beside the one that takes the entry out of its slot, so each entry is in a slot or among those counted,
 * wherever a change fails.
 *
 * <p>Each shard has one, guarded by its lock and empty at rest, so that a change allocates none.
 */
final class Turnover<K, V> {
    /** An entry that left. */
    record Departure<K, V>(Node<K, V> node, RemovalCause cause) {}

    /** How many have left. More may be noted. */
    int count;
    /** Most changes drop none or one, so the first needs no list. Of no meaning while {@code count} is 0. */
    @Nullable Node<K, V> firstNode;

    RemovalCause firstCause = RemovalCause.REMOVED;
    /** Those after the first. May hold more than {@code count} says. */
    @Nullable List<Departure<K, V>> more;

    /** Notes the next one to leave. */
    void note(Node<K, V> node, RemovalCause cause) {
        note(count, node, cause);
    }

    /** Notes one as number {@code at}, in place of whatever was noted from there on. */
    void note(int at, Node<K, V> node, RemovalCause cause) {
        if (at == 0) {
            firstNode = node;
            firstCause = cause;
            more = null;
            return;
        }
        List<Departure<K, V>> list = more;
        if (list == null) {
            list = new ArrayList<>();
            more = list;
        }
        while (list.size() >= at) {
            list.remove(list.size() - 1);
        }
        list.add(new Departure<>(node, cause));
    }

    boolean isEmpty() {
        return count == 0;
    }
}
