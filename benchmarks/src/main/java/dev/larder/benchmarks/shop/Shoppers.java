package dev.larder.benchmarks.shop;

import dev.larder.benchmarks.keys.Zipf;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.generator.Assortment;
import dev.larder.storefront.generator.Sizes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Load on product pages by {@code wrk}, one process of it for each instance of the shop: closed loop, a fixed number of
 * connections, products drawn by Zipf 0.99. For one thread.
 */
final class Shoppers {
    private static final int DRAWS = 200_000;
    private static final double SKEW = 0.99;

    private final Path script;
    private final Path paths;
    private final int connections;

    /** Draws what {@code connections} shoppers ask of a shop of {@code sizes}. */
    Shoppers(Sizes sizes, int connections) throws IOException {
        this.connections = connections;
        Path directory = Files.createTempDirectory("larder-bench-shop");
        script = directory.resolve("shoppers.lua");
        try (InputStream lua = Shoppers.class.getResourceAsStream("shoppers.lua")) {
            if (lua == null) {
                throw new IllegalStateException("shoppers.lua must lie beside this class but does not");
            }
            Files.copy(lua, script);
        }
        paths = Files.write(directory.resolve("paths.txt"), draws(sizes));
    }

    private static List<String> draws(Sizes sizes) {
        List<Product> products = new ArrayList<>(new Assortment(sizes, Assortment.SEED).products());
        Collections.shuffle(products, new Random(42)); // popular products lie anywhere in the table
        List<String> draws = new ArrayList<>(DRAWS);
        for (int rank : new Zipf(products.size(), SKEW).draw(DRAWS, new SplittableRandom(42))) {
            draws.add(ShopProcesses.pathOf(products.get(rank).article()));
        }
        return draws;
    }

    /** Keeps all {@code ports} busy for {@code seconds}. {@code offset} says where in the draws to begin. */
    Load shop(List<Integer> ports, int seconds, int offset) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < ports.size(); i++) {
                int start = offset + i * (DRAWS / ports.size());
                processes.add(start(ports.get(i), Math.max(1, connections / ports.size()), seconds, start));
            }
            Load all = Load.NONE;
            for (Process process : processes) {
                all = all.and(result(process, seconds));
            }
            return all;
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private Process start(int port, int portConnections, int seconds, int offset) throws IOException {
        List<String> command = List.of(
                "wrk",
                "-t1",
                "-c" + portConnections,
                "-d" + seconds + "s",
                "--timeout",
                "30s",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port,
                "--",
                paths.toString(),
                String.valueOf(offset));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("wrk must be installed; try: apt-get install wrk", e);
        }
    }

    private static Load result(Process process, int seconds) throws IOException, InterruptedException {
        StringBuilder output = new StringBuilder();
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("shoppers ")) {
                    return Load.parse(line);
                }
                output.append(line).append('\n');
            }
        }
        process.waitFor(seconds + 60L, TimeUnit.SECONDS);
        throw new IOException("wrk must print its result but printed: " + output);
    }

    /**
     * What the load generators saw together. Immutable.
     *
     * @param requestsPerSecond the sum of all
     * @param seconds how long they ran
     * @param failures connections, reads, time-outs and pages that were not 200
     * @param medianMillis of the slowest generator
     * @param p99Millis of the slowest generator
     */
    record Load(double requestsPerSecond, double seconds, long failures, double medianMillis, double p99Millis) {
        static final Load NONE = new Load(0, 0, 0, 0, 0);

        static Load parse(String line) {
            String[] words = line.split(" ", -1);
            double seconds = Long.parseLong(words[2]) / 1e6;
            return new Load(
                    Long.parseLong(words[1]) / seconds,
                    seconds,
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]) / 1e3,
                    Long.parseLong(words[5]) / 1e3);
        }

        Load and(Load other) {
            return new Load(
                    requestsPerSecond + other.requestsPerSecond,
                    Math.max(seconds, other.seconds),
                    failures + other.failures,
                    Math.max(medianMillis, other.medianMillis),
                    Math.max(p99Millis, other.p99Millis));
        }
    }
}
