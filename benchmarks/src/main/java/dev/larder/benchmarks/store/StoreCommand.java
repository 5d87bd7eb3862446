package dev.larder.benchmarks.store;

import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures speed and memory of the server's off-heap store, and writes the page. */
@Command(
        name = "store",
        description = "The server's off-heap store: processor time of gets and sets, and memory for an item.",
        mixinStandardHelpOptions = true)
public final class StoreCommand implements Callable<Integer> {
    private static final int FEW = 10_000;
    /** The JVM's optimizing compiler needs most of it. */
    private static final int WARM_MILLIS = 10_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> JVM = List.of("-Xmx1g", "-Xmn32m", "-XX:+UseSerialGC");
    private static final double MOST_BYTES = 156;
    private static final double MOST_BYTES_WITH_EXPIRY = 160;
    /** A hundredth of what a server needs for a get in a pipeline, by server.md. */
    private static final double MOST_NANOS_OF_ADVICE = 29;

    @Mixin
    private RunOptions run = new RunOptions();

    /** What a process is to measure. */
    private record Case(int items, int threads) {
        String title() {
            return String.format("%,d items, %d thread%s", items, threads, threads == 1 ? "" : "s");
        }
    }

    /** What it found. */
    private record Found(double get, double set, double resident, double counted) {
        static Found of(String answer) {
            String[] figures = answer.split(" ", -1);
            return new Found(
                    Double.parseDouble(figures[0]),
                    Double.parseDouble(figures[1]),
                    Double.parseDouble(figures[2]),
                    Double.parseDouble(figures[3]));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(3);
        int many = run.size(1_000_000, 50_000);
        List<Case> cases = List.of(new Case(FEW, 1), new Case(FEW, 2), new Case(many, 1), new Case(many, 2));
        Map<Case, Map<StoreKind, List<Found>>> found = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Case each : cases) {
                for (StoreKind kind : StoreKind.values()) {
                    Found one = measure(kind, each);
                    run.progress(each.title() + ", " + kind.title() + ": " + one);
                    found.computeIfAbsent(each, any -> new LinkedHashMap<>())
                            .computeIfAbsent(kind, any -> new ArrayList<>())
                            .add(one);
                }
            }
        }
        return run.finish(page(rounds, many, found), "server-store");
    }

    private Found measure(StoreKind kind, Case what) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                kind.name(),
                Integer.toString(what.items),
                Integer.toString(what.threads),
                Integer.toString(run.size(2_000_000, 100_000)),
                Integer.toString(run.size(WARM_MILLIS, 100)));
        try (ChildJvm child = ChildJvm.start("store", StoreProbe.class, JVM, arguments)) {
            return Found.of(child.await("result", PATIENCE));
        }
    }

    private Page page(int rounds, int many, Map<Case, Map<StoreKind, List<Found>>> found) {
        Page page = new Page("The server's store: time and memory for an item", String.format("""
                Keys of 20 bytes, values of 100, keys drawn evenly at random, so that nothing is in a processor's cache but by \
                luck: with a million items a get waits for memory most of the time. A get hits, tells the policy of the read, \
                and copies the value out; a set replaces a value of the same size. Time is the processor time of the threads \
                that work, less that of making keys. In each of %d rounds every contender runs in a process of its own, one \
                after another; medians over rounds, the range in brackets, ratios within a round. Less than 1 in "times the \
                map's" is quicker. `ConcurrentHashMap` of arrays on the heap is the floor: it bounds nothing, expires nothing \
                and knows nothing of reads.\
                """, rounds));
        found.forEach((what, kinds) -> page.section("Speed: " + what.title(), speed(what, kinds)));
        Map<StoreKind, List<Found>> alone = found.getOrDefault(new Case(many, 1), Map.of());
        page.section("Memory: " + String.format("%,d items", many), memory(alone));
        List<Claim> claims = new ArrayList<>(claims(alone));
        claims.add(advice(found.getOrDefault(new Case(FEW, 1), Map.of())));
        return page.claims(run.quick() ? List.of() : claims) // few items share tables of whole pages
                .section("Run", RunFacts.of(run.command(), RunOptions.root(), List.of()));
    }

    private static Table speed(Case what, Map<StoreKind, List<Found>> kinds) {
        Table table = new Table(what.title(), "get, ns", "times the map's", "set, ns", "times the map's");
        List<Found> map = kinds.getOrDefault(StoreKind.HEAP_MAP, List.of());
        kinds.forEach((kind, each) -> table.row(
                kind.title(),
                spread(each, Found::get).text(),
                ratio(each, map, Found::get),
                spread(each, Found::set).text(),
                ratio(each, map, Found::set)));
        return table;
    }

    private static Table memory(Map<StoreKind, List<Found>> kinds) {
        Table table =
                new Table("bytes for an item", "resident, beyond an empty process's", "by the store's own account");
        kinds.forEach((kind, each) -> table.row(
                kind.title(),
                spread(each, Found::resident).text(),
                kind == StoreKind.HEAP_MAP ? "–" : spread(each, Found::counted).text()));
        return table;
    }

    private static List<Claim> claims(Map<StoreKind, List<Found>> kinds) {
        return List.of(
                atMost(
                        "An item with an expiry",
                        kinds.getOrDefault(StoreKind.LARDER_FULL, List.of()),
                        MOST_BYTES_WITH_EXPIRY),
                atMost("An item without one", kinds.getOrDefault(StoreKind.LARDER_BOUNDED, List.of()), MOST_BYTES));
    }

    private static Claim advice(Map<StoreKind, List<Found>> kinds) {
        double nanos = spread(kinds.getOrDefault(StoreKind.LARDER_OBSERVED, List.of()), Found::get)
                        .median()
                - spread(kinds.getOrDefault(StoreKind.LARDER_BOUNDED, List.of()), Found::get)
                        .median();
        return new Claim(
                String.format(
                        Locale.ROOT,
                        "What `LARDER.ADVICE` is told of costs a get at most %.0f ns, a hundredth of the processor time that a"
                                + " server needs for one in a pipeline; found %.0f, with few items",
                        MOST_NANOS_OF_ADVICE,
                        nanos),
                nanos <= MOST_NANOS_OF_ADVICE);
    }

    private static Claim atMost(String what, List<Found> found, double most) {
        double counted = spread(found, Found::counted).max();
        return new Claim(
                what + ", in a bounded store with the default policy, takes at most " + Spread.number(most)
                        + " bytes by the store's account; found " + String.format("%.1f", counted),
                counted <= most);
    }

    private static String ratio(List<Found> those, List<Found> others, ToDoubleFunction<Found> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(those.size(), others.size()); i++) {
            ratios.add(figure.applyAsDouble(those.get(i)) / figure.applyAsDouble(others.get(i)));
        }
        return Spread.of(ratios).text();
    }

    private static Spread spread(List<Found> found, ToDoubleFunction<Found> figure) {
        return Spread.of(found.stream().mapToDouble(figure).toArray());
    }
}
