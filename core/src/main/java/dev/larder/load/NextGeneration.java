package dev.larder.load;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.failure.RebuildException;
import dev.larder.store.Node;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A generation that a rebuild fills while readers are served from the current one.
 *
 * <p>A key changed or invalidated meanwhile is <em>superseded</em>: the rebuild's row for it is refused, since it may be
 * older than the change, and what the current generation holds for the key is carried over instead (see
 * {@code docs/internals/coherence.md}; the set of marks stands for the tombstones of a shared tier). Thread-safe: a key's mark is set before its entry is touched, and the
 * mark is read under the entry's lock.
 */
public final class NextGeneration<K, V> {
    /** Past this many changes during one rebuild the rebuild is given up: promise G6. */
    static final int MAX_SUPERSEDED = 1_000_000;

    private final Generation<K, V> generation;
    private final Set<K> superseded = ConcurrentHashMap.newKeySet();
    private volatile boolean overrun;
    /** Why a change made meanwhile could not be taken over. */
    private volatile @Nullable CacheFullException refusal;

    NextGeneration(Generation<K, V> generation) {
        this.generation = generation;
    }

    Generation<K, V> generation() {
        return generation;
    }

    /**
     * Takes a row of the origin; false where the key is superseded.
     *
     * @throws CacheFullException if there is no room for it
     */
    public boolean offer(Node<K, V> row) {
        boolean[] refused = {false};
        generation
                .store()
                .update(
                        row.key(),
                        current -> {
                            refused[0] = superseded.contains(row.key());
                            return refused[0] ? current : row;
                        },
                        RemovalCause.REPLACED);
        return !refused[0];
    }

    /** Whether one more changed key can be taken over; where not, the rebuild must be given up. */
    boolean admits(K key) {
        if (superseded.size() >= MAX_SUPERSEDED && !superseded.contains(key)) {
            overrun = true;
        }
        return !overrun && refusal == null;
    }

    /**
     * The key was changed: what {@code from} holds for it now is what the next generation holds. False, and nothing done,
     * where {@code isNext} says that this generation is not the next one any more, or where it has no room for the value:
     * then it {@linkplain #admits admits} no change any more.
     */
    boolean supersede(K key, Generation<K, V> from, BooleanSupplier isNext) {
        superseded.add(key);
        try {
            return carry(key, from, isNext);
        } catch (CacheFullException e) {
            refusal = e;
            return false;
        }
    }

    /** A superseded key was loaded anew: carries that over too, so that the switch does not cost a miss. */
    void carryIfSuperseded(K key, Generation<K, V> from, BooleanSupplier isNext) {
        if (superseded.contains(key)) {
            try {
                carry(key, from, isNext);
            } catch (CacheFullException e) { // then the switch does cost one; no change is lost by that
                return;
            }
        }
    }

    private boolean carry(K key, Generation<K, V> from, BooleanSupplier isNext) {
        boolean[] carried = {false};
        generation
                .store()
                .update(
                        key,
                        current -> {
                            carried[0] = isNext.getAsBoolean();
                            return carried[0] ? from.store().peek(key) : current;
                        },
                        RemovalCause.REPLACED);
        return carried[0];
    }

    void checkComplete() {
        if (overrun) {
            throw new RebuildException(
                    "more than " + MAX_SUPERSEDED + " keys were changed during the rebuild; the old generation goes on."
                            + " Rebuild at a quieter time.",
                    null);
        }
        if (refusal != null) {
            throw new RebuildException(
                    "a change made during the rebuild found no room in the new generation; the old one goes on: "
                            + refusal.getMessage(),
                    refusal);
        }
    }
}
