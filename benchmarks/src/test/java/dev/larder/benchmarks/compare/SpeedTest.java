package dev.larder.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.engine.LoadsPerOperation;
import dev.larder.benchmarks.engine.Workload;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.jmh.Contender;
import dev.larder.benchmarks.jmh.Contest;
import dev.larder.benchmarks.jmh.Sample;
import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.report.Claim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpeedTest {
    private static final Jvm JVM = new Jvm(Path.of("jdk"), List.of());
    private static final List<SpeedPlan> PLANS = Speed.plans("JDK 25", 1 << 20, EnumSet.allOf(Workload.class));

    @Test
    void plansHaveDifferentTitles() {
        assertThat(PLANS).extracting(SpeedPlan::title).doesNotHaveDuplicates();
    }

    @Test
    void onlyChosenWorkloadsArePlanned() {
        assertThat(Speed.plans("JDK 25", 1 << 20, EnumSet.of(Workload.MIXED)))
                .extracting(SpeedPlan::workload)
                .containsExactly(Workload.MIXED);
    }

    @Test
    void everyPromiseOfSpeedIsScored() {
        List<Score> scores = Speed.findings(PLANS, samples(100, 200)).scores();

        assertThat(scores).hasSize(4 * 4 + 1 + 2 + 2);
        assertThat(scores).extracting(Score::what).doesNotHaveDuplicates();
    }

    @Test
    void peersThatTakeTwiceTheTimeMakeARatioOfTwo() {
        SpeedPlan reads = new SpeedPlan("JDK 25", Workload.READ, 1 << 14, 2, false);

        Findings findings = Speed.findings(List.of(reads), samples(100, 200));

        assertThat(findings.scores()).extracting(Score::claim).allMatch(Claim::held);
        assertThat(findings.scores().get(0).claim().text())
                .isEqualTo("JDK 25, reads, 16,384 entries, 2 threads: Caffeine, wall: 2, floor ≥ 1.50, aim ≥ 2.00:"
                        + " aim met");
    }

    @Test
    void larderCacheHasEverythingOnButForLoads() {
        SpeedPlan reads = new SpeedPlan("JDK 25", Workload.READ, 1 << 14, 2, false);
        SpeedPlan loads = new SpeedPlan("JDK 25", Workload.LOAD, 1 << 14, 2, false);

        assertThat(expires(reads, EngineKind.LARDER_CACHE)).isEqualTo("true");
        assertThat(expires(reads, EngineKind.LARDER_STORE)).isEqualTo("false");
        assertThat(expires(reads, EngineKind.CAFFEINE)).isEqualTo("false");
        assertThat(expires(loads, EngineKind.LARDER_CACHE)).isEqualTo("false");
    }

    @Test
    void referencesTakePartForAsManyRoundsAsAsked() {
        Contest contest = new SpeedPlan("JDK 25", Workload.READ, 1 << 14, 2, false).contest(JVM, 1);

        assertThat(contest.contenders())
                .filteredOn(contender -> contender.rounds() == 1)
                .extracting(Contender::title)
                .containsExactly(EngineKind.GUAVA.title(), EngineKind.EHCACHE.title(), EngineKind.MAP.title());
    }

    private static String expires(SpeedPlan plan, EngineKind kind) {
        return plan.contest(JVM, 1).contenders().stream()
                .filter(contender -> contender.title().equals(kind.title()))
                .map(contender -> contender.params().getOrDefault("expires", ""))
                .findFirst()
                .orElse("");
    }

    private static List<Sample> samples(double larderNanos, double othersNanos) {
        List<Sample> samples = new ArrayList<>();
        for (SpeedPlan plan : PLANS) {
            for (EngineKind kind : plan.kinds()) {
                boolean isLarder = kind == EngineKind.LARDER_STORE || kind == EngineKind.LARDER_CACHE;
                double nanos = isLarder ? larderNanos : othersNanos;
                samples.add(
                        new Sample(plan.title(), kind.title(), 0, nanos, nanos, Map.of(LoadsPerOperation.LABEL, 0.1)));
            }
        }
        return samples;
    }
}
