package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The tables of one contest, from its samples. Immutable. */
final class Ratios {
    private final Contest contest;
    private final List<Sample> samples;

    Ratios(Contest contest, List<Sample> all) {
        this.contest = contest;
        this.samples =
                all.stream().filter(sample -> sample.contest().equals(contest)).toList();
    }

    /** Each peer's time and processor time, and how many times Larder's they are. */
    Table table() {
        boolean redis = contest.redisPort() != 0;
        Table table = redis
                ? new Table(contest.title(), "ns", "times Larder's", "CPU ns", "times Larder's", "Redis hits per get")
                : new Table(contest.title(), "ns", "times Larder's", "CPU ns", "times Larder's");
        for (PeerKind peer : contest.peers()) {
            String nanos = of(peer, Sample::nanos).text();
            String ratio = ratio(peer, Sample::nanos).text();
            String cpu = of(peer, Sample::cpuNanos).text();
            String cpuRatio = ratio(peer, Sample::cpuNanos).text();
            if (redis) {
                String hits = Spread.number(of(peer, Sample::redisHits).median());
                table.row(peer.title(), nanos, ratio, cpu, cpuRatio, hits);
            } else {
                table.row(peer.title(), nanos, ratio, cpu, cpuRatio);
            }
        }
        return table;
    }

    /** One figure of one peer over all rounds. */
    Spread of(PeerKind peer, ToDoubleFunction<Sample> figure) {
        return Spread.of(samples.stream()
                .filter(sample -> sample.peer() == peer)
                .mapToDouble(figure)
                .toArray());
    }

    /** The peer's figure over Larder's of the same round, over all rounds. */
    Spread ratio(PeerKind peer, ToDoubleFunction<Sample> figure) {
        return Spread.of(samples.stream()
                .filter(sample -> sample.peer() == peer)
                .mapToDouble(sample -> figure.applyAsDouble(sample) / figure.applyAsDouble(larderIn(sample.round())))
                .toArray());
    }

    private Sample larderIn(int round) {
        return samples.stream()
                .filter(sample -> sample.peer() == PeerKind.LARDER && sample.round() == round)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("round " + round + " has no sample of Larder"));
    }
}
