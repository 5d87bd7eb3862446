package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.replay.Trace;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How often recorded requests hit at equal memory. */
final class HitRatios implements Part {
    private static final int VALUE_BYTES = 4096;
    private static final List<Integer> SHARES = List.of(10, 25);
    private static final int MOST_REQUESTS = 500_000;
    /** Memory is given out by megabytes in memcached: a bound of a few says nothing of how it evicts. */
    private static final long LEAST_BYTES = 8L << 20;

    private final List<Path> traces;

    HitRatios(List<Path> traces) {
        this.traces = traces;
    }

    /** Hit ratios in percent. */
    private record Found(double redis, double memcached, double larder) {}

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException {
        Table table = new Table("trace, memory", "Redis, allkeys-lru", "memcached", "Larder");
        List<Found> all = new ArrayList<>();
        for (Path file : traces) {
            Trace trace = Trace.read(file).first(run.size(MOST_REQUESTS, MOST_REQUESTS / 10));
            for (int share : SHARES) {
                long bytes = trace.differentKeys() * VALUE_BYTES * share / 100;
                if (bytes < LEAST_BYTES) {
                    run.progress(trace.name() + ", " + share + " %: left out, its values are too few");
                    continue;
                }
                Found found = replay(trace, bytes);
                run.progress(trace.name() + ", " + share + " %: " + found);
                all.add(found);
                table.row(
                        String.format(Locale.ROOT, "%s, %.1f MiB", trace.name(), bytes / 1048576.0),
                        percent(found.redis),
                        percent(found.memcached),
                        percent(found.larder));
            }
        }
        double redis = all.stream().mapToDouble(Found::redis).average().orElse(0);
        double memcached = all.stream().mapToDouble(Found::memcached).average().orElse(0);
        double larder = all.stream().mapToDouble(Found::larder).average().orElse(0);
        table.row("mean", percent(redis), percent(memcached), percent(larder));
        page.section(
                "Hit ratios at equal memory",
                String.format(
                        Locale.ROOT,
                        """
                Recorded requests, the first %,d of a trace, from a client that sets what it does not get; values of %,d B; \
                percent that hit. Each server is told the same bound (`maxmemory`, `-m`): %d and %d %% of the bytes of the \
                different values, where that is %d MiB or more. What a bound counts is each server's own affair; a set \
                that a server refuses for want of memory counts as not stored. The traces are those of \
                [hit ratios](hit-ratios.md).\
                """,
                        MOST_REQUESTS,
                        VALUE_BYTES,
                        SHARES.getFirst(),
                        SHARES.getLast(),
                        LEAST_BYTES >> 20),
                table);
        return List.of(claim("Redis with allkeys-lru", redis, larder), claim("memcached", memcached, larder));
    }

    private static Claim claim(String peer, double peers, double larder) {
        return new Claim(
                String.format(Locale.ROOT, "the mean is not below that of %s; %+.2f points", peer, larder - peers),
                larder >= peers);
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static Found replay(Trace trace, long bytes) throws IOException {
        List<String> bound = List.of("--maxmemory", Long.toString(bytes));
        List<String> lru = new ArrayList<>(bound);
        lru.addAll(List.of("--maxmemory-policy", "allkeys-lru"));
        long megabytes = Math.max(1, Math.round(bytes / 1048576.0));
        try (ServerProcess redis = Contender.REDIS.start(lru);
                ServerProcess memcached = ServerProcess.memcached((int) megabytes);
                ServerProcess larder = Contender.LARDER.start(bound)) {
            return new Found(hits(redis, true, trace), hits(memcached, false, trace), hits(larder, true, trace));
        }
    }

    private static double hits(ServerProcess server, boolean speaksRedis, Trace trace) throws IOException {
        int hits = 0;
        try (Lookaside client = new Lookaside(server.port(), speaksRedis, VALUE_BYTES)) {
            for (long key : trace.keys()) {
                hits += client.request(key) ? 1 : 0;
            }
        }
        return 100.0 * hits / trace.requests();
    }
}
