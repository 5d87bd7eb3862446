package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.engine.LoadsPerOperation;
import dev.larder.benchmarks.engine.Workload;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.jmh.Contest;
import dev.larder.benchmarks.jmh.Ratios;
import dev.larder.benchmarks.jmh.Sample;
import dev.larder.benchmarks.jmh.Slices;
import dev.larder.benchmarks.jmh.TurnTaking;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

/** The contests of speed: which there are, and what they must show. */
final class Speed {
    static final Slices SLICES = new Slices(3, 4, 500);
    /** Touched beforehand: else who allocates waits for the kernel to clear pages, until the whole heap was used once. */
    static final String[] HEAP = {"-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"};

    private static final int SMALL = 1 << 14;
    private static final int LARGE = 1 << 20;

    private static final Target READS = Target.atLeast(1.5, 2.0);
    private static final Target READS_PER_CPU = Target.atLeast(2.0, 3.0);
    private static final Target READS_BESIDE_CACHE2K = Target.atLeast(1.0, 1.3);
    private static final Target MIXED = Target.atLeast(1.5, 2.2);
    private static final Target WRITES = Target.atLeast(1.7, 2.5);
    private static final Target LOADS = Target.atLeast(1.4, 1.8);
    private static final Target OVER_STORE = Target.atMost(1.15, 1.15);

    private Speed() {}

    static Findings run(Ground ground, Set<Workload> workloads) throws IOException, RunnerException {
        List<SpeedPlan> plans = new ArrayList<>();
        List<Contest> contests = new ArrayList<>();
        for (Jdk jdk : ground.jdks()) {
            for (SpeedPlan plan : plans(jdk.title(), ground.run().size(LARGE, SMALL), workloads)) {
                plans.add(plan);
                contests.add(plan.contest(jdk.jvm(HEAP), ground.referenceRounds(jdk)));
            }
        }
        return findings(plans, new TurnTaking(ground.run(), ground.rounds(), SLICES).run(contests));
    }

    static List<SpeedPlan> plans(String jdk, int large, Set<Workload> workloads) {
        List<SpeedPlan> plans = new ArrayList<>();
        for (int entries : new TreeSet<>(List.of(SMALL, large))) {
            plans.add(new SpeedPlan(jdk, Workload.READ, entries, 2, false));
            plans.add(new SpeedPlan(jdk, Workload.READ, entries, 1, false));
        }
        plans.add(new SpeedPlan(jdk, Workload.MIXED, SMALL, 2, false));
        plans.add(new SpeedPlan(jdk, Workload.WRITE, large, 2, false));
        plans.add(new SpeedPlan(jdk, Workload.WRITE, large, 1, false));
        plans.add(new SpeedPlan(jdk, Workload.LOAD, SMALL, 2, false));
        plans.add(new SpeedPlan(jdk, Workload.LOAD, SMALL, 2, true));
        plans.removeIf(plan -> !workloads.contains(plan.workload()));
        return plans;
    }

    static Findings findings(List<SpeedPlan> plans, List<Sample> samples) {
        List<Score> scores = new ArrayList<>();
        List<Findings.Section> sections = new ArrayList<>();
        for (SpeedPlan plan : plans) {
            Ratios ratios = new Ratios(plan.title(), samples);
            scores.addAll(scores(plan, ratios));
            sections.add(new Findings.Section(plan.title(), table(plan, ratios)));
        }
        return new Findings(scores, sections);
    }

    private static List<Score> scores(SpeedPlan plan, Ratios ratios) {
        return switch (plan.workload()) {
            case READ -> readScores(plan, ratios);
            case MIXED -> List.of(wall(plan, MIXED, EngineKind.CAFFEINE, ratios));
            case WRITE -> List.of(cpu(plan, WRITES, EngineKind.CAFFEINE, ratios));
            case LOAD -> List.of(wall(plan, LOADS, EngineKind.CAFFEINE, ratios));
        };
    }

    private static List<Score> readScores(SpeedPlan plan, Ratios ratios) {
        Spread overStore =
                ratios.ratio(EngineKind.LARDER_CACHE.title(), EngineKind.LARDER_STORE.title(), Sample::nanos);
        String what = plan.heading() + ": time of the cache's get over the store's";
        return List.of(
                plan.threads() == 1
                        ? cpu(plan, READS_PER_CPU, EngineKind.CAFFEINE, ratios)
                        : wall(plan, READS, EngineKind.CAFFEINE, ratios),
                wall(plan, READS_BESIDE_CACHE2K, EngineKind.CACHE2K, ratios),
                cpu(plan, READS_BESIDE_CACHE2K, EngineKind.CACHE2K, ratios),
                new Score(plan.jdk(), what, OVER_STORE, null, overStore));
    }

    private static Score wall(SpeedPlan plan, Target target, EngineKind rival, Ratios ratios) {
        return score(plan, target, new Rival(rival, "wall", Sample::nanos), ratios);
    }

    private static Score cpu(SpeedPlan plan, Target target, EngineKind rival, Ratios ratios) {
        return score(plan, target, new Rival(rival, "per CPU-second", Sample::cpuNanos), ratios);
    }

    /** Whose time Larder's is compared with, and which time. */
    private record Rival(EngineKind kind, String name, ToDoubleFunction<Sample> figure) {
        /** How many times as fast {@code larder} is. */
        Spread speed(EngineKind larder, Ratios ratios) {
            return ratios.ratio(kind.title(), larder.title(), figure);
        }
    }

    private static Score score(SpeedPlan plan, Target target, Rival rival, Ratios ratios) {
        @Nullable Spread store = plan.workload() == Workload.LOAD ? null : rival.speed(EngineKind.LARDER_STORE, ratios);
        Spread cache = rival.speed(EngineKind.LARDER_CACHE, ratios);
        String what = plan.heading() + ": " + rival.kind().title() + ", " + rival.name();
        return new Score(plan.jdk(), what, target, store, cache);
    }

    private static Table table(SpeedPlan plan, Ratios ratios) {
        List<String> headings = new ArrayList<>(
                List.of("", "ns", "times Caffeine's speed", "CPU ns", "times Caffeine's, per CPU-second"));
        if (plan.workload() == Workload.LOAD) {
            headings.add("hits");
        }
        Table table = new Table(headings.toArray(String[]::new));
        String caffeine = EngineKind.CAFFEINE.title();
        for (EngineKind each : plan.kinds()) {
            String kind = each.title();
            if (!ratios.has(kind)) {
                continue; // references are not measured everywhere
            }
            List<String> cells = new ArrayList<>(List.of(
                    kind,
                    ratios.of(kind, Sample::nanos).text(),
                    ratios.ratio(caffeine, kind, Sample::nanos).text(),
                    ratios.of(kind, Sample::cpuNanos).text(),
                    ratios.ratio(caffeine, kind, Sample::cpuNanos).text()));
            if (plan.workload() == Workload.LOAD) {
                double loads = ratios.of(kind, sample -> sample.count(LoadsPerOperation.LABEL))
                        .median();
                cells.add(String.format("%.1f %%", 100 * (1 - loads)));
            }
            table.row(cells.toArray());
        }
        return table;
    }
}
