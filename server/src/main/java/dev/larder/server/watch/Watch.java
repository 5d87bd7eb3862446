package dev.larder.server.watch;

import dev.larder.protocol.resp.Arguments;
import dev.larder.server.client.Client;
import dev.larder.server.client.Message;
import dev.larder.server.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What all workers of a server are watched by. Thread-safe. */
public final class Watch {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS = 1_000;
    private static final String SLOWER_THAN = "slowlog-log-slower-than";
    private static final String MOST_SLOW = "slowlog-max-len";
    private static final String SPIKE = "latency-monitor-threshold";
    private static final String TRACKED = "latency-tracking";

    private final Settings settings;
    private final Slowlog slowlog = new Slowlog();
    private final Spikes spikes = new Spikes();
    private final List<Client> monitors = new CopyOnWriteArrayList<>();
    private final List<CommandStats> stats = new CopyOnWriteArrayList<>();
    private volatile Limits limits;

    /** How long is long, in nanoseconds. */
    private record Limits(long slow, long spike, boolean isTracked) {
        boolean isPassed(long nanos) {
            return nanos >= slow || nanos >= spike;
        }
    }

    public Watch(Settings settings) {
        this.settings = settings;
        this.limits = limits();
        slowlog.limit((int) settings.number(MOST_SLOW));
        settings.onChange(name -> {
            limits = limits();
            if (name.equals(MOST_SLOW)) {
                slowlog.limit((int) settings.number(MOST_SLOW));
            }
        });
    }

    private Limits limits() {
        long slow = settings.number(SLOWER_THAN);
        long spike = settings.number(SPIKE);
        return new Limits(
                slow < 0 ? Long.MAX_VALUE : slow * NANOS_PER_MICRO,
                spike == 0 ? Long.MAX_VALUE : spike * NANOS_PER_MILLI,
                settings.is(TRACKED));
    }

    /** The slow commands. */
    public Slowlog slowlog() {
        return slowlog;
    }

    /** What took longer than the threshold. */
    public Spikes spikes() {
        return spikes;
    }

    /** The counts of one worker. */
    public CommandStats newStats(int commands) {
        CommandStats mine = new CommandStats(commands);
        stats.add(mine);
        return mine;
    }

    /** The counts of all workers of a command, by its number. */
    public CommandStats.Sum sum(int command) {
        CommandStats.Sum sum = new CommandStats.Sum();
        stats.forEach(each -> sum.add(each, command));
        return sum;
    }

    /** Counts from 0. */
    public void clear() {
        stats.forEach(CommandStats::clear);
    }

    /** A client sees all commands from now on. */
    public void monitor(Client client) {
        if (!monitors.contains(client)) {
            monitors.add(client);
        }
    }

    /** A client sees no more. */
    public void leave(Client client) {
        monitors.remove(client);
    }

    /** Whether a client sees all commands. */
    public boolean isMonitor(Client client) {
        return !monitors.isEmpty() && monitors.contains(client);
    }

    boolean isMonitored() {
        return !monitors.isEmpty();
    }

    void show(Message line) {
        monitors.forEach(client -> client.line().deliver(line));
    }

    boolean isTracked() {
        return limits.isTracked;
    }

    /** Whether a command took long enough to be noted; most do not. */
    boolean isLong(long nanos) {
        return limits.isPassed(nanos);
    }

    void took(long nanos, Watched command, long nowMillis) {
        Limits known = limits;
        if (nanos >= known.spike) {
            spikes.add(command.isFast ? "fast-command" : "command", nowMillis / MILLIS, nanos / NANOS_PER_MILLI);
        }
        if (nanos >= known.slow && command.mayBeSlow) {
            Client client = command.client;
            slowlog.add(
                    nowMillis / MILLIS,
                    nanos / NANOS_PER_MICRO,
                    Shown.cut(command.name, command.arguments),
                    new String[] {client.origin().remote(), client.name()});
        }
    }

    /**
     * A command that ran.
     *
     * @param mayBeSlow whether the slow log takes it
     */
    record Watched(String name, boolean isFast, boolean mayBeSlow, Client client, Arguments arguments) {}

    /** What those see who see all commands. */
    static Message line(Watched command, int database, long nowMillis) {
        StringBuilder text = new StringBuilder("+");
        text.append(nowMillis / MILLIS)
                .append('.')
                .append(String.format(java.util.Locale.ROOT, "%06d", nowMillis % MILLIS * NANOS_PER_MICRO))
                .append(" [")
                .append(database)
                .append(' ')
                .append(command.client.origin().remote())
                .append(']');
        for (byte[] word : Shown.whole(command.name, command.arguments)) {
            text.append(' ');
            Shown.quote(text, word);
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return new Message(bytes, bytes);
    }
}
