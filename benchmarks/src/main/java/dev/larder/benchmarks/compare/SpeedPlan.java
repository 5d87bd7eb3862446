package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.engine.EngineBenchmark;
import dev.larder.benchmarks.engine.LoadsPerOperation;
import dev.larder.benchmarks.engine.Workload;
import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.jmh.Contender;
import dev.larder.benchmarks.jmh.Contest;
import dev.larder.benchmarks.process.Jvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One contest of speed before it is held. Immutable.
 *
 * @param jdk the title of the JDK
 * @param workload what threads do
 * @param entries how many the cache holds
 * @param threads how many threads
 * @param expires whether entries have a time to live. Larder's cache gives them one at any rate, because it is measured
 *     with everything on, but for loads, which are compared with and without
 */
record SpeedPlan(String jdk, Workload workload, int entries, int threads, boolean expires) {
    /** Who is compared in every round; the others take part in the first one, for reference. */
    private static final List<EngineKind> RIVALS =
            List.of(EngineKind.LARDER_STORE, EngineKind.LARDER_CACHE, EngineKind.CAFFEINE, EngineKind.CACHE2K);

    /** Different for each plan of a run. */
    String title() {
        return jdk + ", " + heading();
    }

    /** The title without the JDK. */
    String heading() {
        String what = switch (workload) {
            case READ -> "reads";
            case MIXED -> "75 % reads, 25 % writes";
            case WRITE -> "writes that evict";
            case LOAD -> expires ? "get-or-load, with time to live" : "get-or-load";
        };
        return String.format("%s, %,d entries, %d thread%s", what, entries, threads, threads == 1 ? "" : "s");
    }

    /** Those who can do the work, Larder first. */
    List<EngineKind> kinds() {
        return List.of(EngineKind.values()).stream()
                .filter(kind -> kind.isBounded() || workload == Workload.READ || workload == Workload.MIXED)
                .toList();
    }

    /** All who can do the work; those who are no rivals for so many rounds. */
    Contest contest(Jvm jvm, int referenceRounds) {
        List<Contender> contenders = new ArrayList<>();
        for (EngineKind kind : kinds()) {
            contenders.add(contender(kind, isRival(kind) ? Integer.MAX_VALUE : referenceRounds));
        }
        return new Contest(title(), benchmark(workload), contenders, threads, jvm);
    }

    /** Only {@code kinds}, in every round. */
    Contest contest(Jvm jvm, List<EngineKind> kinds) {
        List<Contender> contenders =
                kinds.stream().map(kind -> contender(kind, Integer.MAX_VALUE)).toList();
        return new Contest(title(), benchmark(workload), contenders, threads, jvm);
    }

    /** The store knows no loads, only get and put: it is no rival there. */
    private boolean isRival(EngineKind kind) {
        return RIVALS.contains(kind) && !(workload == Workload.LOAD && kind == EngineKind.LARDER_STORE);
    }

    private Contender contender(EngineKind kind, int rounds) {
        boolean everythingOn = kind == EngineKind.LARDER_CACHE && workload != Workload.LOAD;
        Map<String, String> params = Map.of(
                "kind", kind.name(),
                "entries", String.valueOf(entries),
                "expires", String.valueOf(expires || everythingOn));
        return new Contender(kind.title(), params, rounds);
    }

    private static Contest.Benchmark benchmark(Workload workload) {
        return new Contest.Benchmark(EngineBenchmark.class, workload.method(), List.of(LoadsPerOperation.class));
    }
}
