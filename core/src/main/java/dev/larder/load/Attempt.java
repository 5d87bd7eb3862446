package dev.larder.load;

import java.util.concurrent.Executor;

/**
 * The flying of one flight, or of several that were launched together, by whoever launched them.
 *
 * <p>A thread at the end of its stack can call nothing, not even in a {@code finally}, so it may leave a flight that never
 * lands. Whoever launches therefore ends with {@code if (!attempt.isHandedOver) attempt.isOver = true}: stores, which
 * never fail, around everything that may. A flight whose attempt is over has landed or is lost.
 */
public final class Attempt {
    /** Nobody flies any more. */
    public volatile boolean isOver;
    /** Another thread flies, and will say when it is over. */
    public volatile boolean isHandedOver;

    /** Has a thread of {@code executor} fly; where that takes no more, the attempt stays the caller's. */
    public void handOver(Executor executor, Runnable flying) {
        isHandedOver = true;
        try {
            executor.execute(() -> {
                try {
                    flying.run();
                } finally {
                    isOver = true;
                }
            });
        } catch (RuntimeException | Error e) {
            isHandedOver = false;
            throw e;
        }
    }
}
