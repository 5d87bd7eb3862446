package dev.larder.load;

import dev.larder.failure.KeyText;
import dev.larder.failure.RecursiveLoadException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The loads under way in one generation of a cache: at most one flight a key (promise G1).
 *
 * <p>Why nothing stale is stored (promise G2, {@code docs/internals/coherence.md}): a flight's value is stored only if,
 * under the lock of the key's entry, the flight is still attached; an invalidation detaches it under the same lock. So
 * whatever is stored after an invalidation was loaded by a flight that began after it.
 *
 * <p>A flight leaves the map before it ends. One that is over and still there could not be taken out, for its key failed or
 * the stack was used up. It counts as gone, so that no key stays locked, and gives way to the next one.
 *
 * <p>Thread-safe.
 */
public final class Flights<K, V> {
    /** Who waits for what, over all caches of the process: the edges along which a circle of loads shows. */
    private static final ConcurrentHashMap<Thread, Flight<?, ?>> WAITING = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<K, Flight<K, V>> inFlight = new ConcurrentHashMap<>();

    /** A new flight for {@code key} if there is none, else null. In a herd ask {@link #of} first: that is cheaper. */
    public @Nullable Flight<K, V> launch(K key, Attempt attempt) {
        Flight<K, V> flight = new Flight<>(key, attempt);
        Flight<K, V> before = inFlight.putIfAbsent(key, flight);
        if (before == null) {
            return flight;
        }
        if (!before.isOver()) {
            return null;
        }
        before.detach(); // an invalidation would not find it any more
        return inFlight.replace(key, before, flight) ? flight : null;
    }

    /** The flight of {@code key}, if one is under way. */
    public @Nullable Flight<K, V> of(K key) {
        Flight<K, V> flight = inFlight.get(key);
        return flight == null || flight.isOver() ? null : flight;
    }

    /** Takes the flight of {@code key} out, so that its value is not stored. Called under the lock of the entry. */
    public void detach(K key) {
        Flight<K, V> flight = inFlight.remove(key);
        if (flight != null) {
            flight.detach();
        }
    }

    /** Ends a flight with a value for all who wait. */
    public void land(Flight<K, V> flight, Landing<K, V> landing) {
        takeOut(flight);
        flight.land(landing);
    }

    /** Ends a flight with the same failure for all who wait. */
    public void crash(Flight<K, V> flight, Throwable cause) {
        takeOut(flight);
        flight.crash(cause);
    }

    private void takeOut(Flight<K, V> flight) {
        try {
            inFlight.remove(flight.key(), flight);
        } catch (RuntimeException | Error keyFailed) {
            return; // it ends all the same, and then counts as gone
        }
    }

    public int size() {
        return inFlight.size();
    }

    /**
     * Notes that the calling thread is about to wait for {@code flight}; {@link #endWait} must follow.
     *
     * @throws RecursiveLoadException if that flight waits, itself or through others, for a load of the calling thread
     */
    public static void beginWait(Flight<?, ?> flight) {
        Thread self = Thread.currentThread();
        WAITING.put(self, flight);
        Flight<?, ?> next = flight;
        while (next != null && !next.isOver()) {
            Thread owner = next.owner();
            if (owner == self) {
                WAITING.remove(self);
                throw new RecursiveLoadException(
                        "the load of key '" + KeyText.of(flight.key()) + "' waits for itself: a loader asked for a key"
                                + " that is being loaded for it. Break the circle in the loaders.",
                        null);
            }
            next = owner == null ? null : WAITING.get(owner);
        }
    }

    /** The calling thread waits no more. */
    public static void endWait() {
        WAITING.remove(Thread.currentThread());
    }
}
