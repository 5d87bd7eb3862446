package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.process.Jvm;
import java.util.List;

/**
 * One set of conditions under which several contenders are compared. Immutable.
 *
 * @param title as tables name it; different for each contest of a run
 * @param benchmark what is measured
 * @param contenders who takes part, under different titles
 * @param threads how many work at a time
 * @param jvm what each of them runs in
 */
public record Contest(String title, Benchmark benchmark, List<Contender> contenders, int threads, Jvm jvm) {
    public Contest {
        contenders = List.copyOf(contenders);
    }

    /**
     * A method that JMH runs.
     *
     * @param type its class
     * @param method its name
     * @param counters what is counted besides time and processor time, by the class's profilers
     */
    public record Benchmark(
            Class<?> type, String method, List<Class<? extends org.openjdk.jmh.profile.Profiler>> counters) {
        public Benchmark {
            counters = List.copyOf(counters);
        }
    }
}
