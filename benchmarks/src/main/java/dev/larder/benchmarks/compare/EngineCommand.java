package dev.larder.benchmarks.compare;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.engine.JvmFacts;
import dev.larder.benchmarks.engine.Workload;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ehcache.Cache;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures Larder's in-process engine beside other in-process caches, and writes the page. */
@Command(
        name = "engine",
        description =
                "The in-process engine beside Caffeine, cache2k, Guava and Ehcache: speed, memory, slowest writes.",
        mixinStandardHelpOptions = true)
public final class EngineCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--jdk",
            split = ",",
            description = "Whose JVMs measure; JAVA17_HOME names JDK 17, and so on. Default: 17,25.")
    private Set<Integer> jdks = new TreeSet<>(Set.of(17, 25));

    @Option(names = "--only", split = ",", description = "Which parts: ${COMPLETION-CANDIDATES}. Default: all.")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    /** What can be measured by itself. */
    enum Part {
        READS,
        MIXED,
        WRITES,
        LOADS,
        MEMORY,
        TAIL,
        GROWTH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException, RunnerException {
        List<Jdk> found = new ArrayList<>();
        for (int feature : new TreeSet<>(jdks)) {
            found.add(Jdk.find(feature));
        }
        Ground ground = new Ground(run, found, run.rounds(3));
        List<Findings> findings = new ArrayList<>();
        findings.add(Speed.run(ground, workloads()));
        if (parts.contains(Part.TAIL)) {
            findings.add(Tail.run(ground));
        }
        if (parts.contains(Part.MEMORY)) {
            findings.add(Memory.run(ground));
        }
        if (parts.contains(Part.GROWTH)) {
            findings.add(Growth.run(ground));
        }
        return run.finish(page(ground, Findings.join(findings)), "engine");
    }

    private Set<Workload> workloads() {
        Set<Workload> workloads = EnumSet.noneOf(Workload.class);
        for (Part part : parts) {
            switch (part) {
                case READS -> workloads.add(Workload.READ);
                case MIXED -> workloads.add(Workload.MIXED);
                case WRITES -> workloads.add(Workload.WRITE);
                case LOADS -> workloads.add(Workload.LOAD);
                case MEMORY, TAIL, GROWTH -> {} // measured by other means
            }
        }
        return workloads;
    }

    private Page page(Ground ground, Findings findings) throws IOException, InterruptedException {
        String measured = parts.stream().sorted().map(Part::toString).collect(Collectors.joining(", "));
        Page page = new Page("The in-process engine beside others", String.format("""
                        "Larder store" is the engine: index, policy, locks. It is what other libraries' bare caches are \
                        compared with, and what is judged. "Larder cache" is the public `Cache` around it with everything \
                        on: statistics and, but for get-or-load, a time to live of one hour with jitter. Nobody else counts \
                        statistics beyond their defaults. Keys are mixed 64-bit numbers as objects of their own, values \
                        too; reads are drawn by Zipf 0.99.

                        Caffeine, cache2k and Larder run in each of %d rounds, in turn, each fork of a JVM with one \
                        library; the others run in the first round on the newest JDK, for reference. Figures are medians over rounds with the \
                        range in brackets; ratios are taken within a round. Time is that of one call as its thread sees it. \
                        CPU is the processor time of the whole process, so that work on other threads counts. More than 1 in \
                        "times Caffeine's" is quicker. For reads and the mixed load caches are filled to 80 %% of their \
                        bound, so that every read hits, or the run fails; each write that evicts brings a key never seen; \
                        get-or-load draws from twice as many keys as the bound, and its table shows who hit how often.

                        Measured here: %s. How often each policy hits is another page: [hit ratios](hit-ratios.md).""", ground.rounds(), measured));
        List<Object> tables = new ArrayList<>();
        Set<String> jvms =
                findings.scores().stream().map(Score::jvm).collect(Collectors.toCollection(LinkedHashSet::new));
        for (String jvm : jvms) {
            tables.add(Score.table(jvm, findings.scores()));
        }
        if (!tables.isEmpty()) {
            page.section("What was promised, and what was found", tables.toArray());
        }
        findings.sections()
                .forEach(section ->
                        page.section(section.heading(), section.parts().toArray()));
        page.claims(findings.scores().stream().map(Score::claim).toList());
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), versions()), jvmFacts(ground));
    }

    private static String jvmFacts(Ground ground) throws IOException, InterruptedException {
        StringBuilder facts = new StringBuilder("The JVMs that measured:\n\n");
        for (Jdk jdk : ground.jdks()) {
            facts.append("- ")
                    .append(jdk.title())
                    .append(": ")
                    .append(Ground.probe(JvmFacts.class, jdk.jvm(Speed.HEAP)))
                    .append("; options ")
                    .append(String.join(" ", Speed.HEAP))
                    .append(", all else by default\n");
        }
        return facts.toString();
    }

    private static List<String> versions() {
        return List.of(
                RunFacts.version("Caffeine", Caffeine.class),
                RunFacts.version("cache2k", org.cache2k.Cache.class),
                RunFacts.version("Guava", com.google.common.cache.Cache.class),
                RunFacts.version("Ehcache", Cache.class),
                RunFacts.version("JMH", org.openjdk.jmh.Main.class));
    }
}
