package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.engine.CpuPerOperation;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the contenders of each {@link Contest} one fork at a time, all of them in every round, each round beginning with
 * another one. Ratios are taken within a round, between forks that ran minutes apart at most; the page shows their
 * median and range. For one thread.
 */
final class TurnTaking {
    private final RunOptions run;
    private final int rounds;
    private final Path log;

    TurnTaking(RunOptions run, int rounds) throws IOException {
        this.run = run;
        this.rounds = rounds;
        this.log = Files.createTempDirectory("larder-bench-jmh");
    }

    /** Every sample of {@code contests}. */
    List<Sample> run(List<Contest> contests) throws IOException, RunnerException {
        List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Contest contest : contests) {
                List<PeerKind> order = new ArrayList<>(contest.peers());
                Collections.rotate(order, round);
                for (PeerKind peer : order) {
                    Sample sample = fork(contest, peer, round);
                    samples.add(sample);
                    run.progress(String.format(
                            "round %d of %d, %s: %s %,.1f ns",
                            round + 1, rounds, contest.title(), peer.title(), sample.nanos()));
                }
            }
        }
        return samples;
    }

    private Sample fork(Contest contest, PeerKind peer, int round) throws IOException, RunnerException {
        if (contest.redisPort() != 0) {
            RedisServer.flush(contest.redisPort()); // what the fork before left there
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(HitBenchmark.class.getName() + ".get")
                .forks(1)
                .threads(contest.threads())
                .warmupIterations(run.size(5, 1))
                .warmupTime(TimeValue.milliseconds(run.size(1_000, 300)))
                .measurementIterations(run.size(5, 1))
                .measurementTime(TimeValue.milliseconds(run.size(1_000, 300)))
                .addProfiler(CpuPerOperation.class)
                .addProfiler(RedisHits.class)
                .shouldFailOnError(true)
                .shouldDoGC(true)
                .jvmArgs(
                        "-Xms4g",
                        "-Xmx4g",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .output(log.resolve(round + "-" + peer + ".log").toString());
        params(contest, peer).forEach(options::param);
        Collection<RunResult> results = new Runner(options.build()).run();
        RunResult result = results.iterator().next();
        return new Sample(
                contest,
                peer,
                round,
                result.getPrimaryResult().getScore(),
                score(result, CpuPerOperation.LABEL),
                score(result, RedisHits.LABEL));
    }

    private static Map<String, String> params(Contest contest, PeerKind peer) {
        return Map.of(
                "peer", peer.name(),
                "entries", String.valueOf(contest.entries()),
                "nearEntries", String.valueOf(contest.nearEntries()),
                "redisPort", String.valueOf(contest.redisPort()),
                "draw", contest.draw().name());
    }

    private static double score(RunResult run, String label) {
        Result<?> result = run.getSecondaryResults().get(label);
        return result == null ? Double.NaN : result.getScore();
    }
}
