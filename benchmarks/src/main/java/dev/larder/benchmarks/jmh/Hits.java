package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The conditions of a contest of hits, and its table. Immutable.
 *
 * @param peers the contenders; Larder among them
 * @param entries how many there are
 * @param nearEntries the bound of the near tier
 * @param redisPort 0 for none
 * @param draw how keys are drawn
 */
record Hits(List<PeerKind> peers, int entries, int nearEntries, int redisPort, HitBenchmark.Draw draw) {
    private static final Contest.Benchmark GET =
            new Contest.Benchmark(HitBenchmark.class, "get", List.of(RedisHits.class));
    private static final List<String> HEAP = List.of("-Xms4g", "-Xmx4g");
    static final Slices SLICES = new Slices(5, 5, 1_000);

    Contest contest(String title, int threads) {
        List<Contender> contenders = new ArrayList<>();
        for (PeerKind peer : peers) {
            Map<String, String> params = Map.of(
                    "peer", peer.name(),
                    "entries", String.valueOf(entries),
                    "nearEntries", String.valueOf(nearEntries),
                    "redisPort", String.valueOf(redisPort),
                    "draw", draw.name());
            contenders.add(new Contender(peer.title(), params));
        }
        return new Contest(title, GET, contenders, threads, Jvm.ofThisJdk(HEAP));
    }

    /** Each peer's time and processor time, and how many times Larder's they are. */
    Table table(String title, Ratios ratios) {
        List<String> headings = new ArrayList<>(List.of(title, "ns", "times Larder's", "CPU ns", "times Larder's"));
        if (redisPort != 0) {
            headings.add("Redis hits per get");
        }
        Table table = new Table(headings.toArray(String[]::new));
        String larder = PeerKind.LARDER.title();
        for (PeerKind kind : peers) {
            String peer = kind.title();
            List<String> cells = new ArrayList<>(List.of(
                    peer,
                    ratios.of(peer, Sample::nanos).text(),
                    ratios.ratio(peer, larder, Sample::nanos).text(),
                    ratios.of(peer, Sample::cpuNanos).text(),
                    ratios.ratio(peer, larder, Sample::cpuNanos).text()));
            if (redisPort != 0) {
                cells.add(Spread.number(redisHits(peer, ratios).median()));
            }
            table.row(cells.toArray());
        }
        return table;
    }

    /** Keys that Redis found for each get of {@code peer}. */
    static Spread redisHits(String peer, Ratios ratios) {
        return ratios.of(peer, sample -> sample.count(RedisHits.LABEL));
    }
}
