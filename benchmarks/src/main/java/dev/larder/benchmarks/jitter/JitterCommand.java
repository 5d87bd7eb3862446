package dev.larder.benchmarks.jitter;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Simulates the reloads after one big load, with and without jitter, and writes the page. */
@Command(
        name = "jitter",
        description = "Peak reloads per second after 1.87 million entries were loaded within a minute (simulated).",
        mixinStandardHelpOptions = true)
public final class JitterCommand implements Callable<Integer> {
    private static final int LOAD_SECONDS = 60;
    private static final int LIFE_SECONDS = 3_600;
    private static final int WAVES = 4;
    private static final double[] JITTERS = {0, 0.05, 0.1, 0.2, 0.3, 0.5};
    private static final int ENTRIES = 1_870_000;
    /** The real cache holds one of so many entries. */
    private static final int PART = 20;
    /** A busiest second is above the mean one by chance: by so many standard deviations at most. */
    private static final double CHANCE = 5;

    private static final double ALIKE = 0.2;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException {
        int rounds = run.rounds(3);
        Waves.Stock stock = new Waves.Stock(ENTRIES, LOAD_SECONDS, LIFE_SECONDS);
        Waves.Stock part = new Waves.Stock(stock.entries() / PART, LOAD_SECONDS, LIFE_SECONDS);
        Map<Double, List<Waves>> found = new LinkedHashMap<>();
        Map<Double, List<Double>> real = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (double jitter : JITTERS) {
                found.computeIfAbsent(jitter, key -> new ArrayList<>()).add(Waves.simulate(stock, jitter, WAVES));
                real.computeIfAbsent(jitter, key -> new ArrayList<>())
                        .add(PART * RealCache.peakLoadsPerSecond(part, jitter));
            }
            run.progress("round " + (round + 1) + " of " + rounds);
        }
        return run.finish(page(stock, rounds, found, real), "jitter");
    }

    private Page page(Waves.Stock stock, int rounds, Map<Double, List<Waves>> found, Map<Double, List<Double>> real) {
        Page page = new Page(
                "Jitter: reloads after one big load",
                String.format(
                        """
                        %,d entries are loaded evenly within %d s, each with a time to live of %d minutes, and each is loaded again \
                        the moment it expires. Time is simulated; the lives are drawn by the code that caches use (`NodeFactory`, \
                        `ExpiryRules`). A wave is every entry's n-th reload. A lazy cache reloads only what is read, so these are \
                        upper bounds. %d rounds, each a cache with a seed of its own: medians, the range in brackets.

                        An entry's share of the jitter comes from its key and the cache's seed, so it is the same at each reload: \
                        what expired early once expires early again, and the n-th wave is n times as wide as the first. Drawn anew at \
                        each reload, waves would widen with the square root of their number only.

                        The last column is a check of the simulation: a real cache of a twentieth of the entries on a ticker moved by \
                        hand, all of it read every %d simulated seconds, calls of its loader in the busiest such step of the first wave, \
                        times twenty. A step catches up to %d s of the %d s that the load took, so that without jitter it shows the \
                        same as the simulation.\
                        """,
                        stock.entries(),
                        stock.loadSeconds(),
                        stock.liveSeconds() / 60,
                        rounds,
                        RealCache.STEP_SECONDS,
                        RealCache.STEP_SECONDS,
                        stock.loadSeconds()));
        page.section("Peak reloads per second", table(found, real));
        return page.claims(claims(stock, found, real))
                .section("Run", RunFacts.of(run.command(), RunOptions.root(), List.of()));
    }

    private static Table table(Map<Double, List<Waves>> found, Map<Double, List<Double>> real) {
        Table table = new Table("Jitter", "1st wave", "2nd", "3rd", "4th", "any second", "a real cache, 1st wave");
        found.forEach((jitter, rounds) -> {
            List<Object> cells = new ArrayList<>(List.of(percent(jitter)));
            for (int wave = 0; wave < WAVES; wave++) {
                int number = wave;
                cells.add(spread(rounds, each -> each.peak(number)).text());
            }
            cells.add(spread(rounds, each -> each.peak()).text());
            cells.add(Spread.of(real.getOrDefault(jitter, List.of())).text());
            table.row(cells.toArray());
        });
        return table;
    }

    private static List<Claim> claims(
            Waves.Stock stock, Map<Double, List<Waves>> found, Map<Double, List<Double>> real) {
        List<Claim> claims = new ArrayList<>();
        found.forEach((jitter, rounds) -> {
            double even = stock.entries() / Math.max(stock.loadSeconds(), jitter * stock.liveSeconds());
            double worst = spread(rounds, each -> each.peak(0)).max();
            double measured = Spread.of(real.getOrDefault(jitter, List.of())).median();
            double most = even + CHANCE * Math.sqrt(even);
            claims.add(new Claim(
                    String.format(
                            "Jitter of %s: no second of the first wave has more reloads than the even spread, %s/s, and"
                                    + " chance, %s/s; found %s/s",
                            percent(jitter), Spread.number(even), Spread.number(most), Spread.number(worst)),
                    worst <= most));
            claims.add(new Claim(
                    String.format(
                            "Jitter of %s: a real cache reloads as simulated, to a fifth; %s/s",
                            percent(jitter), Spread.number(measured)),
                    Math.abs(measured / worst - 1) <= ALIKE));
        });
        return claims;
    }

    private static Spread spread(List<Waves> rounds, ToDoubleFunction<Waves> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).toArray());
    }

    private static String percent(double jitter) {
        return Math.round(100 * jitter) + " %";
    }
}
