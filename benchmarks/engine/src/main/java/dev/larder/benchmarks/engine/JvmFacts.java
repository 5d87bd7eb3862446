package dev.larder.benchmarks.engine;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;

/** Says which JVM this is and which collector it chose, for the page. Answers {@code result TEXT}. */
public final class JvmFacts {
    private JvmFacts() {}

    public static void main(String[] arguments) {
        String collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(" / "));
        System.out.println("result " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.runtime.version") + "; collector " + collectors);
    }
}
