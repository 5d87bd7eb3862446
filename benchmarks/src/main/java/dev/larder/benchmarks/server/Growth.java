package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** How the cost of a get grows with items and with connections. */
final class Growth implements Part {
    private static final int VALUE_BYTES = 100;
    private static final int PIPELINE = 64;
    /** Half a minute, in which a JVM has compiled what it will. */
    private static final int WARM_READS = 10_000_000;

    private static final int READS = 2_000_000;
    private static final int READS_ALONE = 300_000;

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        Table items = new Table("items", "Redis, s/Mop", "Larder, s/Mop", "Redis, k/s", "Larder, k/s");
        for (int count = 10_000; count <= run.size(10_000_000, 100_000); count *= 10) {
            Cost redis = cost(Contender.REDIS, Scene.ofItems(count), run);
            Cost larder = cost(Contender.LARDER, Scene.ofItems(count), run);
            run.progress(count + " items: Redis " + redis + ", Larder " + larder);
            row(items, count, redis, larder);
        }
        Table connections = new Table("connections", "Redis, s/Mop", "Larder, s/Mop", "Redis, k/s", "Larder, k/s");
        for (int count = 1; count <= 1000; count *= 10) {
            Cost redis = cost(Contender.REDIS, Scene.ofConnections(count), run);
            Cost larder = cost(Contender.LARDER, Scene.ofConnections(count), run);
            run.progress(count + " connections: Redis " + redis + ", Larder " + larder);
            row(connections, count, redis, larder);
        }
        page.section(
                "Growth",
                "Gets of 100 B, random keys, one run each after half a minute of gets. By items: 50 connections, pipelined by"
                        + " 16.",
                items,
                "By connections: 100,000 items, one get at a time.",
                connections);
        return List.of();
    }

    private static void row(Table table, int count, Cost redis, Cost larder) {
        table.row(
                String.format("%,d", count),
                Spread.number(redis.processor()),
                Spread.number(larder.processor()),
                Spread.number(redis.rate() / 1000),
                Spread.number(larder.rate() / 1000));
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

    private static Cost cost(Contender contender, Scene scene, RunOptions run)
            throws IOException, InterruptedException {
        int reads = run.size(scene.reads, scene.reads / 10);
        try (ServerProcess server = contender.start(List.of());
                Generator writer = new Generator(server.port(), 8);
                Generator reader = new Generator(server.port(), scene.connections)) {
            writer.saturate(Wire.redisSet(VALUE_BYTES), PIPELINE, scene.items, new Sequence());
            SplittableRandom random = new SplittableRandom(4);
            Wire get = Wire.redisGet(VALUE_BYTES);
            reader.saturate(get, 16, run.size(WARM_READS, reads), () -> random.nextInt(scene.items));
            reader.saturate(get, scene.pipeline, reads / 2, () -> random.nextInt(scene.items));
            return Cost.of(
                    server,
                    reads,
                    () -> reader.saturate(get, scene.pipeline, reads, () -> random.nextInt(scene.items)));
        }
    }
}
