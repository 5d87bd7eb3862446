package dev.larder.benchmarks.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every process started here, so that none outlives this one. Thread-safe. */
public final class Children {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "bench-reaper"));
    }

    private Children() {}

    /** Ends {@code process} when this JVM ends, at the latest. */
    public static Process adopt(Process process) {
        RUNNING.add(process);
        RUNNING.removeIf(each -> !each.isAlive());
        return process;
    }
}
