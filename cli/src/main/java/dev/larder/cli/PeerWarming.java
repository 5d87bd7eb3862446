package dev.larder.cli;

import dev.larder.failure.TierException;
import dev.larder.server.warm.Peer;
import dev.larder.server.warm.Progress;
import dev.larder.server.warm.Summary;
import dev.larder.server.warm.Warmup;
import dev.larder.server.warm.Wish;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs {@code larder warm --from}, and tells what came of it however it ended, also where the process is told to end. */
final class PeerWarming {
    private static final double MEBI = 1 << 20;
    private static final long PATIENCE_SECONDS = 10;

    private final Peer from;
    private final Peer to;
    private final Wish wish;

    PeerWarming(Peer from, Peer to, Wish wish) {
        this.from = from;
        this.to = to;
        this.wish = wish;
    }

    /** Throws {@link TierException} where a server went away or does not let the program in. */
    ExitCode run(Progress progress, PrintWriter out, PrintWriter err) {
        Warmup warmup = new Warmup(from, to, wish, progress);
        CountDownLatch told = new CountDownLatch(1);
        Thread hook = new Thread(() -> end(warmup, told), "warm-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Summary summary = warmup.run();
            out.println(line(summary));
            out.flush();
            return outcome(summary, err);
        } finally {
            told.countDown();
            forget(hook);
        }
    }

    private static void end(Warmup warmup, CountDownLatch told) {
        warmup.stop();
        try {
            told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process ends anyway
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the process is ending, by the hook
        }
    }

    private static ExitCode outcome(Summary summary, PrintWriter err) {
        return switch (summary.ending()) {
            case DONE -> summary.refusals() == 0 ? ExitCode.DONE : ExitCode.FAILED;
            case BROKEN -> throw new TierException(summary.why(), null);
            case FULL, STOPPED -> {
                err.println("larder warm: " + summary.why());
                err.flush();
                yield ExitCode.FAILED;
            }
        };
    }

    /** What became of the keys, in one line. */
    static String line(Summary summary) {
        Summary.Counts counts = summary.counts();
        String line = String.format(
                Locale.ROOT,
                "%,d keys copied (%,.1f MiB), %,d were there already, %,d had gone; %,d not taken",
                counts.copied(),
                counts.bytes() / MEBI,
                counts.there(),
                counts.gone(),
                summary.refusals());
        return summary.refused().isEmpty()
                ? line
                : line
                        + summary.refused().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
                                .collect(Collectors.joining(", ", ": ", ""));
    }
}
