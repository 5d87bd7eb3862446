package dev.larder.benchmarks.delay;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures from the return of a removal until another process's near tier is without the entry, and writes the page. */
@Command(
        name = "bus-delay",
        description = "From a removal in one process until the near tier of another has heard of it.",
        mixinStandardHelpOptions = true)
public final class DelayCommand implements Callable<Integer> {
    /** The default of {@code LarderBuilder.maxSilence}, which the processes leave alone. */
    private static final Duration MAX_SILENCE = Duration.ofSeconds(2);

    private static final double KEPT_UP = 0.95;
    private static final double MICROS_IN_A_MILLI = 1e3;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--tiers", split = ",", description = "Which: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Plan> plans = List.of(Plan.values());

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(3);
        int seconds = run.size(10, 1);
        Map<Plan, List<Delays>> found = new EnumMap<>(Plan.class);
        for (int round = 0; round < rounds; round++) {
            for (Plan plan : plans) {
                Delays delays = Delays.measure(plan, seconds);
                found.computeIfAbsent(plan, key -> new ArrayList<>()).add(delays);
                run.progress(String.format(
                        "round %d of %d, %s: p50 %.2f ms, p99 %.2f ms at %,.0f/s",
                        round + 1,
                        rounds,
                        plan,
                        delays.percentile(50) / MICROS_IN_A_MILLI,
                        delays.percentile(99) / MICROS_IN_A_MILLI,
                        delays.perSecond()));
            }
        }
        return run.finish(page(seconds, rounds, found), "bus-delay");
    }

    private Page page(int seconds, int rounds, Map<Plan, List<Delays>> found) {
        Page page = new Page("Bus: from a removal to another's near tier", String.format("""
                Two processes with a near tier each over the same shared one, on one machine. One removes keys for %d s: a hundred \
                probes a second, one `remove` each, and besides as many other keys as the table says, ten to a `removeAll` by \
                eight threads. All of them are in the near tier of the other process, which is told by its bus. The delay is from the \
                moment at which `remove` has returned until the other's near tier is without the entry; where it was without it \
                before, the delay counts as nothing. %d rounds: medians over rounds, the range in brackets.

                The other process is not asked, since reading would bring the entry back and asking costs a processor: a listener \
                notes the time. It is told from another thread after the entry has left, so that every delay is too long by what that \
                takes: the column "listener" has it, measured in the same process by removing entries there, when the bus is \
                quiet. Times come from `System.nanoTime` in both processes, which on Linux is the machine's monotonic clock; that \
                it is the same is checked below.

                Redis and PostgreSQL send messages; the bus over Memcached is polled every 200 ms and the one over files every 100 ms, and \
                so is their delay.\
                """, seconds, rounds));
        Table table = new Table(
                "Tier",
                "other keys/s, asked",
                "all keys/s, removed",
                "p50, ms",
                "p99, ms",
                "longest, ms",
                "before the return, %",
                "listener p50, ms",
                "listener p99, ms");
        found.forEach((plan, delays) -> table.row(
                plan.tier(),
                Spread.number(plan.othersPerSecond()),
                spread(delays, Delays::perSecond).text(),
                millis(delays, each -> each.percentile(50)),
                millis(delays, each -> each.percentile(99)),
                millis(delays, each -> each.percentile(100)),
                spread(delays, Delays::earlyPercent).text(),
                millis(delays, each -> each.listenerPercentile(50)),
                millis(delays, each -> each.listenerPercentile(99))));
        page.section("Delay", table);
        List<Claim> claims = new ArrayList<>();
        found.forEach((plan, delays) -> claims.addAll(claims(plan, delays)));
        return page.claims(claims).section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()));
    }

    private static List<Claim> claims(Plan plan, List<Delays> delays) {
        String name = plan.tier() + " at " + Spread.number(plan.othersPerSecond()) + "/s: ";
        long unheard = delays.stream().mapToLong(Delays::unheard).sum();
        long cleared = delays.stream().mapToLong(Delays::cleared).sum();
        double longest = spread(delays, each -> each.percentile(100)).max() / MICROS_IN_A_MILLI;
        double slowest = spread(delays, Delays::perSecond).min();
        return List.of(
                new Claim(name + "every probe was heard of; " + unheard + " were not", unheard == 0),
                new Claim(name + "no near tier was emptied for a gap; " + cleared + " entries went so", cleared == 0),
                new Claim(
                        name + "the longest delay is below maxSilence, " + MAX_SILENCE.toMillis() + " ms; found "
                                + Spread.number(longest),
                        longest <= MAX_SILENCE.toMillis()),
                new Claim(
                        name + "the removing process kept the rate up; the slowest round had " + Spread.number(slowest)
                                + "/s",
                        slowest >= KEPT_UP * plan.othersPerSecond()),
                new Claim(
                        name + "both processes read the same clock",
                        delays.stream().allMatch(Delays::clocksAgree)));
    }

    private static String millis(List<Delays> delays, ToDoubleFunction<Delays> micros) {
        return spread(delays, each -> micros.applyAsDouble(each) / MICROS_IN_A_MILLI)
                .text();
    }

    private static Spread spread(List<Delays> delays, ToDoubleFunction<Delays> figure) {
        return Spread.of(delays.stream().mapToDouble(figure).toArray());
    }

    private static List<String> versions() {
        return List.of(
                RunFacts.redisVersion(),
                RunFacts.firstLine(Path.of("."), "memcached", "-V").replace("memcached", "Memcached"),
                RunFacts.version("Lettuce", RedisClient.class),
                RunFacts.version("PostgreSQL's driver", org.postgresql.Driver.class));
    }
}
