package dev.larder.cli;

import dev.larder.failure.TierException;
import dev.larder.storefront.database.ConsoleProgress;
import dev.larder.tier.TierUri;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code larder warm}: reads a list of keys, or those of an access log, from a shared tier. */
@Command(
        name = "warm",
        mixinStandardHelpOptions = true,
        versionProvider = Program.Version.class,
        description =
                "Reads the keys of a list or an access log from a shared tier, so that a Memcached server that has just"
                        + " joined gets their values from the servers that had them.",
        footer = {
            "",
            "Examples:",
            "  larder warm --tiers 'memcached://a,b?more=c' --cache products --keys keys.txt",
            "  larder warm --tiers 'memcached://a,b?more=c' --cache products --keys access.log \\",
            "      --pattern 'GET /products/(\\d+)' --rate 2000/s",
            "  zcat access.log.gz | larder warm --tiers … --cache products --keys - --pattern '…'",
            "",
            "Name the tier exactly as the application does: other anchors would empty the cache."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.DONE_TEXT,
            ExitCode.FAILED_TEXT,
            ExitCode.USAGE_TEXT,
            ExitCode.TIER_TEXT,
            ExitCode.SIGNAL_TEXT
        })
final class WarmCommand implements Callable<Integer> {
    private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,5})(?:/s)?");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_PASSES = 10;
    private static final int MOST_FAILURES = 5;
    private static final String STANDARD_INPUT = "-";
    private static final long KEYS_PER_LINE = 10_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--tiers",
            paramLabel = "URI",
            required = true,
            description = "The shared tier. A 'memory:…' before it, as the application has it, is passed over.")
    private String tiers;

    @Option(names = "--cache", paramLabel = "NAME", required = true, description = "The cache whose keys they are.")
    private String cache;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            required = true,
            description = "A file with a key on each line, or the log that --pattern reads; - for the standard input.")
    private String keys;

    @Option(
            names = "--pattern",
            paramLabel = "REGEX",
            description =
                    "What is a key in a line: the group named 'key', else the first group, else all that matches.")
    private @Nullable String pattern;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            defaultValue = "1000/s",
            description = "How many keys to read in a second, at most. Default: ${DEFAULT-VALUE}.")
    private String rate;

    @Option(
            names = "--passes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How often to go through the file: large values that found no room are copied by a later pass."
                            + " Default: ${DEFAULT-VALUE}.")
    private int passes;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "larder",
            description = "The application's namespace. Default: ${DEFAULT-VALUE}.")
    private String namespace;

    private long read;
    private long found;
    private long failed;
    private long withoutKey;
    private int failuresInARow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        TierUri uri = tier();
        int keysPerSecond = keysPerSecond();
        Pattern wanted = pattern();
        checkNames();
        Path file = file();
        try (Warming warming = open(uri)) {
            for (int pass = 1; pass <= passes; pass++) {
                InputStream in = file == null ? System.in : Files.newInputStream(file);
                try (KeyList list = new KeyList(in, wanted)) {
                    warm(warming, list, keysPerSecond, file == null ? 0 : Files.size(file));
                    withoutKey = list.withoutKey();
                }
            }
            warming.finish();
        }
        return report();
    }

    /** Opens the tier and has it answer, before anything is read. */
    private Warming open(TierUri uri) throws InterruptedException {
        try {
            Warming warming = new Warming(uri, namespace, cache, TIMEOUT);
            try {
                warming.ping();
                return warming;
            } catch (TierException e) {
                warming.close();
                throw e;
            }
        } catch (IllegalArgumentException e) {
            throw new TierException(String.valueOf(e.getMessage()), e);
        }
    }

    private void warm(Warming warming, KeyList list, int keysPerSecond, long bytes)
            throws IOException, InterruptedException {
        ConsoleProgress progress = new ConsoleProgress(new PrintStream(System.err, true), isTerminal());
        int size = Warming.portion(keysPerSecond);
        List<String> portion = new ArrayList<>();
        for (String key = list.next(); key != null || !portion.isEmpty(); key = list.next()) {
            if (key != null) {
                portion.add(key);
            }
            if (portion.size() == size || key == null) {
                read(warming, List.copyOf(portion), keysPerSecond);
                portion.clear();
                tell(progress, list, bytes);
            }
        }
        if (bytes > 0) {
            progress.at("Bytes read", bytes, bytes);
        }
    }

    private void tell(ConsoleProgress progress, KeyList list, long bytes) {
        if (bytes > 0) {
            progress.at("Bytes read", Math.min(bytes - 1, list.readChars()), bytes);
        } else if (read / KEYS_PER_LINE > (read - Warming.MOST_AT_ONCE) / KEYS_PER_LINE) {
            spec.commandLine().getErr().printf(Locale.ROOT, "%,d keys read%n", read);
            spec.commandLine().getErr().flush();
        }
    }

    /** A portion that is not answered is passed over; when {@value #MOST_FAILURES} in a row were not, it is given up. */
    private void read(Warming warming, List<String> portion, int keysPerSecond) throws InterruptedException {
        try {
            found += warming.read(portion, keysPerSecond);
            read += portion.size();
            failuresInARow = 0;
        } catch (TierException e) {
            failed += portion.size();
            if (++failuresInARow >= MOST_FAILURES) {
                throw e;
            }
        }
    }

    private int report() {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%,d keys read: %,d found, %,d not there; %,d could not be read; %,d lines without a key%n",
                        read,
                        found,
                        read - found,
                        failed,
                        withoutKey);
        spec.commandLine().getOut().flush();
        return failed == 0 ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }

    private TierUri tier() {
        List<String> shared = TierNames.in(tiers).stream()
                .filter(each -> !each.startsWith("memory:"))
                .toList();
        if (shared.size() != 1) {
            throw wrong("--tiers must name one shared tier but named " + shared.size());
        }
        try {
            return TierUri.parse(shared.get(0));
        } catch (IllegalArgumentException e) {
            throw new TierException(String.valueOf(e.getMessage()), e);
        }
    }

    private int keysPerSecond() {
        Matcher form = RATE.matcher(rate);
        if (!form.matches()) {
            throw wrong("--rate must be a number from 1 to 999999, such as 1000/s, but was '" + rate + "'");
        }
        return Integer.parseInt(form.group(1));
    }

    private @Nullable Pattern pattern() {
        try {
            return pattern == null ? null : Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw wrong("--pattern must be a regular expression but has, at position " + e.getIndex() + ": "
                    + e.getDescription());
        }
    }

    private void checkNames() {
        if (!NAME.matcher(cache).matches()) {
            throw wrong("--cache must be letters, digits and . _ - but was '" + cache + "'");
        }
        if (!NAME.matcher(namespace).matches()) {
            throw wrong("--namespace must be letters, digits and . _ - but was '" + namespace + "'");
        }
        if (passes < 1 || passes > MOST_PASSES) {
            throw wrong("--passes must be within 1…" + MOST_PASSES + " but was " + passes);
        }
        if (passes > 1 && keys.equals(STANDARD_INPUT)) {
            throw wrong("--passes must be 1 where the keys come by the standard input, which is there once");
        }
    }

    /** Null for the standard input. */
    private @Nullable Path file() {
        if (keys.equals(STANDARD_INPUT)) {
            return null;
        }
        Path file;
        try {
            file = Path.of(keys);
        } catch (InvalidPathException e) {
            throw wrong("--keys must name a file but was '" + keys + "'");
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw wrong("--keys must name a file that can be read but was '" + keys + "'");
        }
        return file;
    }

    @SuppressWarnings("SystemConsoleNull") // two checkers disagree on whether it may be null; asking is safe
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
