package dev.larder.server.watch;

import dev.larder.protocol.resp.Arguments;
import dev.larder.server.client.Client;
import dev.larder.server.client.Message;
import dev.larder.server.store.WallClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times the commands of one worker: the clock is read once for each, since where one ends the next begins. Confined to the
 * worker's thread.
 */
public final class Timing {
    private final Watch watch;
    private final CommandStats stats;
    private final WallClock clock;
    private final List<Message> shown = new ArrayList<>();
    private long last;
    private boolean isFailed;

    public Timing(Watch watch, int commands, WallClock clock) {
        this.watch = watch;
        this.stats = watch.newStats(commands);
        this.clock = clock;
    }

    /** The worker begins to run commands, after something else. */
    public void begin() {
        last = System.nanoTime();
    }

    /** When the command that runs next begins. */
    public long start() {
        return last;
    }

    /** What of a command matters here. */
    public interface Kind {
        /** Its number among all commands. */
        int number();

        /** Its name; of a subcommand with its container's. */
        String name();

        /** Whether it has a flag. */
        boolean has(String flag);
    }

    /**
     * A command is done, which {@link #fails} may have been said of.
     *
     * @param start what {@link #start} said of it
     */
    public void ran(Kind command, Client client, Arguments arguments, long start) {
        long now = System.nanoTime();
        last = now;
        long nanos = now - start;
        stats.ran(command.number(), nanos, isFailed, watch.isTracked());
        isFailed = false;
        if (watch.isMonitored()) {
            show(command, client, arguments);
        }
        if (watch.isLong(nanos)) {
            watch.took(nanos, watched(command, client, arguments), clock.millis());
        }
    }

    /** The command that runs answers an error. */
    public void fails() {
        isFailed = true;
    }

    /** A command was refused before it ran; null for one that is not known. */
    public void rejected(@Nullable Kind command) {
        isFailed = false;
        if (command != null) {
            stats.rejected(command.number());
        }
    }

    private static Watch.Watched watched(Kind command, Client client, Arguments arguments) {
        return new Watch.Watched(command.name(), command.has("fast"), !command.has("skip_slowlog"), client, arguments);
    }

    private void show(Kind command, Client client, Arguments arguments) {
        if (!command.has("admin") && !command.has("skip_monitor")) {
            shown.add(Watch.line(watched(command, client, arguments), client.database(), clock.millis()));
        }
    }

    /** Shows what ran to those who see all commands; to be called when no lock is held. */
    public void flush() {
        if (!shown.isEmpty()) {
            shown.forEach(watch::show);
            shown.clear();
        }
    }
}
