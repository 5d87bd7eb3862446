package dev.larder.benchmarks.soak;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * One soak of a server: all clients at once, a reading every so often, and what must hold of the readings. A trend is looked
 * for by least squares, so that it shows where it is small beside what memory moves up and down by. For one thread.
 */
public final class SoakRun {
    private static final Ticker TICKER = Ticker.system();
    private static final double MIB = 1 << 20;
    private static final int ROWS = 12;
    /** What a client may have under way when the bound is looked at. */
    private static final long ONE_REQUEST = 256 << 10;

    private static final long PATIENCE_SECONDS = 90;
    /** Visitors come and go, and are not always as many. */
    private static final int MORE_FILES = 40;

    private final SoakPlan plan;
    private final ServerProcess server;
    private final Stage stage;
    private final List<Reading> readings = new ArrayList<>();

    public SoakRun(SoakPlan plan, ServerProcess server, int memcachedPort) {
        this.plan = plan;
        this.server = server;
        this.stage = new Stage(server.port(), memcachedPort, plan);
    }

    /** Runs all of it; {@code progress} hears each reading in words. */
    public void run(Consumer<String> progress) throws IOException, InterruptedException {
        List<Thread> clients = new ArrayList<>();
        clients.add(start("mixed-1", new Mixed(stage, 1)));
        clients.add(start("mixed-2", new Mixed(stage, 2)));
        clients.add(start("texts", new Texts(stage, 3)));
        clients.add(start("visitors", new Visitors(stage, 4)));
        clients.add(start("slow", new SlowReader(stage)));
        clients.add(start("listener", new Listeners(stage, false)));
        clients.add(start("deaf", new Listeners(stage, true)));
        clients.add(start("speaker", Listeners.speaker(stage)));
        long step = plan.interval().toNanos();
        long due = TICKER.nanos() + step;
        while (stage.seconds() < plan.length().toMillis() / 1e3) {
            Waiting.until(TICKER, due);
            due += step;
            Reading reading = Reading.of(server, stage.seconds());
            readings.add(reading);
            progress.accept(shown(reading));
        }
        stage.end();
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (client.isAlive()) {
                stage.tally().error(client.getName() + " did not end");
            }
        }
    }

    private Thread start(String name, Role role) {
        Thread thread = new Thread(
                () -> {
                    try {
                        role.run();
                    } catch (IOException | RuntimeException failure) {
                        stage.tally().error(name + ": " + failure);
                    }
                },
                "soak-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static String shown(Reading reading) {
        return String.format(
                Locale.ROOT,
                "%.0f s: resident %.1f MiB, used %.1f, fragmentation %.2f, %d keys, %d evicted, %d threads, %d files",
                reading.seconds(),
                reading.resident() / MIB,
                reading.used() / MIB,
                reading.fragmentation(),
                reading.keys(),
                reading.evicted(),
                reading.threads(),
                reading.files());
    }

    /** What was seen, in twelve rows. */
    public Table table() {
        Table table = new Table(
                "minute",
                "resident, MiB",
                "used, MiB",
                "fragmentation",
                "keys",
                "evicted",
                "expired",
                "requests/s",
                "threads",
                "open files");
        int before = -1;
        for (int row = 1; row <= ROWS; row++) {
            int at = Math.max(0, readings.size() * row / ROWS - 1);
            Reading reading = readings.get(at);
            double from = before < 0 ? 0 : readings.get(before).seconds();
            long processed = before < 0 ? 0 : readings.get(before).processed();
            table.row(
                    String.format(Locale.ROOT, "%.1f", reading.seconds() / 60),
                    String.format(Locale.ROOT, "%.1f", reading.resident() / MIB),
                    String.format(Locale.ROOT, "%.1f", reading.used() / MIB),
                    String.format(Locale.ROOT, "%.2f", reading.fragmentation()),
                    Spread.number((double) reading.keys()),
                    Spread.number((double) reading.evicted()),
                    Spread.number((double) reading.expired()),
                    Spread.number((reading.processed() - processed) / Math.max(1, reading.seconds() - from)),
                    reading.threads(),
                    reading.files());
            before = at;
        }
        return table;
    }

    /** What all clients did, in a sentence. */
    public String summary() {
        Tally tally = stage.tally();
        return String.format(
                Locale.ROOT,
                "%,d requests were answered, %,d connections came and went, %,d messages were heard, %d listeners that"
                        + " did not read were ended.",
                tally.requests(),
                tally.visits(),
                tally.messages(),
                tally.cuts());
    }

    /** That nothing failed, and that the bound was kept. */
    public List<Claim> safety() {
        String first = stage.tally().firstError();
        int warmFiles = readings.get(readings.size() / 6).files();
        int files = readings.getLast().files();
        long most = readings.stream().mapToLong(Reading::used).max().orElse(0);
        return List.of(
                new Claim(
                        "no request fails; found " + stage.tally().errors()
                                + (first == null ? "" : ", the first: " + first),
                        stage.tally().errors() == 0),
                claim(
                        most <= plan.maxMemory() + ONE_REQUEST,
                        "used_memory stays within maxmemory, %.0f MiB; found at most %.1f",
                        plan.maxMemory() / MIB,
                        most / MIB),
                claim(
                        files <= warmFiles + MORE_FILES,
                        "connections that have gone are let go: open files are at most %d more than when warm, %d;"
                                + " found %d",
                        MORE_FILES,
                        warmFiles,
                        files));
    }

    /** Resident bytes at the end. */
    public double lastResident() {
        return readings.getLast().resident();
    }

    /** That the second half is as the server was after a sixth: within so many per cent, and without a trend. */
    public List<Claim> flatness(double withinPercent, double trendPercent) {
        int warm = readings.size() / 6;
        List<Reading> late = readings.subList(readings.size() / 2, readings.size());
        double after = mean(readings.subList(warm, Math.max(warm + 1, readings.size() / 4)), Reading::resident);
        double low = late.stream().mapToDouble(Reading::resident).min().orElse(0);
        double high = late.stream().mapToDouble(Reading::resident).max().orElse(0);
        double below = (after - low) / after * 100;
        double above = (high - after) / after * 100;
        double trend = trend(late) * 100;
        Reading last = late.getLast();
        int threads = readings.get(warm).threads();
        return List.of(
                claim(
                        above <= withinPercent && below <= withinPercent,
                        "resident memory of the second half is within %.0f %% of what it was when warm; found %+.1f %%"
                                + " to %+.1f %%",
                        withinPercent,
                        -below,
                        above),
                claim(
                        Math.abs(trend) <= trendPercent,
                        "resident memory changes by at most %.0f %% from the middle to the end, by least squares; found"
                                + " %+.2f %%",
                        trendPercent,
                        trend),
                claim(
                        last.threads() <= threads + 2,
                        "threads stay as many as when warm, %d, but for two; found %d",
                        threads,
                        last.threads()));
    }

    private static Claim claim(boolean holds, String text, Object... values) {
        return new Claim(String.format(Locale.ROOT, text, values), holds);
    }

    private static double mean(List<Reading> some, ToDoubleFunction<Reading> figure) {
        return some.stream().mapToDouble(figure).average().orElse(0);
    }

    /** The rise of the straight line through all readings, from the first to the last, as a share of their mean. */
    private static double trend(List<Reading> some) {
        double meanTime = mean(some, Reading::seconds);
        double meanBytes = mean(some, Reading::resident);
        double together = 0;
        double alone = 0;
        for (Reading each : some) {
            together += (each.seconds() - meanTime) * (each.resident() - meanBytes);
            alone += (each.seconds() - meanTime) * (each.seconds() - meanTime);
        }
        double length = some.getLast().seconds() - some.getFirst().seconds();
        return alone == 0 ? 0 : together / alone * length / meanBytes;
    }
}
