package dev.larder.benchmarks.herd;

import com.alicp.jetcache.Cache;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.redisson.Redisson;
import org.springframework.data.redis.cache.RedisCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the herd with each peer, calm and with a kill, and writes the page. */
@Command(
        name = "herd",
        description = "Counts the queries that several processes cause when all ask for one cold key at once.",
        mixinStandardHelpOptions = true)
public final class HerdCommand implements Callable<Integer> {
    /** The default of the builder's {@code leaseTime}; the adapter leaves it alone. */
    private static final Duration LEASE_TIME = Duration.ofSeconds(2);

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--processes", defaultValue = "4", description = "JVMs. Default: ${DEFAULT-VALUE}.")
    private int processes;

    @Option(names = "--requests", description = "Concurrent requests of each. Default: 1000, or 50 with --quick.")
    private int requests;

    @Option(names = "--query-millis", defaultValue = "500", description = "One query. Default: ${DEFAULT-VALUE} ms.")
    private int queryMillis;

    @Option(
            names = "--peers",
            split = ",",
            description = "Which: ${COMPLETION-CANDIDATES} (those that use Redis). Default: Larder and four peers.")
    private List<PeerKind> peers = List.of(
            PeerKind.LARDER,
            PeerKind.SPRING_REDIS,
            PeerKind.SPRING_REDIS_LOCKING,
            PeerKind.JETCACHE,
            PeerKind.REDISSON);

    @Override
    public Integer call() throws IOException, InterruptedException {
        int herdRequests = requests > 0 ? requests : run.size(1_000, 50);
        int rounds = run.rounds(5);
        Map<PeerKind, List<HerdRound>> calm = new EnumMap<>(PeerKind.class);
        Map<PeerKind, List<HerdRound>> killed = new EnumMap<>(PeerKind.class);
        try (RedisServer redis = RedisServer.start();
                Origin origin = new Origin(Duration.ofMillis(queryMillis))) {
            for (PeerKind peer : peers) {
                try (Herd herd = new Herd(peer, redis, origin, processes, herdRequests)) {
                    for (int round = 0; round < rounds; round++) {
                        calm.computeIfAbsent(peer, key -> new ArrayList<>()).add(herd.calm());
                        killed.computeIfAbsent(peer, key -> new ArrayList<>())
                                .add(herd.killed(Duration.ofMillis(queryMillis / 2)));
                        run.progress(peer.title() + ", round " + (round + 1) + " of " + rounds);
                    }
                }
            }
        }
        return run.finish(page(herdRequests, rounds, calm, killed), "herd");
    }

    private Page page(
            int herdRequests, int rounds, Map<PeerKind, List<HerdRound>> calm, Map<PeerKind, List<HerdRound>> killed) {
        String introduction = String.format("""
                %d processes ask at the same time for one key that no tier holds, each from %,d virtual threads; the \
                query behind it takes %d ms. The origin is a server of its own that counts a query when it arrives. \
                Each of %d rounds takes a new key: once in peace, once with `kill -9` for the process whose query \
                came first, %d ms into it. All processes share one redis-server. Figures are medians over rounds, \
                with the range in brackets.""", processes, herdRequests, queryMillis, rounds, queryMillis / 2);
        Page page = new Page("Herd: one cold key, many processes", introduction);
        page.section("In peace", calmTable(calm), "No wait can be shorter than one query.");
        page.section(
                "The loading process is killed in the middle",
                killedTable(killed),
                "Where every process loads for itself (Spring Cache without locking, JetCache) a kill changes nothing for"
                        + " the others. Larder's lease time is its default, " + LEASE_TIME.toSeconds()
                        + " s; Redisson's"
                        + " lock ends with its watchdog, 30 s by default; the lock of Spring's locking writer has no"
                        + " end by default. A round that had not ended after " + HerdRound.PATIENCE.toSeconds()
                        + " s was given up and counts as never ended.");
        List<HerdRound> peace = calm.get(PeerKind.LARDER);
        List<HerdRound> war = killed.get(PeerKind.LARDER);
        if (peace != null && war != null) {
            page.claims(claims(peace, war));
        }
        page.section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()));
        return page;
    }

    private static Table calmTable(Map<PeerKind, List<HerdRound>> calm) {
        Table table = new Table("Cache", "Queries", "Longest wait, ms", "Median wait, ms", "Failed requests");
        calm.forEach((peer, rounds) -> table.row(
                peer.title(),
                spread(rounds, HerdRound::queries),
                spread(rounds, HerdRound::longestMillis),
                spread(rounds, HerdRound::medianMillis),
                spread(rounds, HerdCommand::failures)));
        return table;
    }

    private static Table killedTable(Map<PeerKind, List<HerdRound>> killed) {
        Table table = new Table(
                "Cache",
                "Queries",
                "Kill to next query, ms",
                "Kill to last answer, ms",
                "Never ended",
                "Failed requests");
        killed.forEach((peer, rounds) -> table.row(
                peer.title(),
                spread(rounds, HerdRound::queries),
                spread(rounds, HerdRound::secondQueryMillis),
                spread(rounds, HerdRound::endMillis),
                rounds.stream().filter(round -> !round.finished()).count(),
                spread(rounds, HerdCommand::failures)));
        return table;
    }

    private static double failures(HerdRound round) {
        return round.finished() ? round.failures() : Double.NaN;
    }

    private static String spread(List<HerdRound> rounds, ToDoubleFunction<HerdRound> figure) {
        double[] values = rounds.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .toArray();
        return values.length == 0 ? "none" : Spread.of(values).text();
    }

    private static List<Claim> claims(List<HerdRound> peace, List<HerdRound> war) {
        List<HerdRound> all = new ArrayList<>(peace);
        all.addAll(war);
        double latest =
                war.stream().mapToDouble(HerdRound::secondQueryMillis).max().orElse(0);
        return List.of(
                new Claim(
                        "Larder asks the origin once for a cold key, in every round",
                        peace.stream().allMatch(round -> round.queries() == 1)),
                new Claim(
                        "After the kill it asks once more, in every round",
                        war.stream().allMatch(round -> round.queries() == 2)),
                new Claim(
                        "The next query begins within the lease time of " + LEASE_TIME.toMillis() + " ms after the"
                                + " kill; the latest began after " + Spread.number(latest) + " ms",
                        latest <= LEASE_TIME.toMillis()),
                new Claim("No request fails", all.stream().allMatch(round -> round.failures() == 0)));
    }

    private static List<String> versions() {
        return List.of(
                RunFacts.redisVersion(),
                RunFacts.version("Lettuce", RedisClient.class),
                RunFacts.version("Spring Data Redis", RedisCache.class),
                RunFacts.version("JetCache", Cache.class),
                RunFacts.version("Redisson", Redisson.class));
    }
}
