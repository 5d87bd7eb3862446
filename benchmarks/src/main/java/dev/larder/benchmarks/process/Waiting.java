package dev.larder.benchmarks.process;

import dev.larder.time.Ticker;
import java.util.concurrent.locks.LockSupport;

/** The one place of the harness where a thread lets time pass. */
public final class Waiting {
    private Waiting() {}

    /** Returns when {@code ticker} has reached {@code nanos}; late by what the operating system's timer takes. */
    public static void until(Ticker ticker, long nanos) {
        for (long left = nanos - ticker.nanos(); left > 0; left = nanos - ticker.nanos()) {
            LockSupport.parkNanos(left);
        }
    }
}
