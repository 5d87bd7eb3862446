package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.soak.SoakPlan;
import dev.larder.benchmarks.soak.SoakRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether memory stays flat under a mixed load with eviction. */
final class Soak implements Part {
    private static final double PER_SECOND = 3_000;
    private static final long MAX_MEMORY = 256L << 20;
    private static final Duration SHIFT = Duration.ofSeconds(100);
    private static final double WITHIN_PERCENT = 5;
    private static final double TREND_PERCENT = 2;

    private final double minutes;

    Soak(double minutes) {
        this.minutes = minutes;
    }

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        double length = run.quick() ? Math.min(minutes, 1) : minutes;
        SoakPlan plan = new SoakPlan(Duration.ofMillis((long) (length * 60_000)), PER_SECOND, MAX_MEMORY, SHIFT);
        int memcachedPort = RedisServer.freePort();
        try (ServerProcess server = Contender.LARDER.start(List.of(
                "--maxmemory", Long.toString(MAX_MEMORY), "--memcached-port", Integer.toString(memcachedPort)))) {
            server.awaitPort(memcachedPort);
            SoakRun soak = new SoakRun(plan, server, memcachedPort);
            soak.run(run::progress);
            page.section(
                    "Soak",
                    String.format(Locale.ROOT, """
                            A process with maxmemory %d MiB, the policy that it comes with and a heap of 512 MiB at most, for \
                            %.0f minutes at %,.0f requests a second: strings of 10 B to 200 KB in mixes that change every %d s, \
                            half of them with times to live; hashes, sorted sets, lists, sets and scripts; Memcached's \
                            commands; connections that come and go, some in the midst of a request; one that reads slowly, \
                            one that listens, one that listens and does not read. Each row is a moment; requests are those \
                            of Redis's protocol since the row before.\
                            """, MAX_MEMORY >> 20, length, PER_SECOND, SHIFT.toSeconds()),
                    soak.table(),
                    soak.summary());
            List<Claim> claims = new ArrayList<>(soak.safety());
            claims.addAll(soak.flatness(WITHIN_PERCENT, TREND_PERCENT));
            return claims;
        }
    }
}
