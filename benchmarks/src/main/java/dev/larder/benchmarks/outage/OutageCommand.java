package dev.larder.benchmarks.outage;

import dev.larder.benchmarks.outage.Tally.Field;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes each shared tier away for ten seconds under load, and writes the page. */
@Command(
        name = "outage",
        description = "Errors, origin calls and stale values while each shared tier is away for 10 s under load.",
        mixinStandardHelpOptions = true)
public final class OutageCommand implements Callable<Integer> {
    private static final int LIMIT = OutageMember.PROCESSES * OutageMember.MAX_LOADS;
    private static final double LIMIT_PER_SECOND = LIMIT * 1e9 / OutageMember.QUERY_NANOS;
    private static final double MICROS = 1e3;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--scenes", split = ",", description = "Which: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Scene> scenes = List.of(Scene.values());

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(2);
        Outage.Times times = run.quick() ? new Outage.Times(3, 2, 4, 6) : new Outage.Times(6, 4, 10, 15);
        Map<Scene, List<Outage>> found = new EnumMap<>(Scene.class);
        for (int round = 0; round < rounds; round++) {
            for (Scene scene : scenes) {
                Outage outage = Outage.measure(scene, times);
                found.computeIfAbsent(scene, key -> new ArrayList<>()).add(outage);
                run.progress(String.format(
                        "round %d of %d, %s: %d errors, %d stale beyond the bound, normal after %.1f s",
                        round + 1,
                        rounds,
                        scene.title(),
                        outage.sum(Field.ERRORS),
                        outage.sum(Field.STALE_LONG) + outage.sum(Field.STALE_OWN),
                        outage.secondsToNormal()));
            }
        }
        return run.finish(page(times, rounds, found), "outage");
    }

    private Page page(Outage.Times times, int rounds, Map<Scene, List<Outage>> found) {
        Page page = new Page(
                "The shared tier is away for a while",
                String.format(
                        """
                        %d processes, each with a near tier of half of %,d keys over the shared tier, read keys drawn by Zipf 0.99, by 16 \
                        threads that pause 4 ms after each read, and change a hundred keys a second each, with a `remove` after each change. \
                        After %d s the shared tier goes away under that load, for %d s; it is watched %d s more. A query of the origin takes %d \
                        ms, and each process may have %d at once (`maxConcurrentLoads`), so that both together can make %,.0f a second. \
                        %d rounds: medians, the range in brackets.

                        The origin is a file that all processes map: it has a version for each key, and for each version the moment at which \
                        the removal that followed it had returned. So a reader knows of each value that it gets whether it was out of date \
                        when the read began, and for how long: stale reads are counted exactly. In the process that removed it, none may be. \
                        In others a near tier may serve it until the bus's message has come, `maxSilence` (%d s) at most; that is so in peace \
                        too, and the last columns show how often. What is older than that breaks a promise.

                        "Away" differs: Redis is killed and comes back empty, or is stopped in mid-air (SIGSTOP) and goes on with all it had; \
                        of three Memcached servers one or all are killed; PostgreSQL is shut down and started again with its data; the \
                        folder of the file tier is moved, a plain file put in its place, and moved back. Back to normal is when, for a \
                        second, there are no more than twice the queries of before.\
                        """,
                        OutageMember.PROCESSES,
                        Ledger.KEYS,
                        times.warmUpSeconds() + times.beforeSeconds(),
                        times.downSeconds(),
                        times.afterSeconds(),
                        OutageMember.QUERY_NANOS / 1_000_000,
                        OutageMember.MAX_LOADS,
                        LIMIT_PER_SECOND,
                        rounds,
                        OutageMember.MAX_SILENCE.toSeconds()));
        page.section("Callers and origin", callers(found));
        page.section("Stale values", stale(found));
        List<Claim> claims = new ArrayList<>();
        found.forEach((scene, outages) -> claims.addAll(claims(scene, outages)));
        return page.claims(claims).section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()));
    }

    private static Table callers(Map<Scene, List<Outage>> found) {
        Table table = new Table(
                "Away",
                "reads/s before",
                "reads/s while away",
                "errors",
                "queries/s before",
                "queries/s while away",
                "busiest second",
                "most at once",
                "longest read while away, ms",
                "back to normal, s");
        found.forEach((scene, outages) -> table.row(
                scene.title(),
                spread(
                        outages,
                        each -> each.tally().sum(Field.READS, each.before())
                                / each.before().seconds()),
                spread(
                        outages,
                        each -> each.tally().sum(Field.READS, each.down())
                                / each.down().seconds()),
                spread(outages, each -> each.sum(Field.ERRORS)),
                spread(outages, each -> each.queriesPerSecond(each.before())),
                spread(outages, each -> each.queriesPerSecond(each.down())),
                spread(outages, each -> each.busiestSecond(each.down())),
                spread(outages, Outage::mostAtOnce),
                spread(outages, each -> each.tally().max(Field.LONGEST_READ, each.down()) / MICROS / MICROS),
                spread(outages, Outage::secondsToNormal)));
        return table;
    }

    private static Table stale(Map<Scene, List<Outage>> found) {
        Table table = new Table(
                "Away",
                "in the process that removed",
                "in the other, before",
                "while away",
                "after",
                "of these beyond maxSilence, while away",
                "after",
                "oldest, ms");
        found.forEach((scene, outages) -> table.row(
                scene.title(),
                spread(outages, each -> each.sum(Field.STALE_OWN)),
                spread(outages, each -> each.tally().sum(Field.STALE_OTHER, each.before())),
                spread(outages, each -> each.tally().sum(Field.STALE_OTHER, each.down())),
                spread(outages, each -> each.tally().sum(Field.STALE_OTHER, each.after())),
                spread(outages, each -> each.tally().sum(Field.STALE_LONG, each.down())),
                spread(outages, each -> each.tally().sum(Field.STALE_LONG, each.after())),
                spread(outages, OutageCommand::oldestMillis)));
        return table;
    }

    private static double oldestMillis(Outage outage) {
        return outage.tally()
                        .max(
                                Field.OLDEST_STALE,
                                new Tally.Span(0, outage.after().to()))
                / MICROS
                / MICROS;
    }

    private static List<Claim> claims(Scene scene, List<Outage> outages) {
        long errors = outages.stream().mapToLong(each -> each.sum(Field.ERRORS)).sum();
        long own = outages.stream().mapToLong(each -> each.sum(Field.STALE_OWN)).sum();
        long beyond =
                outages.stream().mapToLong(each -> each.sum(Field.STALE_LONG)).sum();
        long most = outages.stream().mapToLong(Outage::mostAtOnce).max().orElse(0);
        boolean normal = outages.stream().noneMatch(each -> Double.isNaN(each.secondsToNormal()));
        String name = scene.title() + ": ";
        return List.of(
                new Claim(name + "no caller sees an error; " + errors + " did", errors == 0),
                new Claim(name + "the origin has at most " + LIMIT + " queries at once; it had " + most, most <= LIMIT),
                new Claim(name + "it comes back to normal while it is watched", normal),
                new Claim(name + "no process reads what it had removed; " + own + " reads did", own == 0),
                new Claim(
                        name + "no process reads what another had removed more than maxSilence ago; " + beyond
                                + " reads did",
                        beyond == 0));
    }

    private static String spread(List<Outage> outages, ToDoubleFunction<Outage> figure) {
        double[] values = outages.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .toArray();
        return values.length == 0 ? "never" : Spread.of(values).text();
    }

    private static List<String> versions() {
        return List.of(
                RunFacts.redisVersion(),
                RunFacts.firstLine(Path.of("."), "memcached", "-V").replace("memcached", "Memcached"),
                RunFacts.version("Lettuce", RedisClient.class),
                RunFacts.version("PostgreSQL's driver", org.postgresql.Driver.class));
    }
}
