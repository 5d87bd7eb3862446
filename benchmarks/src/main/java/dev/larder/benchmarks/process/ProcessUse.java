package dev.larder.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process has used, by the kernel's account, for Linux.
 *
 * @param userSeconds processor time of its own code
 * @param systemSeconds processor time of the kernel on its behalf
 * @param residentBytes memory that is resident now
 */
public record ProcessUse(double userSeconds, double systemSeconds, double residentBytes) {
    /** The kernel counts processor time in hundredths of a second, whatever the machine. */
    private static final double TICKS = 100;

    private static final int USER_FIELD = 11;

    /** Reads it for a process. */
    public static ProcessUse of(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        List<String> afterName =
                List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return new ProcessUse(
                Long.parseLong(afterName.get(USER_FIELD)) / TICKS,
                Long.parseLong(afterName.get(USER_FIELD + 1)) / TICKS,
                resident(pid));
    }

    private static double resident(long pid) throws IOException {
        return status(pid, "VmRSS:") * 1024;
    }

    static int threads(long pid) throws IOException {
        return (int) status(pid, "Threads:");
    }

    static int openFiles(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) files.count();
        }
    }

    private static double status(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(field)) {
                return Double.parseDouble(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("/proc/" + pid + "/status must have a line " + field + " but has none");
    }

    /** Processor time in all. */
    public double seconds() {
        return userSeconds + systemSeconds;
    }
}
