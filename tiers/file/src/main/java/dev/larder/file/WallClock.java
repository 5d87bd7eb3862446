package dev.larder.file;

import java.io.IOException;

/** The time of day as the file system keeps it. Thread-safe. It may jump. */
@FunctionalInterface
interface WallClock {
    long millis() throws IOException;
}
