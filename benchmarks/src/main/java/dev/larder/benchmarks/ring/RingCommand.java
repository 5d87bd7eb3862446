package dev.larder.benchmarks.ring;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Counts the keys that move when a server joins the ring, and what that costs the origin, and writes the page. */
@Command(
        name = "ring",
        description = "Keys that move when a Memcached server joins, and the loads that follow.",
        mixinStandardHelpOptions = true)
public final class RingCommand implements Callable<Integer> {
    private static final List<Integer> SERVERS = List.of(3, 4, 8, 10, 11, 16);
    private static final int CLAIMED = 10;
    private static final double FLOOR = 1.15;
    private static final int ARRIVALS = 3;
    /** A warm join may cost the origin so much of what a cold one does. */
    private static final double WARM_SHARE = 0.02;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws Exception {
        int rounds = run.rounds(50);
        int keys = run.size(200_000, 20_000);
        Map<Integer, List<Join>> joins = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int servers : SERVERS) {
                joins.computeIfAbsent(servers, key -> new ArrayList<>()).add(Join.of(servers, keys, round));
            }
        }
        List<Arrival> warm = new ArrayList<>();
        List<Arrival> cold = new ArrayList<>();
        int reads = run.size(120_000, 24_000);
        int read = run.size(20_000, 2_000);
        try (Arrivals arrivals = new Arrivals(read, reads)) {
            for (int round = 0; round < (run.quick() ? 1 : ARRIVALS); round++) {
                run.progress("the tenth server joins, round " + (round + 1));
                warm.add(arrivals.join("warm" + round, true));
                cold.add(arrivals.join("cold" + round, false));
            }
        }
        Page page = page(rounds, keys, joins);
        page.section(
                "Loads after the tenth server joined", arrivalText(read, reads, warm.size()), arrivals(warm, cold));
        page.claims(claims(joins, warm, cold));
        page.section("Run", RunFacts.of(run.command(), RunOptions.root(), List.of(RunFacts.memcachedVersion())));
        return run.finish(page, "ring");
    }

    private static String arrivalText(int keys, int reads, int rounds) {
        return String.format("""
                Nine real servers hold %,d keys of a cache without a near tier. Two threads read them as fast as they can, %,d \
                reads in all, skewed (Zipf, exponent %s); after %d of %d equal slices of the reads the tenth server joins. Warm: \
                for `warm-up` the servers before answer what it does not have yet, and it gets a copy. Cold: `warm-up=0s`. Each \
                load is counted. Medians over %d rounds, the range in brackets.\
                """, keys, reads, Arrivals.SKEW, Arrivals.SLICES_BEFORE, Arrivals.SLICES, rounds);
    }

    private static Table arrivals(List<Arrival> warm, List<Arrival> cold) {
        Table table = new Table("Loads", "warm", "cold");
        table.row("before the join", loads(warm, Arrival::before), loads(cold, Arrival::before));
        table.row("from the join on", loads(warm, Arrival::after), loads(cold, Arrival::after));
        table.row("in the worst slice", loads(warm, Arrival::most), loads(cold, Arrival::most));
        return table;
    }

    private static String loads(List<Arrival> arrivals, ToLongFunction<Arrival> figure) {
        return Spread.of(arrivals.stream().map(figure::applyAsLong).toList()).text();
    }

    private static List<Claim> claims(Map<Integer, List<Join>> joins, List<Arrival> warm, List<Arrival> cold) {
        List<Join> claimed = joins.getOrDefault(CLAIMED, List.of());
        Spread times = spread(claimed, Join::timesIdeal);
        long within =
                claimed.stream().filter(join -> join.timesIdeal() <= FLOOR).count();
        long warmLoads = warm.stream().mapToLong(Arrival::after).sum();
        long coldLoads = cold.stream().mapToLong(Arrival::after).sum();
        return List.of(
                new Claim(
                        "When the tenth server joins, the median of moved keys is at most " + FLOOR
                                + " times the ideal; found " + Spread.number(times.median()) + ", and " + within
                                + " of "
                                + claimed.size() + " rounds were within",
                        times.median() <= FLOOR),
                new Claim(
                        "No key moves between old servers",
                        joins.values().stream().flatMap(List::stream).allMatch(join -> join.strays() == 0)),
                new Claim(
                        "A warm join costs the origin at most " + WARM_SHARE + " times what a cold one does; found "
                                + warmLoads + " loads after warm joins and " + coldLoads + " after cold ones",
                        coldLoads > 0 && warmLoads <= WARM_SHARE * coldLoads));
    }

    private Page page(int rounds, int keys, Map<Integer, List<Join>> joins) {
        Page page = new Page("Ring: keys that move when a server joins", String.format("""
                %,d keys are placed by `larder-memcached`'s ring, which is libmemcached's, on some servers and on one more, all \
                of equal weight. %d rounds, each with servers of other addresses: where their points fall is chance, and so \
                is the share that the new one takes. Medians over rounds, the range in brackets. Ideal is the share that the new \
                server must take if all hold the same. Here no server runs: the ring is arithmetic.\
                """, keys, rounds));
        Table table = new Table(
                "Servers, with the new one",
                "ideal, % of keys",
                "moved, %",
                "times ideal",
                "keys that moved between old ones",
                "fullest server, times the mean");
        joins.forEach((servers, found) -> table.row(
                servers,
                Spread.number(100.0 / servers),
                spread(found, join -> 100 * join.moved()).text(),
                spread(found, Join::timesIdeal).text(),
                found.stream().mapToLong(Join::strays).sum(),
                spread(found, Join::fullest).text()));
        return page.section("Moved keys", table);
    }

    private static Spread spread(List<Join> joins, ToDoubleFunction<Join> figure) {
        return Spread.of(joins.stream().mapToDouble(figure).toArray());
    }
}
