package dev.larder.benchmarks.ring;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Counts the keys that move when a server joins the ring, and writes the page. */
@Command(name = "ring", description = "Keys that move when a Memcached server joins.", mixinStandardHelpOptions = true)
public final class RingCommand implements Callable<Integer> {
    private static final List<Integer> SERVERS = List.of(3, 4, 8, 10, 11, 16);
    private static final int CLAIMED = 10;
    private static final double FLOOR = 1.15;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException {
        int rounds = run.rounds(50);
        int keys = run.size(200_000, 20_000);
        Map<Integer, List<Join>> joins = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (int servers : SERVERS) {
                joins.computeIfAbsent(servers, key -> new ArrayList<>()).add(Join.of(servers, keys, round));
            }
        }
        return run.finish(page(rounds, keys, joins), "ring");
    }

    private Page page(int rounds, int keys, Map<Integer, List<Join>> joins) {
        Page page = new Page("Ring: keys that move when a server joins", String.format("""
                %,d keys are placed by `larder-memcached`'s ring, which is libmemcached's, on some servers and on one more, all \
                of equal weight. %d rounds, each with servers of other addresses: where their points fall is chance, and so \
                is the share that the new one takes. Medians over rounds, the range in brackets. Ideal is the share that the new \
                server must take if all hold the same. No server runs: the ring is arithmetic.\
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
        page.section("Moved keys", table);
        List<Join> claimed = joins.getOrDefault(CLAIMED, List.of());
        Spread times = spread(claimed, Join::timesIdeal);
        long within =
                claimed.stream().filter(join -> join.timesIdeal() <= FLOOR).count();
        page.claims(List.of(
                new Claim(
                        "When the tenth server joins, the median of moved keys is at most " + FLOOR
                                + " times the ideal; found " + Spread.number(times.median()) + ", and " + within
                                + " of "
                                + claimed.size() + " rounds were within",
                        times.median() <= FLOOR),
                new Claim(
                        "No key moves between old servers",
                        joins.values().stream().flatMap(List::stream).allMatch(join -> join.strays() == 0))));
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), List.of()));
    }

    private static Spread spread(List<Join> joins, ToDoubleFunction<Join> figure) {
        return Spread.of(joins.stream().mapToDouble(figure).toArray());
    }
}
