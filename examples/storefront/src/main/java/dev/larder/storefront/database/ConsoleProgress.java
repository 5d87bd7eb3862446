package dev.larder.storefront.database;

import java.io.PrintStream;
import java.util.Locale;

/**
 * A progress bar that redraws itself on a terminal, and a line for every fifth of a step elsewhere. For one thread.
 */
public final class ConsoleProgress implements Progress {
    private static final int WIDTH = 32;
    private static final int PLAIN_STEPS = 5;

    private final PrintStream out;
    private final boolean terminal;
    private String step = "";
    private int drawn = -1;

    public ConsoleProgress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void at(String newStep, long done, long total) {
        int steps = terminal ? 100 : PLAIN_STEPS;
        int now = (int) (steps * done / Math.max(1, total));
        if (newStep.equals(step) && now == drawn) {
            return;
        }
        step = newStep;
        drawn = now;
        if (terminal) {
            draw(done, total);
        } else {
            out.printf(Locale.ROOT, "%s: %,d of %,d%n", step, done, total);
        }
    }

    private void draw(long done, long total) {
        int filled = (int) (WIDTH * done / Math.max(1, total));
        out.printf(
                Locale.ROOT,
                "\r%-22s %s%s %3d %%  %,d of %,d ",
                step,
                "█".repeat(filled),
                "░".repeat(WIDTH - filled),
                drawn,
                done,
                total);
        if (done >= total) {
            out.println();
        }
        out.flush();
    }
}
