package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.engine.CpuPerOperation;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
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
public final class TurnTaking {
    private final RunOptions run;
    private final int rounds;
    private final Slices slices;
    private final Path log;

    public TurnTaking(RunOptions run, int rounds, Slices slices) throws IOException {
        this.run = run;
        this.rounds = rounds;
        this.slices = run.quick() ? Slices.QUICK : slices;
        this.log = Files.createTempDirectory("larder-bench-jmh");
    }

    /** Every sample of {@code contests}. */
    public List<Sample> run(List<Contest> contests) throws RunnerException {
        List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Contest contest : contests) {
                for (Contender contender : order(contest, round)) {
                    Sample sample = fork(contest, contender, round, samples.size());
                    samples.add(sample);
                    run.progress(String.format(
                            "round %d of %d, %s: %s %,.1f ns",
                            round + 1, rounds, contest.title(), contender.title(), sample.nanos()));
                }
            }
        }
        return samples;
    }

    /** Who takes part in {@code round}, beginning with another one each time. */
    static List<Contender> order(Contest contest, int round) {
        List<Contender> order = contest.contenders().stream()
                .filter(contender -> round < contender.rounds())
                .collect(Collectors.toCollection(ArrayList::new));
        Collections.rotate(order, round);
        return order;
    }

    private Sample fork(Contest contest, Contender contender, int round, int number) throws RunnerException {
        Contest.Benchmark benchmark = contest.benchmark();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.type().getName() + "\\." + benchmark.method() + "$")
                .forks(1)
                .threads(contest.threads())
                .warmupIterations(slices.warmUps())
                .warmupTime(TimeValue.milliseconds(slices.millis()))
                .measurementIterations(slices.measured())
                .measurementTime(TimeValue.milliseconds(slices.millis()))
                .addProfiler(CpuPerOperation.class)
                .shouldFailOnError(true)
                .jvmArgs(contest.jvm().options().toArray(String[]::new))
                .output(log.resolve(number + ".log").toString());
        if (!contest.jvm().isOfThisJdk()) { // JMH then starts one more JVM for each fork, to ask who it is
            options.jvm(contest.jvm().java().toString());
        }
        benchmark.counters().forEach(options::addProfiler);
        contender.params().forEach(options::param);
        RunResult result = new Runner(options.build()).run().iterator().next();
        Map<String, Double> counts = new HashMap<>();
        result.getSecondaryResults().keySet().forEach(label -> counts.put(label, score(result, label)));
        return new Sample(
                contest.title(),
                contender.title(),
                round,
                result.getPrimaryResult().getScore(),
                score(result, CpuPerOperation.LABEL),
                counts);
    }

    private static double score(RunResult run, String label) {
        Result<?> result = run.getSecondaryResults().get(label);
        return Objects.requireNonNull(result, label).getScore();
    }
}
