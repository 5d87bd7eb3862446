package dev.larder.benchmarks.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every scenario. Confined to the command's thread. */
public final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--quick",
            description = "Smoke run of seconds on small data; its page goes to benchmarks/target/measurements.")
    private boolean quick;

    @Option(names = "--rounds", description = "How often to repeat; medians are over rounds.")
    private int rounds;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the page goes. Default: docs/measurements.")
    private @Nullable Path out;

    public boolean quick() {
        return quick;
    }

    /** Rounds asked for, or {@code usual}; one in a smoke run. */
    public int rounds(int usual) {
        if (rounds < 0) {
            throw new IllegalArgumentException("--rounds must be >= 1 but was " + rounds);
        }
        return rounds > 0 ? rounds : quick ? 1 : usual;
    }

    /** {@code usual}, or {@code small} in a smoke run. */
    public int size(int usual, int small) {
        return quick ? small : usual;
    }

    /** Tells the person who waits how far it is; standard output stays the result's. */
    public void progress(String line) {
        PrintWriter terminal = spec.commandLine().getErr();
        terminal.println(line);
        terminal.flush();
    }

    /** The command line as it was typed, without what lies before the sub-command. */
    public String command() {
        return "bin/bench "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    /** The root of the working copy: the nearest directory upwards that holds {@code benchmarks/}. */
    public static Path root() {
        String given = System.getProperty("larder.root");
        if (given != null) {
            return Path.of(given);
        }
        for (Path here = Path.of("").toAbsolutePath(); here != null; here = here.getParent()) {
            if (Files.isDirectory(here.resolve("benchmarks/src"))) {
                return here;
            }
        }
        return Path.of("").toAbsolutePath();
    }

    /** Prints the page, writes it, and gives the exit code: 1 where a claim did not hold. */
    public int finish(Page page, String name) throws IOException {
        Path usual = quick ? Path.of("benchmarks/target/measurements") : Path.of("docs/measurements");
        Path file = page.write(out == null ? root().resolve(usual) : out, name);
        PrintWriter terminal = spec.commandLine().getOut();
        terminal.println(page);
        terminal.println("Written to " + file);
        terminal.flush();
        return page.holds() ? 0 : 1;
    }
}
