package dev.larder.benchmarks.soak;

import java.io.IOException;

/** What a client does until the end. */
@FunctionalInterface
interface Role {
    /** Returns when the stage says that it is over. */
    void run() throws IOException;
}
