package dev.larder.benchmarks.far;

import com.alicp.jetcache.Cache;
import dev.larder.benchmarks.far.FarKind.Ports;
import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import net.spy.memcached.MemcachedClient;
import org.redisson.Redisson;
import org.springframework.data.redis.cache.RedisCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import redis.clients.jedis.JedisPooled;

/** Measures reads of the shared tier beside bare clients and other caches, and writes the page. */
@Command(
        name = "far",
        description =
                "Reads of Redis and Memcached beside bare clients and peers, and a load with nine near hits of ten.",
        mixinStandardHelpOptions = true)
public final class FarCommand implements Callable<Integer> {
    private static final List<FarKind> SINGLE = List.of(
            FarKind.LARDER,
            FarKind.LETTUCE,
            FarKind.JEDIS,
            FarKind.SPRING,
            FarKind.JETCACHE,
            FarKind.REDISSON,
            FarKind.LARDER_MEMCACHED,
            FarKind.SPYMEMCACHED);
    private static final List<FarKind> BULK =
            SINGLE.stream().filter(kind -> kind != FarKind.SPRING).toList();
    private static final List<FarKind> NEAR =
            List.of(FarKind.LARDER_NEAR, FarKind.JETCACHE_NEAR, FarKind.REDISSON_NEAR);
    private static final double SINGLE_FLOOR = 0.9;
    private static final double MIXED_FLOOR = 2;
    private static final int MEGABYTES = 256;
    /** Reads of Redis for each get of the mixed load, where a tenth was meant. */
    private static final double FEWEST_READS = 0.05;

    private static final double MOST_READS = 0.15;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(7);
        int entries = run.size(1 << 14, 1 << 13);
        List<Race> races = new ArrayList<>();
        for (int threads : new int[] {1, 8}) {
            races.add(new Race(Operation.GET, threads, SINGLE));
            races.add(new Race(Operation.GET_ALL, threads, BULK));
            races.add(new Race(Operation.MIXED, threads, NEAR));
        }
        Set<FarKind> kinds = EnumSet.noneOf(FarKind.class);
        races.forEach(race -> kinds.addAll(race.kinds()));
        try (ServerProcess redis = ServerProcess.redis();
                ServerProcess memcached = ServerProcess.memcached(MEGABYTES);
                Turns turns = new Turns(run, new Ports(redis.port(), memcached.port()), run.size(1_000, 100))) {
            turns.start(kinds, entries);
            turns.run(races, rounds);
            return run.finish(page(entries, rounds, races, turns.results()), "far");
        }
    }

    private Page page(int entries, int rounds, List<Race> races, Results results) {
        int bytes = new ItemJson().encode(Item.of(MixedKeys.key(1))).length;
        Page page = new Page(
                "The shared tier beside bare clients and peers",
                String.format("""
                    Reads that a server on the same machine answers: one Redis and one Memcached for all. Each contender is a \
                    process of its own that holds %,d items of about %d bytes of JSON there, and reads them drawn evenly. One process \
                    works at a time, for a second; the others are idle. %d rounds, each with another contender first, after two that \
                    do not count: figures are medians over rounds with the range in brackets, ratios are taken within a round.

                    All decode each item with the same codec (Jackson); bare clients do nothing else: no expiry rules, no \
                    statistics, no loads, no protection from old values. Larder has no near tier here; it asks with each read for the \
                    generation in use, and its values have a header of 76 bytes in Redis and of 64 in Memcached. Lettuce is used by its \
                    blocking commands on one connection, Jedis with its pool, Redisson by one key for each item (its maps are \
                    slower), JetCache by its remote cache alone, Spring Cache by its RedisCache, which has no bulk read. \
                    `getAll(100)` counts calls, each of a hundred keys. CPU and allocation are those of the client's process; the \
                    server's are not in it.

                    For the mixed load all have a near tier of %,d entries over Redis and read one of 500 keys nine times in ten, \
                    else one of the others.\
                    """, entries, bytes, rounds, MixedLoad.NEAR_ENTRIES));
        for (Race race : races) {
            if (race.operation() == Operation.MIXED) {
                page.section(title(race), results.table(race, FarKind.LARDER_NEAR), reads(race, results));
            } else {
                page.section(
                        title(race), results.table(race, FarKind.LETTUCE), results.table(race, FarKind.SPYMEMCACHED));
            }
        }
        return page.claims(claims(races, results))
                .section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()));
    }

    private static String title(Race race) {
        return Character.toUpperCase(race.title().charAt(0)) + race.title().substring(1);
    }

    /** Proof that near tiers were read as was meant. */
    private static String reads(Race race, Results results) {
        StringBuilder text = new StringBuilder("Reads by Redis's count, for each get:");
        String separator = " ";
        for (FarKind kind : race.kinds()) {
            text.append(separator)
                    .append(kind.title())
                    .append(' ')
                    .append(results.redisReads(race, kind).text());
            separator = "; ";
        }
        return text.append('.').toString();
    }

    private static List<Claim> claims(List<Race> races, Results results) {
        List<Claim> claims = new ArrayList<>();
        for (Race race : races) {
            switch (race.operation()) {
                case GET -> claims.add(atLeast(race, results, FarKind.LETTUCE, SINGLE_FLOOR));
                case MIXED -> {
                    claims.add(atLeast(race, results, FarKind.JETCACHE_NEAR, MIXED_FLOOR));
                    claims.add(atLeast(race, results, FarKind.REDISSON_NEAR, MIXED_FLOOR));
                    claims.add(tenthIsFar(race, results));
                }
                case GET_ALL, LOAD -> {} // nothing was promised
            }
        }
        return claims;
    }

    private static Claim atLeast(Race race, Results results, FarKind base, double floor) {
        FarKind larder = race.operation() == Operation.MIXED ? FarKind.LARDER_NEAR : FarKind.LARDER;
        Spread times = results.timesTheSpeed(race, larder, base);
        return new Claim(
                race.title() + ": at least " + floor + " times " + base.title() + "; found " + times.text(),
                times.median() >= floor);
    }

    /** Else the figure is of something else. */
    private static Claim tenthIsFar(Race race, Results results) {
        boolean held = race.kinds().stream()
                .map(kind -> results.redisReads(race, kind))
                .allMatch(reads -> reads.min() >= FEWEST_READS && reads.max() <= MOST_READS);
        return new Claim(race.title() + ": everybody reads Redis once in about ten gets, in every round", held);
    }

    static List<String> versions() {
        return List.of(
                RunFacts.redisVersion(),
                RunFacts.firstLine(Path.of("."), "memcached", "-V").replace("memcached", "Memcached"),
                RunFacts.version("Lettuce", RedisClient.class),
                RunFacts.version("Jedis", JedisPooled.class),
                RunFacts.version("spymemcached", MemcachedClient.class),
                RunFacts.version("Spring Data Redis", RedisCache.class),
                RunFacts.version("JetCache", Cache.class),
                RunFacts.version("Redisson", Redisson.class));
    }
}
