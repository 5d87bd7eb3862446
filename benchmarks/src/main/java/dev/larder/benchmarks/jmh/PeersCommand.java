package dev.larder.benchmarks.jmh;

import com.alicp.jetcache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import org.redisson.Redisson;
import org.springframework.cache.caffeine.CaffeineCache;
import org.springframework.data.redis.cache.RedisCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures a near hit and a Redis hit beside Spring Cache, JetCache and Redisson, and writes the page. */
@Command(
        name = "peers",
        description = "A near hit and a Redis hit beside Spring Cache, JetCache and Redisson (JMH).",
        mixinStandardHelpOptions = true)
public final class PeersCommand implements Callable<Integer> {
    private static final List<PeerKind> NEAR =
            List.of(PeerKind.LARDER, PeerKind.SPRING_CAFFEINE, PeerKind.JETCACHE, PeerKind.REDISSON);
    private static final List<PeerKind> FAR =
            List.of(PeerKind.LARDER, PeerKind.SPRING_REDIS, PeerKind.JETCACHE, PeerKind.REDISSON);
    private static final int ENTRIES = 1 << 14;
    private static final int TINY_NEAR_TIER = 1;
    private static final double MOST = 0.97;
    private static final double HARDLY_ANY = 0.03;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException, RunnerException {
        int rounds = run.rounds(5);
        try (RedisServer redis = RedisServer.start()) {
            Map<String, Hits> conditions = new LinkedHashMap<>();
            List<Contest> contests = new ArrayList<>();
            Hits near = new Hits(NEAR, ENTRIES, 2 * ENTRIES, redis.port(), HitBenchmark.Draw.ZIPF);
            Hits far = new Hits(FAR, ENTRIES, TINY_NEAR_TIER, redis.port(), HitBenchmark.Draw.UNIFORM);
            for (int threads : new int[] {1, 2}) {
                String title = title("Near hit", threads);
                conditions.put(title, near);
                contests.add(near.contest(title, threads));
            }
            for (int threads : new int[] {1, 8}) {
                String title = title("Redis hit", threads);
                conditions.put(title, far);
                contests.add(far.contest(title, threads));
            }
            List<Sample> samples = new TurnTaking(run, rounds, Hits.SLICES).run(contests);
            return run.finish(page(rounds, conditions, samples), "peers");
        }
    }

    private static String title(String what, int threads) {
        return what + ", " + threads + " thread" + (threads == 1 ? "" : "s");
    }

    private Page page(int rounds, Map<String, Hits> conditions, List<Sample> samples) {
        int bytes = new ItemJson().encode(Item.of(MixedKeys.key(1))).length;
        String introduction = String.format("""
                One `get` that hits, by each library's own API. All hold %,d equal items of about %d bytes of JSON and use \
                the same codec (Jackson), keys are mixed 64-bit numbers (decimal text in Redis), entries live one hour, \
                and statistics are on wherever the library has them. For near hits the near tier holds everything and \
                keys are drawn by Zipf 0.99. For Redis hits the near tier holds one entry and keys are drawn evenly, so \
                that reads go through both tiers of those that have two; Spring Cache has one. In each of %d rounds every \
                library runs in a fork of its own, one after another, on one redis-server on the same machine; figures are \
                medians over rounds with the range in brackets, ratios are taken within a round. More than 1 in "times \
                Larder's" means that Larder is quicker. CPU is that of the JVM; the server's is not in it.

                What a near hit gives differs. Larder checks at each that its bus has proved silence within two seconds, \
                so that a value changed elsewhere is not served longer than that; Redisson is told of changes and empties \
                its map on reconnecting; Spring Cache over Caffeine and JetCache without its broadcast learn of no change.""", ENTRIES, bytes, rounds);
        Page page = new Page("Peers: a near hit and a Redis hit", introduction);
        List<Claim> claims = new ArrayList<>();
        conditions.forEach((title, hits) -> {
            Ratios ratios = new Ratios(title, samples);
            page.section(title, hits.table(title, ratios));
            claims.add(tierRead(title, hits, ratios));
        });
        return page.claims(claims).section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()));
    }

    /** A near hit asks Redis hardly ever, a Redis hit nearly always: else the figure is of something else. */
    private static Claim tierRead(String title, Hits hits, Ratios ratios) {
        List<Spread> found = hits.peers().stream()
                .map(peer -> Hits.redisHits(peer.title(), ratios))
                .toList();
        return hits.nearEntries() == TINY_NEAR_TIER
                ? new Claim(
                        title + ": every library reads Redis at each get",
                        found.stream().allMatch(each -> each.min() >= MOST))
                : new Claim(
                        title + ": every library leaves Redis alone",
                        found.stream().allMatch(each -> each.max() <= HARDLY_ANY));
    }

    private static List<String> versions() {
        return List.of(
                RunFacts.redisVersion(),
                RunFacts.version("Caffeine", Caffeine.class),
                RunFacts.version("Spring Framework", CaffeineCache.class),
                RunFacts.version("Spring Data Redis", RedisCache.class),
                RunFacts.version("Lettuce", RedisClient.class),
                RunFacts.version("JetCache", Cache.class),
                RunFacts.version("Redisson", Redisson.class),
                RunFacts.version("JMH", org.openjdk.jmh.Main.class));
    }
}
