package dev.larder.load;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One load that the callers of a process share. It stands in {@link Flights} from before the first tier is asked until
 * it has landed; an invalidation takes it out, and from then on its value may be handed to those who wait but never be
 * stored.
 *
 * <p>Thread-safe: {@code attached} goes from true to false once, under the lock of the key's entry in the store; the
 * landing completes once.
 */
public final class Flight<K, V> {
    private final K key;
    private final Attempt attempt;
    private final CompletableFuture<Landing<K, V>> landing = new CompletableFuture<>();
    private volatile boolean attached = true;
    /** The thread that loads; null before and after. */
    private volatile @Nullable Thread owner;

    Flight(K key, Attempt attempt) {
        this.key = key;
        this.attempt = attempt;
    }

    public K key() {
        return key;
    }

    /** Whether its value may still be stored. */
    public boolean isAttached() {
        return attached;
    }

    /** Forbids to store its value. */
    public void detach() {
        attached = false;
    }

    /** Whether there is an outcome, or never will be. */
    boolean isOver() {
        return attempt.isOver || landing.isDone();
    }

    /** Whether there will never be an outcome: the thread that flew ran out of stack. */
    public boolean isLost() {
        return attempt.isOver && !landing.isDone(); // in this order: it lands before the attempt is over
    }

    /** The outcome for all who wait. */
    public CompletableFuture<Landing<K, V>> landing() {
        return landing;
    }

    /** The calling thread is the one that loads. */
    public void begin() {
        owner = Thread.currentThread();
    }

    @Nullable Thread owner() {
        return owner;
    }

    void land(Landing<K, V> landed) {
        owner = null;
        landing.complete(landed);
    }

    void crash(Throwable cause) {
        owner = null;
        landing.completeExceptionally(cause);
    }
}
