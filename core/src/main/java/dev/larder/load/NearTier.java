package dev.larder.load;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.failure.RebuildException;
import dev.larder.store.Change;
import dev.larder.store.Node;
import dev.larder.store.Store;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The in-process tier of one cache: a current generation, and during a rebuild the next one.
 *
 * <p>Thread-safe. Readers take {@link #current()} once per call. A change goes to the current generation, then to the
 * next one if a rebuild runs; if the phase moved meanwhile it is made again in the generation served by then: so no
 * change that has returned is missing from what readers get afterwards.
 *
 * <p>What a generation that is served no more holds may be of any age, since loads begun in it still store there. So
 * nothing is ever taken over from it: whoever copies from the current generation into the next checks under the lock of
 * the entry in the next one that the switch has not come, and a change after the switch takes the same lock later.
 */
public final class NearTier<K, V> {
    private record Phase<K, V>(
            Generation<K, V> current, @Nullable NextGeneration<K, V> next) {}

    private final LongFunction<Store<K, V>> stores;
    private final Consumer<Store<K, V>> retired;
    /** Written under this object's lock, read without. */
    private volatile Phase<K, V> phase;

    /** The store of the current generation, for readers: a hit then follows fewer references. Follows {@code phase}. */
    private volatile Store<K, V> store;

    private volatile long max;

    /**
     * @param stores makes an empty store of this bound
     * @param max the bound to begin with
     * @param retired told of a store that is no longer served; it may be in use by readers that began before
     */
    public NearTier(LongFunction<Store<K, V>> stores, long max, Consumer<Store<K, V>> retired) {
        this.stores = stores;
        this.max = max;
        this.retired = retired;
        this.store = stores.apply(max);
        this.phase = new Phase<>(new Generation<>(store, new Flights<>()), null);
    }

    /** The bound of each generation. */
    public long max() {
        return max;
    }

    /** Changes the bound, at least 1, of what is served and of what will be; see {@link Store#resize}. */
    @SuppressWarnings("ReferenceEquality") // a phase is itself
    public void resize(long newMax) {
        max = newMax;
        Phase<K, V> seen;
        do { // a phase that begins meanwhile may have been made with the bound before
            seen = phase;
            NextGeneration<K, V> next = seen.next();
            seen.current().store().resize(newMax);
            if (next != null) {
                next.generation().store().resize(newMax);
            }
        } while (seen != phase);
    }

    /** The store that reads are answered from. */
    public Store<K, V> store() {
        return store;
    }

    /** The generation that reads are answered from. */
    public Generation<K, V> current() {
        return phase.current();
    }

    /**
     * Applies {@code change}; where it stores or removes, no load begun before can store its value, and a rebuild under
     * way takes the outcome over. Where the generation is replaced meanwhile, {@code change} is applied again, to the one
     * that is served then: its last answer counts.
     *
     * @throws CacheFullException if there is no room for what {@code change} would store; the entry is as it was
     */
    public @Nullable Node<K, V> change(K key, Change<K, V> change, RemovalCause cause) {
        while (true) {
            Generation<K, V> generation = current();
            Decision<K, V> decision = new Decision<>(generation, key, change);
            Node<K, V> result = generation.store().update(key, decision, cause);
            if (!decision.changes || isInForce(key, generation)) {
                return result;
            }
        }
    }

    /** Applies {@code change}, which concerns the times of an entry and not its value: a rebuild goes its own way. */
    public @Nullable Node<K, V> adjust(K key, Change<K, V> change, RemovalCause cause) {
        Generation<K, V> generation = current();
        return generation.store().update(key, new Decision<>(generation, key, change), cause);
    }

    /**
     * Hands a change made in {@code from} to the rebuild under way, if there is one; false where {@code from} is served no
     * more and what replaced it does not have the change.
     */
    @SuppressWarnings("ReferenceEquality") // generations are themselves, whatever they hold
    private boolean isInForce(K key, Generation<K, V> from) {
        NextGeneration<K, V> carriedTo = null;
        while (true) {
            Phase<K, V> seen = phase;
            if (seen.current() != from) {
                return carriedTo != null && carriedTo.generation() == seen.current();
            }
            NextGeneration<K, V> next = seen.next();
            if (next == null || next == carriedTo) {
                return true;
            }
            if (!next.admits(key)) {
                abandon(next);
            } else if (next.supersede(key, from, () -> phase.next() == next)) {
                carriedTo = next;
            }
        }
    }

    /** Removes the entry of {@code key}; no load begun before can store its value. Returns what was there. */
    public @Nullable Node<K, V> remove(K key, RemovalCause cause) {
        Removal<K, V> removal = new Removal<>();
        change(key, removal, cause);
        return removal.old;
    }

    /**
     * Stores the value of {@code flight} in the generation it flew for, unless the flight was detached; returns whether it
     * was still attached. Where there is no room for the value, the key is left without one, rather than with an older.
     */
    @SuppressWarnings("ReferenceEquality") // a generation is itself, whatever it holds
    public boolean install(Generation<K, V> generation, Flight<K, V> flight, Node<K, V> node) {
        boolean attached;
        try {
            attached = installOrRemove(generation, flight, node.key(), node);
        } catch (CacheFullException e) { // counted where it was thrown; whoever waits gets the value all the same
            attached = installOrRemove(generation, flight, node.key(), null);
        }
        Phase<K, V> seen = phase;
        NextGeneration<K, V> next = seen.next();
        if (attached && next != null && seen.current() == generation) {
            next.carryIfSuperseded(node.key(), generation, () -> phase.next() == next);
        }
        return attached;
    }

    private boolean installOrRemove(
            Generation<K, V> generation, Flight<K, V> flight, K key, @Nullable Node<K, V> node) {
        boolean[] attached = {false};
        generation
                .store()
                .update(
                        key,
                        current -> {
                            attached[0] = flight.isAttached();
                            return attached[0] ? node : current;
                        },
                        RemovalCause.REPLACED);
        return attached[0];
    }

    /** Serves an empty generation from now on. A rebuild under way is void. */
    public void clear() {
        Generation<K, V> fresh = fresh();
        retired.accept(replace(new Phase<>(fresh, null)).current().store());
        fresh.store().resize(max); // which may have changed since the store was made
    }

    private synchronized Phase<K, V> replace(Phase<K, V> next) {
        Phase<K, V> before = phase;
        phase = next;
        store = next.current().store();
        return before;
    }

    /** Begins a rebuild. */
    public synchronized NextGeneration<K, V> beginRebuild() {
        if (phase.next() != null) {
            throw new RebuildException("another rebuild of this cache is running; wait for it to end", null);
        }
        NextGeneration<K, V> next = new NextGeneration<>(fresh());
        phase = new Phase<>(phase.current(), next);
        return next;
    }

    /** Serves {@code next} from now on; false where a clear came between and nothing was switched. */
    public boolean switchTo(NextGeneration<K, V> next) {
        Store<K, V> old;
        synchronized (this) {
            next.checkComplete();
            if (phase.next() != next) {
                return false;
            }
            old = replace(new Phase<>(next.generation(), null)).current().store();
        }
        retired.accept(old);
        return true;
    }

    /** Gives a rebuild up, unless it has switched or a clear has ended it already. */
    public synchronized void abandon(NextGeneration<K, V> next) {
        if (phase.next() == next) {
            phase = new Phase<>(phase.current(), null);
        }
    }

    private Generation<K, V> fresh() {
        return new Generation<>(stores.apply(max), new Flights<>());
    }

    /** A change and whether it changed anything; where it did, the key's flight is taken out under the same lock. */
    private static final class Decision<K, V> implements Change<K, V> {
        private final Generation<K, V> generation;
        private final K key;
        private final Change<K, V> change;
        boolean changes;

        Decision(Generation<K, V> generation, K key, Change<K, V> change) {
            this.generation = generation;
            this.key = key;
            this.change = change;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a change that returns what it was given changes nothing
        public @Nullable Node<K, V> apply(@Nullable Node<K, V> current) {
            Node<K, V> result = change.apply(current);
            changes = result != current || result == null;
            if (changes) {
                generation.flights().detach(key);
            }
            return result;
        }
    }

    /** Removes, and remembers what was there. */
    private static final class Removal<K, V> implements Change<K, V> {
        @Nullable Node<K, V> old;

        @Override
        public @Nullable Node<K, V> apply(@Nullable Node<K, V> current) {
            old = current;
            return null;
        }
    }
}
