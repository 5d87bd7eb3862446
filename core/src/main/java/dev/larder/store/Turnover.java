package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one change moves besides its own entry: the room it holds, taken from the bound or freed by entries it dropped and
 * not yet spent on others; and those entries, to be reported when the locks are released. Confined to the thread of the
 * change.
 */
final class Turnover<K, V> {
    private record Departure<K, V>(Node<K, V> node, RemovalCause cause) {}

    private long room;
    /** Most changes drop none or one, so the first needs no list. */
    private @Nullable Departure<K, V> first;

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
        Departure<K, V> departure = new Departure<>(node, cause);
        if (first == null) {
            first = departure;
            return;
        }
        if (more == null) {
            more = new ArrayList<>();
        }
        more.add(departure);
    }

    /** Reports all that left, even where the receiver throws; then throws what it threw first. */
    void report(Removals<K, V> removals) {
        if (first == null) {
            return;
        }
        RuntimeException failure = report(removals, first);
        if (more != null) {
            for (Departure<K, V> departure : more) {
                RuntimeException next = report(removals, departure);
                if (failure == null) {
                    failure = next;
                } else if (next != null) {
                    failure.addSuppressed(next);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static <K, V> @Nullable RuntimeException report(Removals<K, V> removals, Departure<K, V> departure) {
        try {
            removals.removed(departure.node(), departure.cause());
            return null;
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }
}
