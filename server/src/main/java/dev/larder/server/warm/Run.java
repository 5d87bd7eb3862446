package dev.larder.server.warm;

import java.util.function.BooleanSupplier;

/** What the steps of one warm-up share. */
record Run(Wish wish, Pace pace, Tally tally, Progress progress, BooleanSupplier isStopped) {
    void checkStopped() throws Enough {
        if (isStopped.getAsBoolean()) {
            throw Enough.stopped();
        }
    }
}
