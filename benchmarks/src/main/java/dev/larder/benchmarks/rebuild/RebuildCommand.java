package dev.larder.benchmarks.rebuild;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rebuilds the shop's stock under load, in process and on Redis, and writes the page. */
@Command(
        name = "rebuild",
        description = "Rebuilds 1.87 million entries while readers read, in process and on Redis.",
        mixinStandardHelpOptions = true)
public final class RebuildCommand implements Callable<Integer> {
    private static final int STORES = 170;
    private static final long OLD_GENERATION_GONE_NANOS = 120_000_000_000L;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--tiers", split = ",", description = "Which: ${COMPLETION-CANDIDATES}. Default: both.")
    private Set<Where> where = EnumSet.allOf(Where.class);

    /** Where the cache lives. */
    enum Where {
        MEMORY,
        REDIS
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(3);
        int articles = run.size(11_000, 120);
        int seconds = run.size(10, 2);
        long entries = (long) articles * STORES;
        List<RebuildResult> results = new ArrayList<>();
        if (where.contains(Where.MEMORY)) {
            results.add(inProcess(new RebuildSize(articles, STORES, 2 * entries, 20_000, 2, seconds), rounds));
        }
        if (where.contains(Where.REDIS)) {
            long nearEntries = Math.max(1_000, entries / 20);
            results.add(onRedis(new RebuildSize(articles, STORES, nearEntries, 2_000, 4, seconds), rounds));
        }
        return run.finish(page(rounds, results), "rebuild");
    }

    private RebuildResult inProcess(RebuildSize size, int rounds) throws InterruptedException {
        Catalogue catalogue = new Catalogue(size.articles(), size.stores());
        try (Larder larder = Larder.inProcess()) {
            Cache<StockKey, Stock> cache = catalogue.cache(larder, size.nearEntries());
            Readers readers = new Readers(cache, catalogue, size.readers(), size.readsPerSecond());
            long empty = Memory.liveHeapBytes();
            cache.rebuild(catalogue.rows());
            long one = Memory.liveHeapBytes() - empty;
            AtomicLong both = new AtomicLong();
            cache.rebuild(measuredAtTheEnd(catalogue.rows(), both));
            List<RebuildRound> done = new ArrayList<>();
            readers.readFor(size.phaseNanos()); // compiles the read path
            RebuildRound.Stage stage = new RebuildRound.Stage(cache, catalogue, readers, generation -> {});
            for (int round = 0; round < rounds; round++) {
                done.add(RebuildRound.run(stage, size.phaseNanos()));
                run.progress("in process, round " + (round + 1) + " of " + rounds);
            }
            return new RebuildResult("in process", size, done, List.of(), one, both.get() - empty);
        }
    }

    private RebuildResult onRedis(RebuildSize size, int rounds) throws IOException, InterruptedException {
        Catalogue catalogue = new Catalogue(size.articles(), size.stores());
        try (RedisServer redis = RedisServer.start();
                Larder larder = Larder.open("memory:1GiB", redis.uri())) {
            Cache<StockKey, Stock> cache = catalogue.cache(larder, size.nearEntries());
            long empty = redis.usedMemoryBytes();
            cache.rebuild(catalogue.rows());
            long one = redis.usedMemoryBytes() - empty;
            Readers readers = new Readers(cache, catalogue, size.readers(), size.readsPerSecond());
            List<RebuildRound> done = new ArrayList<>();
            List<Neighbour.Report> reports = new ArrayList<>();
            long peak = 0;
            try (Neighbour neighbour = new Neighbour(redis, size)) {
                readers.readFor(size.phaseNanos());
                neighbour.report();
                RebuildRound.Stage stage = new RebuildRound.Stage(cache, catalogue, readers, neighbour::settle);
                for (int round = 0; round < rounds; round++) {
                    awaitOneGeneration(redis, empty + one + one / 10);
                    try (Memory.RedisPeak gauge = new Memory.RedisPeak(redis)) {
                        done.add(RebuildRound.run(stage, size.phaseNanos()));
                        peak = Math.max(peak, gauge.stop());
                    }
                    reports.add(neighbour.report());
                    run.progress("on Redis, round " + (round + 1) + " of " + rounds);
                }
            }
            return new RebuildResult("on Redis", size, done, reports, one, peak - empty);
        }
    }

    /** The same rows; when the last has been taken, and both generations are in memory, measures the heap. */
    private static Stream<Map.Entry<StockKey, Stock>> measuredAtTheEnd(
            Stream<Map.Entry<StockKey, Stock>> rows, AtomicLong bytes) {
        Stream<Map.Entry<StockKey, Stock>> last = Stream.of(bytes).flatMap(here -> {
            here.set(Memory.liveHeapBytes());
            return Stream.empty();
        });
        return Stream.concat(rows, last);
    }

    /** The old generation is removed in the background; a round that began before its end would see three. */
    private void awaitOneGeneration(RedisServer redis, long bytes) throws IOException {
        Ticker ticker = Ticker.system();
        long deadline = ticker.nanos() + OLD_GENERATION_GONE_NANOS;
        while (redis.usedMemoryBytes() > bytes) {
            if (ticker.nanos() > deadline) {
                run.progress("the old generation is still there after two minutes; going on");
                return;
            }
            Waiting.until(ticker, ticker.nanos() + 100_000_000);
        }
    }

    private Page page(int rounds, List<RebuildResult> results) {
        String introduction = String.format("""
                All entries, keyed by article, unit and store, are replaced by `cache.rebuild(rows)` while readers read keys \
                drawn by Zipf 0.99. The rows are made on the fly, so no database is measured. Every value carries its \
                generation. A miss is a read that no tier could answer: the cache's own count or the loader's calls, \
                whichever is larger. A stale read is one that began after `rebuild` had returned in the first process and \
                gave an old value. Figures are medians of %d rounds, with the range in brackets.

                *Call* times the call of `get`. *Since due* counts from the moment a read was due at the fixed rate, so \
                that a pause is felt by every read that fell into it; it includes the operating system's delay in waking \
                a thread, before as well as during the rebuild. A rebuild in process makes a whole generation of live objects, \
                each of which a copying collector moves, so the time of garbage collections is given. Heap is what is reachable after a full collection, taken \
                in a rebuild of its own when the last row has been read; the memory of Redis is `used_memory`, sampled \
                every 50 ms.""", rounds);
        Page page = new Page("Catalogue rebuild under load", introduction);
        List<Claim> claims = new ArrayList<>();
        for (RebuildResult result : results) {
            page.section(heading(result.where()), result.size().sentence(), result.outcome(), result.latencies());
            claims.addAll(result.claims());
        }
        page.claims(claims);
        List<String> versions = List.of(RunFacts.redisVersion());
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), versions));
    }

    private static String heading(String where) {
        return where.substring(0, 1).toUpperCase(Locale.ROOT) + where.substring(1);
    }
}
