package dev.larder.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Redis's own {@code redis-benchmark}. */
final class RedisBenchmark {
    static final int KEYS = 100_000;

    private RedisBenchmark() {}

    /** Runs a load with so many connections; operations a second. */
    static double run(int port, Load load, int connections, long operations) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("redis-benchmark", "-p", String.valueOf(port), "--csv"));
        command.addAll(List.of("-t", load.isSet() ? "set" : "get", "-d", String.valueOf(load.valueBytes())));
        command.addAll(List.of("-c", String.valueOf(connections), "-P", String.valueOf(load.pipeline())));
        command.addAll(List.of("-n", String.valueOf(operations), "-r", String.valueOf(KEYS)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("redis-benchmark failed: " + output);
        }
        String last = output.lines().reduce("", (earlier, later) -> later);
        String[] cells = last.replace("\"", "").split(",", -1);
        if (cells.length < 2) {
            throw new IOException("redis-benchmark must print a line of results but printed: " + output);
        }
        return Double.parseDouble(cells[1]);
    }
}
