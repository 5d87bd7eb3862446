package dev.larder.benchmarks.server;

import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From the start of the process to its first reply, as a user starts it; and until a snapshot is whole again. */
final class Start implements Part {
    private static final int ITEMS = 1_000_000;
    private static final double MOST_SECONDS_TO_REPLY = 1;
    private static final double MOST_SECONDS_TO_FULL = 5;
    private static final double MOST_SECONDS_EMBEDDED = 0.3;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long LOOK_NANOS = 10_000_000;

    private final Ticker ticker = Ticker.system();

    @Override
    public List<Claim> measure(RunOptions run, Page page) throws IOException, InterruptedException {
        int rounds = run.rounds(5);
        int items = run.size(ITEMS, ITEMS / 10);
        Path folder = Files.createTempDirectory("larder-bench-start");
        List<Double> empty = new ArrayList<>();
        List<Double> reply = new ArrayList<>();
        List<Double> full = new ArrayList<>();
        for (int round = -1; round < rounds; round++) { // the first makes the cache of classes
            double seconds = start(List.of("--save", ""), 0)[0];
            if (round >= 0) {
                empty.add(seconds);
            }
        }
        List<String> kept = List.of("--dir", folder.toString(), "--maxmemory", "2gb");
        try (ServerProcess larder = Contender.LARDER.start(kept);
                Generator generator = new Generator(larder.port(), 8)) {
            generator.saturate(Wire.redisSet(100), 64, items, new Sequence());
            OneCall.to(larder.port(), "SAVE");
        }
        for (int round = 0; round < rounds; round++) {
            double[] seconds = start(kept, items);
            run.progress("warm: first reply after " + seconds[0] + " s, whole after " + seconds[1] + " s");
            reply.add(seconds[0]);
            full.add(seconds[1]);
        }
        List<Double> embedded = embedded(rounds);
        Table table = new Table("`bin/larder server`", "seconds");
        table.row("empty, to the first reply", Spread.of(empty).text());
        table.row("with a snapshot, to the first reply", Spread.of(reply).text());
        table.row("with a snapshot, until all is there", Spread.of(full).text());
        table.row(
                "`LarderServer.start` in a JVM that has started one before",
                Spread.of(embedded).text());
        page.section("Start", String.format(Locale.ROOT, """
                From the start of `bin/larder server`, built before, to its first reply to `PING`, and to the end of loading a \
                snapshot of %,d items of 120 B, which begins at once while it serves; and of a server that is embedded, until it \
                listens. %d rounds.\
                """, items, rounds), table);
        return List.of(
                most("the first reply comes within %.0f s; found %.2f", MOST_SECONDS_TO_REPLY, Spread.of(empty)),
                most(
                        "a snapshot of a million items is whole within %.0f s; found %.2f",
                        MOST_SECONDS_TO_FULL, Spread.of(full)),
                most(
                        "an embedded server starts within %.1f s, after the first; found %.2f",
                        MOST_SECONDS_EMBEDDED, Spread.of(embedded)));
    }

    private List<Double> embedded(int rounds) {
        List<Double> seconds = new ArrayList<>();
        for (int round = -1; round < rounds; round++) {
            long begin = ticker.nanos();
            try (LarderServer server = LarderServer.start(ServerOptions.parse(List.of("--port", "0", "--save", "")))) {
                if (round >= 0 && server.port() > 0) {
                    seconds.add((ticker.nanos() - begin) / 1e9);
                }
            }
        }
        return seconds;
    }

    private static Claim most(String text, double most, Spread found) {
        return new Claim(String.format(Locale.ROOT, text, most, found.median()), found.median() <= most);
    }

    /** Starts one and ends it: seconds to the first reply, and until so many keys are there. */
    private double[] start(List<String> more, int keys) throws IOException, InterruptedException {
        int port = RedisServer.freePort();
        List<String> command = new ArrayList<>(
                List.of(RunOptions.root().resolve("bin/larder").toString(), "server", "--port", String.valueOf(port)));
        command.addAll(more);
        long begin = ticker.nanos();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            double first = until(begin, port, "PING", "+PONG");
            return new double[] {first, until(begin, port, "DBSIZE", ":" + keys)};
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private double until(long begin, int port, String command, String reply) throws IOException {
        while (ticker.nanos() - begin < PATIENCE_NANOS) {
            try {
                if (OneCall.to(port, command).equals(reply)) {
                    return (ticker.nanos() - begin) / 1e9;
                }
            } catch (java.net.ConnectException notYet) {
                // it is not listening yet
            }
            Waiting.until(ticker, ticker.nanos() + LOOK_NANOS);
        }
        throw new IOException(command + " was not answered '" + reply + "' within a minute");
    }
}
