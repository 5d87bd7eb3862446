package dev.larder.benchmarks.compare;

import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.Jdk;
import dev.larder.benchmarks.process.Jvm;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * On what a comparison runs. Immutable.
 *
 * @param run the options of the command
 * @param jdks whose JVMs measure, the oldest first
 * @param rounds how often rivals take turns
 */
record Ground(RunOptions run, List<Jdk> jdks, int rounds) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    Ground {
        jdks = List.copyOf(jdks);
    }

    Jdk newestJdk() {
        return jdks.get(jdks.size() - 1);
    }

    /** In how many rounds those take part that are no rivals: one on the newest JDK, none elsewhere nor in a smoke run. */
    int referenceRounds(Jdk jdk) {
        return run.quick() || !jdk.equals(newestJdk()) ? 0 : 1;
    }

    /** Runs {@code main} in a JVM of its own and gives what it answers after {@code result}. */
    static String probe(Class<?> main, Jvm jvm, Object... arguments) throws IOException, InterruptedException {
        List<String> texts = List.of(arguments).stream().map(String::valueOf).toList();
        try (ChildJvm child = ChildJvm.start(main.getSimpleName(), main, jvm, texts)) {
            return child.await("result", PATIENCE);
        }
    }
}
