package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Gets and sets in Memcached's protocol, beside memcached. */
final class MemcachedSpeed implements Part {
    private static final int WARM_ROUNDS = 2;
    private static final List<Load> LOADS = loads();

    private static List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (int pipeline : new int[] {1, 16}) {
            for (int bytes : new int[] {64, 1024}) {
                loads.add(new Load(true, bytes, pipeline, 1.05, 0));
                loads.add(new Load(false, bytes, pipeline, pipeline == 1 ? 1.05 : 0.5, 0));
            }
        }
        return loads;
    }

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        Race race = new Race("memcached");
        int rounds = run.rounds(5);
        try (ServerProcess memcached = ServerProcess.memcached(List.of("-m", "1024", "-t", "2"));
                ServerProcess larder =
                        Contender.larderForMemcached(List.of("--io-threads", "2", "--maxmemory", "1gb"))) {
            for (int round = -WARM_ROUNDS; round < rounds; round++) {
                for (Load load : LOADS) {
                    int operations = run.size(load.operations(), load.operations() / 10);
                    Cost ofMemcached = cost(memcached, load, operations);
                    Cost ofLarder = cost(larder, load, operations);
                    run.progress("round " + round + ", " + load.title() + ": memcached " + ofMemcached + ", Larder "
                            + ofLarder);
                    if (round >= 0) {
                        race.add(load, ofMemcached, ofLarder);
                    }
                }
            }
        }
        page.section(
                "Memcached's protocol", String.format("""
                Against `memcached -t 2`, Larder with two event loops; %d connections of one thread that sends `get` and `set` \
                lines and counts the bytes of replies, the same for both; keys drawn from %,d. Every get hits.\
                """, RedisSpeed.CONNECTIONS, RedisBenchmark.KEYS), race.table());
        return race.claims();
    }

    private static Cost cost(ServerProcess server, Load load, int operations) throws IOException, InterruptedException {
        Wire set = Wire.memcachedSet(load.valueBytes());
        try (Generator generator = new Generator(server.port(), RedisSpeed.CONNECTIONS)) {
            if (!load.isSet()) {
                generator.saturate(set, 16, RedisBenchmark.KEYS, new Sequence());
            }
            Wire wire = load.isSet() ? set : Wire.memcachedGet(load.valueBytes());
            SplittableRandom random = new SplittableRandom(load.pipeline());
            return Cost.of(
                    server,
                    operations,
                    () -> generator.saturate(
                            wire, load.pipeline(), operations, () -> random.nextInt(RedisBenchmark.KEYS)));
        }
    }
}
