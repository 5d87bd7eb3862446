package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How the cost of a get grows with items and with connections. */
final class Growth implements Part {
    private static final int VALUE_BYTES = 100;
    private static final int PIPELINE = 64;
    /** Some fifteen seconds, in which a JVM has compiled what it will. */
    private static final int WARM_READS = 6_000_000;

    private static final int READS = 2_000_000;
    private static final int READS_ALONE = 300_000;

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        int rounds = run.rounds(3);
        Table items = table("items");
        for (int count = 10_000; count <= run.size(10_000_000, 100_000); count *= 10) {
            row(items, count, Scene.ofItems(count), run);
        }
        Table connections = table("connections");
        for (int count = 1; count <= 1000; count *= 10) {
            row(connections, count, Scene.ofConnections(count), run);
        }
        page.section(
                "Growth",
                String.format(
                        Locale.ROOT,
                        "Gets of %d B, random keys, by turns in %d rounds after %,d gets to warm up; medians, ratios within a"
                                + " round with their range. By items: %d connections, pipelined by 16.",
                        VALUE_BYTES,
                        rounds,
                        WARM_READS,
                        RedisSpeed.CONNECTIONS),
                items,
                String.format(Locale.ROOT, "By connections: %,d items, one get at a time.", RedisBenchmark.KEYS),
                connections);
        return List.of();
    }

    private static Table table(String what) {
        return new Table(what, "Redis, s/Mop", "Larder, s/Mop", "times Redis's", "Redis, k/s", "Larder, k/s");
    }

    /** What is there, and who asks how. */
    private record Scene(int items, int connections, int pipeline, int reads) {
        static Scene ofItems(int items) {
            return new Scene(items, RedisSpeed.CONNECTIONS, 16, READS);
        }

        static Scene ofConnections(int connections) {
            return new Scene(RedisBenchmark.KEYS, connections, 1, READS_ALONE);
        }
    }

    private static void row(Table table, int count, Scene scene, RunOptions run)
            throws IOException, InterruptedException {
        List<Cost> ofRedis = new ArrayList<>();
        List<Cost> ofLarder = new ArrayList<>();
        try (Asked redis = new Asked(Contender.REDIS, scene, run);
                Asked larder = new Asked(Contender.LARDER, scene, run)) {
            redis.warm();
            larder.warm();
            for (int round = 0; round < run.rounds(3); round++) {
                ofRedis.add(redis.cost());
                ofLarder.add(larder.cost());
            }
        }
        run.progress(scene + ": Redis " + ofRedis + ", Larder " + ofLarder);
        table.row(
                String.format(Locale.ROOT, "%,d", count),
                Spread.number(Cost.spread(ofRedis, Cost::processor).median()),
                Spread.number(Cost.spread(ofLarder, Cost::processor).median()),
                Cost.ratio(ofLarder, ofRedis, Cost::processor).text(),
                Spread.number(Cost.spread(ofRedis, Cost::rate).median() / 1000),
                Spread.number(Cost.spread(ofLarder, Cost::rate).median() / 1000));
    }

    /** A filled server, and who asks it. Confined to one thread. */
    private static final class Asked implements AutoCloseable {
        private final Scene scene;
        private final RunOptions run;
        private final int reads;
        private final ServerProcess server;
        private final Generator generator;
        private final Wire get = Wire.redisGet(VALUE_BYTES);
        private final SplittableRandom random = new SplittableRandom(4);

        Asked(Contender contender, Scene scene, RunOptions run) throws IOException {
            this.scene = scene;
            this.run = run;
            this.reads = run.size(scene.reads, scene.reads / 10);
            this.server = contender.start(List.of());
            try (Generator writer = new Generator(server.port(), 8)) {
                writer.saturate(Wire.redisSet(VALUE_BYTES), PIPELINE, scene.items, new Sequence());
            }
            this.generator = new Generator(server.port(), scene.connections);
        }

        private double ask(int pipeline, int count) throws IOException {
            return generator.saturate(get, pipeline, count, () -> random.nextInt(scene.items));
        }

        void warm() throws IOException {
            ask(16, run.size(WARM_READS, reads));
            ask(scene.pipeline, reads / 2);
        }

        Cost cost() throws IOException, InterruptedException {
            return Cost.of(server, reads, () -> ask(scene.pipeline, reads));
        }

        @Override
        public void close() throws IOException {
            generator.close();
            server.close();
        }
    }
}
