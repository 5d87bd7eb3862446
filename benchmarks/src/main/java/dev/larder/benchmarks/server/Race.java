package dev.larder.benchmarks.server;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Costs of two servers under the same loads, by turns, as a table and claims. Confined to one thread. */
final class Race {
    private final String peer;
    private final Map<Load, List<Cost>> peers = new LinkedHashMap<>();
    private final Map<Load, List<Cost>> larders = new LinkedHashMap<>();

    Race(String peer) {
        this.peer = peer;
    }

    void add(Load load, Cost ofPeer, Cost ofLarder) {
        peers.computeIfAbsent(load, any -> new ArrayList<>()).add(ofPeer);
        larders.computeIfAbsent(load, any -> new ArrayList<>()).add(ofLarder);
    }

    private static List<Cost> of(Map<Load, List<Cost>> costs, Load load) {
        return costs.getOrDefault(load, List.of());
    }

    Table table() {
        Table table = new Table(
                "load",
                peer + ", s/Mop",
                "Larder, s/Mop",
                "times " + peer + "'s",
                peer + ", k/s",
                "Larder, k/s",
                "times " + peer + "'s rate");
        for (Load load : larders.keySet()) {
            table.row(
                    load.title(),
                    split(of(peers, load)),
                    split(of(larders, load)),
                    processor(load).text(),
                    Spread.number(Cost.spread(of(peers, load), Cost::rate).median() / 1000),
                    Spread.number(Cost.spread(of(larders, load), Cost::rate).median() / 1000),
                    rate(load).text());
        }
        return table;
    }

    private static String split(List<Cost> costs) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f + %.2f)",
                Cost.spread(costs, Cost::processor).median(),
                Cost.spread(costs, Cost::user).median(),
                Cost.spread(costs, Cost::system).median());
    }

    private Spread processor(Load load) {
        return Cost.ratio(of(larders, load), of(peers, load), Cost::processor);
    }

    private Spread rate(Load load) {
        return Cost.ratio(of(larders, load), of(peers, load), Cost::rate);
    }

    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        for (Load load : larders.keySet()) {
            double processor = processor(load).median();
            claims.add(new Claim(
                    String.format(
                            Locale.ROOT,
                            "%s: at most %.2f times %s's processor time; found %.2f",
                            load.title(),
                            load.mostProcessor(),
                            peer,
                            processor),
                    processor <= load.mostProcessor()));
            if (load.leastRate() > 0) {
                double rate = rate(load).median();
                claims.add(new Claim(
                        String.format(
                                Locale.ROOT,
                                "%s: at least %.2f times %s's rate; found %.2f",
                                load.title(),
                                load.leastRate(),
                                peer,
                                rate),
                        rate >= load.leastRate()));
            }
        }
        return claims;
    }
}
