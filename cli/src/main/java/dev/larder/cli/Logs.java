package dev.larder.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The log of the program. */
final class Logs {
    private Logs() {}

    /** Runs {@code task}, whose failure is about to be told by its caller, without warnings that say the same. */
    static void quietly(Runnable task) {
        Logger larder = (Logger) LoggerFactory.getLogger("dev.larder");
        Level before = larder.getLevel();
        larder.setLevel(Level.ERROR);
        try {
            task.run();
        } finally {
            larder.setLevel(before);
        }
    }
}
