package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.engine.Workload;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.jmh.Contest;
import dev.larder.benchmarks.jmh.Ratios;
import dev.larder.benchmarks.jmh.Sample;
import dev.larder.benchmarks.jmh.TurnTaking;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;

/** What an operation of Larder's costs as its cache grows. One round, on the newest JDK. */
final class Growth {
    private static final List<Workload> WORKLOADS = List.of(Workload.READ, Workload.WRITE);
    private static final List<EngineKind> KINDS = List.of(EngineKind.LARDER_STORE, EngineKind.LARDER_CACHE);
    private static final String[] HEAP = {"-Xms6g", "-Xmx6g"};

    private Growth() {}

    static Findings run(Ground ground) throws IOException, RunnerException {
        Jdk jdk = ground.newestJdk();
        int[] sizes = ground.run().quick() ? new int[] {1_000, 100_000} : new int[] {1_000, 100_000, 10_000_000};
        List<SpeedPlan> plans = new ArrayList<>();
        List<Contest> contests = new ArrayList<>();
        for (Workload workload : WORKLOADS) {
            for (int entries : sizes) {
                SpeedPlan plan = new SpeedPlan(jdk.title(), workload, entries, 1, false);
                plans.add(plan);
                contests.add(plan.contest(jdk.jvm(HEAP), KINDS));
            }
        }
        return findings(sizes, plans, new TurnTaking(ground.run(), 1, Speed.SLICES).run(contests));
    }

    static Findings findings(int[] sizes, List<SpeedPlan> plans, List<Sample> samples) {
        List<String> headings = new ArrayList<>(List.of("ns, 1 thread"));
        for (int entries : sizes) {
            headings.add(String.format("%,d entries", entries));
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (Workload workload : WORKLOADS) {
            for (EngineKind kind : KINDS) {
                List<String> cells = new ArrayList<>(
                        List.of(kind.title() + (workload == Workload.READ ? ", read" : ", write that evicts")));
                plans.stream()
                        .filter(plan -> plan.workload() == workload)
                        .map(plan -> new Ratios(plan.title(), samples)
                                .of(kind.title(), Sample::nanos)
                                .text())
                        .forEach(cells::add);
                table.row(cells.toArray());
            }
        }
        String introduction = String.format(
                "One round on %s, in a heap of 6 GiB.", plans.get(0).jdk());
        return new Findings(List.of(), List.of(new Findings.Section("Growth", introduction, table)));
    }
}
