package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.server.net.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gets and sets from redis-benchmark, beside Redis. */
final class RedisSpeed implements Part {
    static final int CONNECTIONS = 50;

    private static final int WARM_ROUNDS = 2;
    private static final List<Load> LOADS = loads();

    private static List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (int pipeline : new int[] {1, 16}) {
            for (int bytes : new int[] {64, 1024}) {
                loads.add(new Load(true, bytes, pipeline, pipeline == 1 ? 1.05 : 0.9, pipeline == 1 ? 0.95 : 1));
                loads.add(new Load(false, bytes, pipeline, pipeline == 1 ? 1.05 : 1, pipeline == 1 ? 0.95 : 1));
            }
        }
        return loads;
    }

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        Race race = new Race("Redis");
        Race byUring = new Race("Redis");
        int rounds = run.rounds(5);
        try (ServerProcess redis = Contender.REDIS.start(List.of());
                ServerProcess larder = Contender.LARDER.start(List.of());
                ServerProcess larderByUring = ringed()) {
            for (int round = -WARM_ROUNDS; round < rounds; round++) {
                for (Load load : LOADS) {
                    int operations = run.size(load.operations(), load.operations() / 10);
                    Cost ofRedis = cost(redis, load, operations);
                    Cost ofLarder = cost(larder, load, operations);
                    run.progress(
                            "round " + round + ", " + load.title() + ": Redis " + ofRedis + ", Larder " + ofLarder);
                    if (round >= 0) {
                        race.add(load, ofRedis, ofLarder);
                    }
                    if (larderByUring != null) {
                        Cost ofRinged = cost(larderByUring, load, operations);
                        if (round >= 0) {
                            byUring.add(load, ofRedis, ofRinged);
                        }
                    }
                }
            }
        }
        page.section(
                "Redis's protocol",
                String.format("""
                `redis-benchmark`, %d connections, keys drawn from %,d, each load after a set of the same size. Larder has one \
                event loop, as Redis has one thread. s/Mop: processor seconds of the server for a million operations, (its own \
                code + the kernel for it). After %d rounds to warm up, %d rounds by turns; medians, ranges in brackets, ratios \
                within a round.\
                """, CONNECTIONS, RedisBenchmark.KEYS, WARM_ROUNDS, rounds),
                race.table());
        if (Transport.IO_URING.isAvailable()) {
            page.section(
                    "The same through io_uring",
                    "Above, the transport is the one that Larder takes by itself, "
                            + Transport.best().word() + "; for comparison io_uring, in the same rounds.",
                    byUring.table());
        }
        return race.claims();
    }

    private static @Nullable ServerProcess ringed() throws IOException {
        return Transport.IO_URING.isAvailable() ? Contender.LARDER_BY_URING.start(List.of()) : null;
    }

    private static Cost cost(ServerProcess server, Load load, int operations) throws IOException, InterruptedException {
        return Cost.of(server, operations, () -> RedisBenchmark.run(server.port(), load, CONNECTIONS, operations));
    }
}
