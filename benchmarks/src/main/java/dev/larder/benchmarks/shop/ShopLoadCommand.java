package dev.larder.benchmarks.shop;

import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.shop.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts load on the shop in each of its scenes, in alternating rounds, and writes the page. */
@Command(
        name = "shop-load",
        description = "Product pages under load: requests and SQL statements a second, with and without tiers.",
        mixinStandardHelpOptions = true)
public final class ShopLoadCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the shop keeps its data. Default: below target/.")
    private @Nullable Path data;

    @Option(names = "--connections", defaultValue = "24", description = "Shoppers. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--instances", split = ",", description = "How many processes serve. Default: 1,3.")
    private List<Integer> instances = List.of(1, 3);

    @Option(
            names = "--seconds",
            description =
                    "Length of each measurement; half as long again comes before it. Default: 20, or 3 with --quick.")
    private int seconds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Sizes sizes = run.quick() ? new Sizes(300, 20) : Sizes.FULL;
        int measuredSeconds = seconds > 0 ? seconds : run.size(20, 3);
        int rounds = run.rounds(3);
        Path home = data != null
                ? data.toAbsolutePath()
                : RunOptions.root().resolve("benchmarks/target/shop-" + sizes.products() + "x" + sizes.stores());
        Files.createDirectories(home);
        Shoppers shoppers = new Shoppers(sizes, connections);
        Map<Scene, List<Outcome>> outcomes = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Scene scene : scenes()) {
                Outcome outcome = play(scene, sizes, home, new Visit(shoppers, measuredSeconds, round));
                outcomes.computeIfAbsent(scene, key -> new ArrayList<>()).add(outcome);
                run.progress(String.format(
                        "round %d of %d, %s, %d: %,.0f requests/s",
                        round + 1, rounds, scene.title(), scene.instances(), outcome.requestsPerSecond()));
            }
        }
        return run.finish(page(sizes, measuredSeconds, rounds, outcomes), "shop-load");
    }

    private List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        for (int count : instances) {
            scenes.add(new Scene("no cache", Strategy.NO_CACHE, false, count));
            scenes.add(new Scene("near tier", Strategy.WRITE_THROUGH, false, count));
            scenes.add(new Scene("near tier + Redis", Strategy.WRITE_THROUGH, true, count));
        }
        return scenes;
    }

    private static Outcome play(Scene scene, Sizes sizes, Path home, Visit visit)
            throws IOException, InterruptedException {
        try (RedisServer redis = RedisServer.start();
                ShopProcesses shop = ShopProcesses.start(scene, sizes, home, redis)) {
            visit.shoppers().shop(shop.ports(), visit.warmUpSeconds(), visit.round()); // compiles, and fills the tiers
            ShopProcesses.Counters before = shop.counters();
            Shoppers.Load load = visit.shoppers().shop(shop.ports(), visit.seconds(), visit.round() + 77_777);
            ShopProcesses.Counters change = shop.counters().minus(before);
            return new Outcome(load, change);
        }
    }

    private Page page(Sizes sizes, int measuredSeconds, int rounds, Map<Scene, List<Outcome>> outcomes) {
        String introduction = String.format(
                """
                The storefront (%,d products, %,d stores, %,d stock rows, H2) serves product pages, each with the stock of \
                all stores, to %d connections of wrk that ask without pause, products drawn by Zipf 0.99. Every scene \
                starts fresh processes and, where it has one, a fresh redis-server; %d s of the same load come first, to \
                compile and to fill the tiers, then %d s are measured. Scenes take turns in each of %d rounds; figures \
                are medians with the range in brackets. Several instances share the first \
                one's database over loopback TCP, as `bin/larder demo --instances` does it. Load generator, shop, database \
                and Redis share one machine, so that three instances show what sharing saves in SQL, not what three machines could serve. \
                The database is embedded in the serving process, or a loopback connection away, so that a \
                statement costs little there; and the tiers are still filling while they are measured: each \
                product seen for the first time is 170 entries to load and store. A page whose stock comes from \
                Redis as 170 values costs more processor time than one statement of an embedded database.""",
                sizes.products(),
                sizes.stores(),
                sizes.stockRows(),
                connections,
                warmUp(measuredSeconds),
                measuredSeconds,
                rounds);
        Page page = new Page("Product pages under load", introduction);
        page.section("Result", table(outcomes));
        page.claims(List.of(new Claim(
                "every page was served",
                outcomes.values().stream()
                        .flatMap(List::stream)
                        .allMatch(outcome -> outcome.load().failures() == 0))));
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), List.of(RunFacts.redisVersion())));
    }

    private static Table table(Map<Scene, List<Outcome>> outcomes) {
        Table table = new Table(
                "Scene",
                "Instances",
                "Requests/s",
                "times no cache",
                "SQL statements/s",
                "SQL per page",
                "Cache hits, %",
                "Median, ms",
                "p99, ms");
        outcomes.forEach((scene, found) -> {
            List<Outcome> plain = outcomes.entrySet().stream()
                    .filter(entry -> entry.getKey().instances() == scene.instances()
                            && entry.getKey().strategy() == Strategy.NO_CACHE)
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            double[] ratios = new double[found.size()];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] =
                        found.get(round).requestsPerSecond() / plain.get(round).requestsPerSecond();
            }
            table.row(
                    scene.title(),
                    scene.instances(),
                    spread(found, Outcome::requestsPerSecond),
                    Spread.of(ratios).text(),
                    spread(found, Outcome::sqlPerSecond),
                    spread(found, outcome -> outcome.sqlPerSecond() / outcome.requestsPerSecond()),
                    spread(found, outcome -> outcome.change().hitPercent()),
                    spread(found, outcome -> outcome.load().medianMillis()),
                    spread(found, outcome -> outcome.load().p99Millis()));
        });
        return table;
    }

    private static String spread(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
        return Spread.of(outcomes.stream().mapToDouble(figure).toArray()).text();
    }

    /** One visit of all shoppers, before and while it is measured. */
    private record Visit(Shoppers shoppers, int seconds, int round) {
        int warmUpSeconds() {
            return warmUp(seconds);
        }
    }

    private static int warmUp(int measuredSeconds) {
        return measuredSeconds * 3 / 2;
    }

    /** One scene of one round. */
    private record Outcome(Shoppers.Load load, ShopProcesses.Counters change) {
        double requestsPerSecond() {
            return load.requestsPerSecond();
        }

        double sqlPerSecond() {
            return change.sqlStatements() / load.seconds();
        }
    }
}
