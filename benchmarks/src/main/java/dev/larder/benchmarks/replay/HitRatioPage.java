package dev.larder.benchmarks.replay;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Turns outcomes into the page that compares Larder's hit ratios with Caffeine's. */
final class HitRatioPage {
    private static final String LARDER = "larder";
    private static final String CAFFEINE = "caffeine";

    /** What is promised, in points of a hit ratio in percent. */
    private static final double WORST_TRACE = -0.5;

    private static final double SHARE_OF_TRACES = 0.85;
    private static final double MEAN = 0.3;

    private final List<Outcome> outcomes;
    private final List<String> policies;
    private final int rounds;
    /** Means over a trace's sizes, by trace and policy. */
    private final Map<String, Map<String, Double>> means;

    HitRatioPage(List<Outcome> outcomes, List<String> policies, int rounds) {
        this.outcomes = outcomes;
        this.policies = policies;
        this.rounds = rounds;
        this.means = outcomes.stream()
                .collect(Collectors.groupingBy(
                        Outcome::trace,
                        LinkedHashMap::new,
                        Collectors.groupingBy(Outcome::policy, Collectors.averagingDouble(Outcome::mean))));
    }

    /** Writes the page; says whether all that was promised holds. */
    boolean write(Path directory, String facts) throws IOException {
        Page page = new Page("Hit ratios", """
                        Recorded requests replayed through the real caches, each from empty, each told its bound and nothing \
                        else. `larder` is a cache as it comes; other names are Larder's policies, or other libraries; `lru` is \
                        the textbook's exact one. Percent of the requests that hit, means of %d runs: Caffeine's hits differ \
                        from run to run, by up to two points on small caches. "Points" is Larder's less Caffeine's.

                        The traces are not part of this repository. `lirs_*` and `addr_*`, `corda`, `cp_*` and `scarab` come \
                        with Caffeine's simulator, the first two from the authors of LIRS and from programs' memory; `c2k_*` \
                        from cache2k's benchmarks; `lcs_*` from libCacheSim.""".formatted(rounds));
        page.section("By trace, means over the sizes", byTrace());
        page.section("By size", bySize());
        page.claims(claims()).section("Run", facts).write(directory, "hit-ratios");
        return page.holds();
    }

    private Table byTrace() {
        Table table = new Table(headings("trace"));
        means.forEach((trace, byPolicy) -> table.row(cells(trace, byPolicy, lead(byPolicy))));
        Map<String, Double> all = policies.stream()
                .distinct()
                .collect(Collectors.toMap(
                        policy -> policy,
                        policy -> means.values().stream()
                                .mapToDouble(byPolicy -> byPolicy.getOrDefault(policy, 0.0))
                                .average()
                                .orElse(0)));
        return table.row(cells("mean", all, meanLead()));
    }

    private Table bySize() {
        Table table = new Table(headings("trace, entries"));
        Map<String, Map<String, Double>> bySize = outcomes.stream()
                .collect(Collectors.groupingBy(
                        outcome -> outcome.trace() + ", " + String.format(Locale.ROOT, "%,d", outcome.size()),
                        LinkedHashMap::new,
                        Collectors.toMap(Outcome::policy, Outcome::mean, (first, second) -> first)));
        bySize.forEach((name, ratios) -> table.row(cells(name, ratios, lead(ratios))));
        return table;
    }

    private String[] headings(String first) {
        List<String> headings = new ArrayList<>(List.of(first));
        headings.addAll(policies);
        headings.add("points");
        return headings.toArray(String[]::new);
    }

    private Object[] cells(String name, Map<String, Double> ratios, double lead) {
        List<Object> cells = new ArrayList<>(List.of(name));
        for (String policy : policies) {
            cells.add(String.format(Locale.ROOT, "%.2f", ratios.getOrDefault(policy, 0.0)));
        }
        cells.add(String.format(Locale.ROOT, "%+.2f", lead));
        return cells.toArray();
    }

    private static double lead(Map<String, Double> ratios) {
        return ratios.getOrDefault(LARDER, 0.0) - ratios.getOrDefault(CAFFEINE, 0.0);
    }

    private List<Double> leads() {
        return means.values().stream().map(HitRatioPage::lead).toList();
    }

    private double meanLead() {
        return leads().stream().mapToDouble(lead -> lead).average().orElse(0);
    }

    private List<Claim> claims() {
        List<Double> leads = leads();
        double worst = leads.stream().mapToDouble(lead -> lead).min().orElse(0);
        long ahead = leads.stream().filter(lead -> lead >= 0).count();
        return List.of(
                new Claim(
                        String.format(
                                Locale.ROOT,
                                "no trace is more than 0.5 points behind Caffeine; the last one: %+.2f",
                                worst),
                        worst >= WORST_TRACE),
                new Claim(
                        String.format(
                                Locale.ROOT,
                                "85 %% of the traces are not behind Caffeine: %d of %d",
                                ahead,
                                leads.size()),
                        ahead >= SHARE_OF_TRACES * leads.size()),
                new Claim(
                        String.format(
                                Locale.ROOT,
                                "the mean over the traces is 0.3 points above Caffeine's: %+.2f",
                                meanLead()),
                        meanLead() >= MEAN));
    }
}
