package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** How long callers wait at half of the load that Redis can take, when the servers are warm and in their first seconds. */
final class Tail implements Part {
    private static final int VALUE_BYTES = 64;
    private static final int SECONDS = 5;
    private static final int FIRST_ROUNDS = 6;
    private static final int MEASURED = 300_000;
    private static final double MOST_TIMES = 2;
    private static final double TAIL = 99.9;
    private static final List<Contender> BOTH = List.of(Contender.REDIS, Contender.LARDER);

    private final Map<Contender, List<Histogram>> first = new EnumMap<>(Contender.class);
    private final Map<Contender, List<Histogram>> warm = new EnumMap<>(Contender.class);

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException {
        int rounds = run.rounds(7);
        double rate;
        try (ServerProcess redis = Contender.REDIS.start(List.of());
                ServerProcess larder = Contender.LARDER.start(List.of())) {
            rate = saturating(redis, run.size(MEASURED, MEASURED / 10)) / 2;
            saturating(larder, run.size(MEASURED, MEASURED / 10));
            for (int round = -FIRST_ROUNDS; round < rounds; round++) {
                for (Contender contender : BOTH) {
                    ServerProcess server = contender == Contender.REDIS ? redis : larder;
                    Histogram latencies = paced(server, rate, run.size(SECONDS, 1));
                    run.progress(contender.title() + ": p99.9 " + micros(latencies, TAIL) + " us");
                    (round < 0 ? first : warm)
                            .computeIfAbsent(contender, any -> new ArrayList<>())
                            .add(latencies);
                }
            }
        }
        page.section(
                "Waiting at half load",
                String.format(Locale.ROOT, """
                %d connections send gets at random moments (Poisson), %,.0f a second in all, half of what Redis answers when \
                pressed, whether replies came or not; a wait begins when a get was due. %d rounds of %d s by turns, medians and \
                ranges over rounds; "first" are the %d rounds before these, in which the JVM still compiles. The sender naps \
                between requests for about 60 us, which its p50 shows. Where the machine takes a processor away for \
                milliseconds, everybody's highest waits are of that kind.\
                """, RedisSpeed.CONNECTIONS, rate, rounds, SECONDS, FIRST_ROUNDS),
                table());
        double times = ratio();
        return List.of(new Claim(
                String.format(
                        Locale.ROOT,
                        "p99.9 of a warm server is at most %.0f times Redis's; found %.2f",
                        MOST_TIMES,
                        times),
                times <= MOST_TIMES));
    }

    private Table table() {
        Table table = new Table("GET of 64 B", "p50, us", "p99, us", "p99.9, us", "p99.99, us");
        for (Contender contender : BOTH) {
            row(table, contender.title() + ", first", first.getOrDefault(contender, List.of()));
            row(table, contender.title(), warm.getOrDefault(contender, List.of()));
        }
        return table;
    }

    private static void row(Table table, String title, List<Histogram> latencies) {
        table.row(
                title,
                spread(latencies, each -> micros(each, 50)).text(),
                spread(latencies, each -> micros(each, 99)).text(),
                spread(latencies, each -> micros(each, TAIL)).text(),
                spread(latencies, each -> micros(each, 99.99)).text());
    }

    private double ratio() {
        List<Histogram> redis = warm.getOrDefault(Contender.REDIS, List.of());
        List<Histogram> larder = warm.getOrDefault(Contender.LARDER, List.of());
        double[] ratios = new double[redis.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = micros(larder.get(i), TAIL) / micros(redis.get(i), TAIL);
        }
        return Spread.of(ratios).median();
    }

    private static Spread spread(List<Histogram> latencies, ToDoubleFunction<Histogram> figure) {
        return Spread.of(latencies.stream().mapToDouble(figure).toArray());
    }

    private static double micros(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1000.0;
    }

    private static double saturating(ServerProcess server, int operations) throws IOException {
        try (Generator generator = new Generator(server.port(), RedisSpeed.CONNECTIONS)) {
            generator.saturate(Wire.redisSet(VALUE_BYTES), 16, RedisBenchmark.KEYS, new Sequence());
            SplittableRandom random = new SplittableRandom(1);
            Wire get = Wire.redisGet(VALUE_BYTES);
            generator.saturate(get, 1, operations, () -> random.nextInt(RedisBenchmark.KEYS));
            return generator.saturate(get, 1, operations, () -> random.nextInt(RedisBenchmark.KEYS));
        }
    }

    private static Histogram paced(ServerProcess server, double rate, int seconds) throws IOException {
        try (Generator generator = new Generator(server.port(), RedisSpeed.CONNECTIONS)) {
            SplittableRandom random = new SplittableRandom(2);
            return generator.pace(
                    Wire.redisGet(VALUE_BYTES),
                    rate,
                    (long) (rate * seconds),
                    () -> random.nextInt(RedisBenchmark.KEYS));
        }
    }
}
