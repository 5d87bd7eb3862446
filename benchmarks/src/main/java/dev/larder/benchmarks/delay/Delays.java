package dev.larder.benchmarks.delay;

import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.MachineTicker;
import dev.larder.benchmarks.process.TierServer;
import dev.larder.benchmarks.process.Waiting;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What one round of a plan found. Immutable.
 *
 * @param perSecond keys that were removed in a second, of all kinds
 * @param micros for each probe that was heard, from the return of its removal until the listener of the other process,
 *     sorted; less than zero where that was first
 * @param unheard probes that the other process did not hear of
 * @param cleared entries that left the other's near tier because it was emptied as a whole
 * @param listenerMicros how long a listener takes to be told of what happens in its own process, sorted
 * @param clocksAgree whether a reading of each process lay between two of this one's
 */
record Delays(
        double perSecond,
        List<Double> micros,
        long unheard,
        long cleared,
        List<Double> listenerMicros,
        boolean clocksAgree) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final List<String> JVM_OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");
    private static final int PROBES_PER_SECOND = 100;
    private static final int OWN = 500;
    /** Longer than any bus is polled; what has not come by then is counted as not heard. */
    private static final long LAST_MESSAGES_NANOS = 2_500_000_000L;

    /** Runs a plan with processes and a server of its own. */
    static Delays measure(Plan plan, int seconds) throws IOException, InterruptedException {
        int probes = PROBES_PER_SECOND * seconds;
        int keys = probes + plan.othersPerSecond() * seconds + OWN;
        Path folder = Files.createTempDirectory("larder-bench-delay");
        try (TierServer server = plan.start()) {
            List<String> arguments = List.of(server.uri(), String.valueOf(keys), String.valueOf(probes));
            try (ChildJvm remover = ChildJvm.start("remover", DelayMember.class, JVM_OPTIONS, arguments);
                    ChildJvm watcher = ChildJvm.start("watcher", DelayMember.class, JVM_OPTIONS, arguments)) {
                remover.await("ready", PATIENCE);
                watcher.await("ready", PATIENCE);
                boolean clocksAgree = agrees(remover) && agrees(watcher);
                ask(watcher, "fill", "filled");
                String[] removed = ask(
                                remover,
                                "remove " + PROBES_PER_SECOND + " " + plan.othersPerSecond() + " " + seconds,
                                "removed")
                        .split(" ", -1);
                MachineTicker ticker = new MachineTicker();
                Waiting.until(ticker, ticker.nanos() + LAST_MESSAGES_NANOS);
                ask(watcher, "own " + OWN, "owned");
                long[] returned = times(remover, "returned", folder);
                long[] begun = times(watcher, "returned", folder);
                String[] counts = ask(watcher, "heard " + folder.resolve("heard"), "written")
                        .split(" ", -1);
                long[] heard = read(folder.resolve("heard"));
                List<Double> micros = between(returned, heard, 0, probes);
                return new Delays(
                        (probes + Long.parseLong(removed[1])) * 1e9 / Long.parseLong(removed[0]),
                        micros,
                        probes - micros.size(),
                        Long.parseLong(counts[1]),
                        between(begun, heard, keys - OWN, keys),
                        clocksAgree);
            }
        }
    }

    /** The value that {@code percent} of the probes did not exceed; not less than zero. */
    double percentile(double percent) {
        return at(micros, percent);
    }

    /** The same of the listener alone. */
    double listenerPercentile(double percent) {
        return at(listenerMicros, percent);
    }

    /** Probes that were heard of before their removal had returned, in percent. */
    double earlyPercent() {
        return 100.0 * micros.stream().filter(delay -> delay <= 0).count() / micros.size();
    }

    private static double at(List<Double> sorted, double percent) {
        int index = (int) Math.ceil(percent / 100 * sorted.size()) - 1;
        return sorted.size() == 0 ? Double.NaN : Math.max(0, sorted.get(Math.max(0, index)));
    }

    private static boolean agrees(ChildJvm member) throws IOException, InterruptedException {
        MachineTicker ticker = new MachineTicker();
        long before = ticker.nanos();
        long there = Long.parseLong(ask(member, "clock", "clock"));
        return before <= there && there <= ticker.nanos();
    }

    private static String ask(ChildJvm member, String command, String answer) throws IOException, InterruptedException {
        member.send(command);
        return member.await(answer, PATIENCE);
    }

    private static long[] times(ChildJvm member, String what, Path folder) throws IOException, InterruptedException {
        ask(member, what + " " + folder.resolve(what), "written");
        return read(folder.resolve(what));
    }

    private static long[] read(Path file) throws IOException {
        long[] times = new long[(int) (Files.size(file) / Long.BYTES)];
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (int i = 0; i < times.length; i++) {
                times[i] = in.readLong();
            }
        }
        return times;
    }

    /** Microseconds from {@code begun} to {@code heard} for the keys of a range, sorted; without those never heard of. */
    static List<Double> between(long[] begun, long[] heard, int from, int to) {
        List<Double> micros = new ArrayList<>();
        for (int key = from; key < to; key++) {
            if (heard[key] != 0) {
                micros.add((heard[key] - begun[key]) / 1e3);
            }
        }
        Collections.sort(micros);
        return micros;
    }
}
