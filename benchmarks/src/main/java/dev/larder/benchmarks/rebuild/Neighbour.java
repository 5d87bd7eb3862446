package dev.larder.benchmarks.rebuild;

import dev.larder.Larder;
import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A second process that reads the same cache all the time and does not rebuild. {@code settle G} tells it that the
 * switch to generation G has returned in the first process; {@code report} makes it answer
 * {@code seen READS MISSING LOADS STALE LAST_STALE_MILLIS}, the last counted from the word {@code settle}.
 */
final class Neighbour implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ChildJvm child;

    Neighbour(RedisServer redis, RebuildSize size) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                redis.uri(),
                String.valueOf(size.articles()),
                String.valueOf(size.stores()),
                String.valueOf(size.nearEntries()),
                String.valueOf(size.readsPerSecond()));
        child = ChildJvm.start("neighbour", Neighbour.class, List.of("-Xmx1g", "-XX:+UseSerialGC"), arguments);
        child.await("ready", PATIENCE);
    }

    void settle(int generation) throws IOException {
        child.send("settle " + generation);
    }

    Report report() throws IOException, InterruptedException {
        child.send("report");
        String[] words = child.await("seen", PATIENCE).split(" ", -1);
        return new Report(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Double.parseDouble(words[4]));
    }

    @Override
    public void close() {
        child.close();
    }

    /**
     * What it saw since the last report.
     *
     * @param reads all of its reads
     * @param missing reads without a value
     * @param loads reads that reached the origin
     * @param stale reads of an old value begun after the switch had returned
     * @param lastStaleMillis how long after that the last of them ended; 0 for none
     */
    record Report(long reads, long missing, long loads, long stale, double lastStaleMillis) {}

    /** The process itself. Arguments: Redis URI, articles, stores, near entries, reads per second. */
    public static void main(String[] args) throws Exception {
        Catalogue catalogue = new Catalogue(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        try (Larder larder = Larder.open("memory:1GiB", args[0]);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Readers readers = new Readers(
                    catalogue.cache(larder, Long.parseLong(args[3])), catalogue, 1, Integer.parseInt(args[4]));
            System.out.println("ready");
            obey(readers, catalogue, pool);
        }
    }

    private static void obey(Readers readers, Catalogue catalogue, ExecutorService pool) throws Exception {
        Ticker ticker = Ticker.system();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long settledAt = 0;
        long loadsBefore = catalogue.loads();
        AtomicBoolean stop = new AtomicBoolean();
        Future<Readers.Seen> reading = pool.submit(() -> readers.read(stop::get));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.startsWith("settle ")) {
                settledAt = ticker.nanos();
                readers.settle(Integer.parseInt(line.substring("settle ".length())));
                continue;
            }
            stop.set(true);
            Readers.Seen seen = reading.get();
            double lastStaleMillis = seen.stale == 0 ? 0 : (seen.lastStaleNanos - settledAt) / 1e6;
            System.out.println("seen " + seen.reads + " " + seen.missing + " " + (catalogue.loads() - loadsBefore) + " "
                    + seen.stale + " " + lastStaleMillis);
            loadsBefore = catalogue.loads();
            stop.set(false);
            reading = pool.submit(() -> readers.read(stop::get));
        }
        stop.set(true);
    }
}
