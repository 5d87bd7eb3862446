package dev.larder;

import java.util.concurrent.TimeUnit;

/** Makes calls with hardly any stack left: at the very end of it, then a frame above that, and so on. */
public final class DeepDive {
    /** Offsets that are so far apart meet every one of the 256 there are, and the first few differ much. */
    public static final int STRIDE = 37;

    private static final long STACK_BYTES = 256 << 10;
    private static final long PATIENCE_SECONDS = 60;

    private final Runnable call;
    private int levels;

    private DeepDive(Runnable call, int levels) {
        this.call = call;
        this.levels = levels;
    }

    /**
     * Uses up the stack of a thread of its own and runs {@code call}, which catches its own {@link StackOverflowError}, on
     * each of the {@code levels} deepest frames.
     *
     * @param offset moves the frames by some bytes, so that each dive has the stack end elsewhere in the call
     * @throws AssertionError if it throws anything else, or has not ended within a minute
     */
    public static void run(int offset, int levels, Runnable call) throws InterruptedException {
        DeepDive dive = new DeepDive(call, levels);
        Throwable[] failure = {null};
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        dive.shift(offset % 16, offset / 16 % 16);
                    } catch (RuntimeException | Error e) {
                        failure[0] = e;
                    }
                },
                "dive",
                STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        if (thread.isAlive()) {
            AssertionError hung = new AssertionError("a call deep in the stack hangs");
            hung.setStackTrace(thread.getStackTrace());
            throw hung;
        }
        if (failure[0] != null) {
            throw new AssertionError("a call deep in the stack failed: " + failure[0], failure[0]);
        }
    }

    /** Frames of two sizes, some of each. */
    private void shift(int small, int large) {
        if (small > 0) {
            shift(small - 1, large);
        } else if (large > 0) {
            shiftFurther(large - 1, large, large, large);
        } else {
            dive();
        }
    }

    private void shiftFurther(int large, long a, long b, long c) {
        if (large > 0 && a + b + c > 0) {
            shiftFurther(large - 1, a, b, c);
        } else {
            dive();
        }
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack is used up
    private void dive() {
        try {
            dive();
        } catch (StackOverflowError end) { // the deepest frame: from here on it goes up again
            levels--;
        }
        if (levels-- > 0) {
            call.run();
        }
    }
}
