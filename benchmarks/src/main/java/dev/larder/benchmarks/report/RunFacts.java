package dev.larder.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Where, when and on what a measurement ran: enough to repeat it, nothing that names the machine. */
public final class RunFacts {
    private RunFacts() {}

    /** The facts of this process and of the working copy around {@code directory}, as a list. */
    public static String of(String command, Path directory, List<String> versions) {
        Runtime runtime = Runtime.getRuntime();
        return """
                - Command: `%s`
                - Date: %s
                - Commit: %s
                - Machine: %d processors, %s of memory, %s %s
                - JDK: %s %s; collector %s; heap of at most %,d MiB
                - Versions: %s
                """.formatted(
                        command,
                        processStart(),
                        commit(directory),
                        runtime.availableProcessors(),
                        memory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.runtime.version"),
                        collectors(),
                        runtime.maxMemory() / (1 << 20),
                        String.join(", ", versions));
    }

    /** The version of the installed redis-server. */
    public static String redisVersion() {
        String line = firstLine(Path.of("."), "redis-server", "--version");
        return "Redis " + line.replaceFirst(".*v=(\\S+).*", "$1");
    }

    /** The version of the installed memcached. */
    public static String memcachedVersion() {
        return "Memcached " + firstLine(Path.of("."), "memcached", "--version").replaceFirst("memcached ", "");
    }

    /** The version in the manifest of the jar that {@code type} comes from, with {@code name} before it. */
    public static String version(String name, Class<?> type) {
        Package home = type.getPackage();
        String version = home == null ? null : home.getImplementationVersion();
        if (version == null) {
            version = versionInFileName(type);
        }
        return name + " " + version.replaceFirst("/.*", ""); // some add the commit
    }

    /** The first line that {@code command} prints, or "unknown". */
    public static String firstLine(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(10, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0
                    ? output.lines().findFirst().orElse("")
                    : "unknown";
        } catch (IOException e) {
            return "unknown"; // a page without the commit is worth more than no page
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while asking for a version", e));
        }
    }

    /** The day this process began, from the operating system. */
    private static LocalDate processStart() {
        Instant start = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
        return LocalDate.ofInstant(start, ZoneOffset.UTC);
    }

    private static String commit(Path directory) {
        String commit = firstLine(directory, "git", "rev-parse", "--short=10", "HEAD");
        String changes = firstLine(directory, "git", "status", "--porcelain", "--untracked-files=no");
        return changes.isEmpty() ? commit : commit + " with changes";
    }

    private static String memory() {
        java.lang.management.OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean known
                ? String.format(Locale.ROOT, "%.0f GiB", known.getTotalMemorySize() / (double) (1 << 30))
                : "unknown";
    }

    private static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(" / "));
    }

    /** Many jars say nothing in their manifest; their file name does: {@code caffeine-3.3.1.jar}. */
    private static String versionInFileName(Class<?> type) {
        java.security.CodeSource source = type.getProtectionDomain().getCodeSource();
        String file = source == null
                ? ""
                : Path.of(source.getLocation().getPath()).getFileName().toString();
        return file.replaceFirst("^.*?-(\\d[^/]*)\\.jar$", "$1");
    }
}
