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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code larder warm}: fills a server from another one, or reads a list of keys, or those of an access log, from a shared
 * tier.
 */
@Command(
        name = "warm",
        mixinStandardHelpOptions = true,
        versionProvider = Program.Version.class,
        description = {
            "With --from, fills a server that has just started from one that is in use, the hottest keys first.",
            "",
            "With --tiers, reads the keys of a list or an access log from a shared tier, so that a Memcached server that"
                    + " has just joined gets their values from the servers that had them."
        },
        footer = {
            "",
            "Examples:",
            "  larder warm --from cache1:6379 --to cache2:6379",
            "  larder warm --from cache1:6379 --to cache2:6379 --match 'shop:*' --limit 2gb --rate 50mb/s",
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

    private static final String STANDARD_RATE = "1000/s";
    private static final String STANDARD_NAMESPACE = "larder";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_PASSES = 10;
    private static final int MOST_FAILURES = 5;
    private static final String STANDARD_INPUT = "-";
    private static final long KEYS_PER_LINE = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PeerOptions peer = new PeerOptions();

    @Option(
            names = "--tiers",
            paramLabel = "URI",
            description = "The shared tier. A 'memory:…' before it, as the application has it, is passed over.")
    private @Nullable String tiers;

    @Option(names = "--cache", paramLabel = "NAME", description = "The cache whose keys they are.")
    private @Nullable String cache;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "A file with a key on each line, or the log that --pattern reads; - for the standard input.")
    private @Nullable String keys;

    @Option(
            names = "--pattern",
            paramLabel = "REGEX",
            description =
                    "What is a key in a line: the group named 'key', else the first group, else all that matches.")
    private @Nullable String pattern;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            description = "How many keys to read in a second, at most; with --from also a size, such as 50mb/s."
                    + " Default: " + STANDARD_RATE + ", with --from 10000/s.")
    private @Nullable String rate;

    @Option(
            names = "--passes",
            paramLabel = "N",
            description =
                    "How often to go through the file: large values that found no room are copied by a later pass."
                            + " Default: 1.")
    private @Nullable Integer passes;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "The application's namespace. Default: " + STANDARD_NAMESPACE + ".")
    private @Nullable String namespace;

    private long read;
    private long found;
    private long failed;
    private long withoutKey;
    private int failuresInARow;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return peer.isPeerNamed() ? fromPeer() : fromList();
    }

    private int fromPeer() {
        for (Map.Entry<String, @Nullable Object> each : ofLists().entrySet()) {
            if (each.getValue() != null) {
                throw wrong(each.getKey() + " and --from cannot be given together: a list of keys is read from a tier");
            }
        }
        PeerWarming warming;
        try {
            warming = new PeerWarming(peer.source(System::getenv), peer.target(System::getenv), peer.wish(rate));
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        ConsoleProgress progress = new ConsoleProgress(new PrintStream(System.err, true), isTerminal());
        return warming.run(
                        progress::at,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .code();
    }

    private Map<String, @Nullable Object> ofLists() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("--tiers", tiers);
        all.put("--cache", cache);
        all.put("--keys", keys);
        all.put("--pattern", pattern);
        all.put("--passes", passes);
        all.put("--namespace", namespace);
        return all;
    }

    /** What a list of keys needs. */
    private record Names(String cache, String namespace) {}

    private int fromList() throws IOException, InterruptedException {
        String tier = required("--tiers=URI', or '--from=HOST:PORT", tiers);
        Names names = new Names(required("--cache=NAME", cache), namespace == null ? STANDARD_NAMESPACE : namespace);
        String list = required("--keys=FILE", keys);
        String stray = peer.stray();
        if (stray != null) {
            throw wrong(stray + " means something only with --from, and --tiers was given");
        }
        TierUri uri = tier(tier);
        int keysPerSecond = keysPerSecond(rate == null ? STANDARD_RATE : rate);
        Pattern wanted = pattern();
        int times = passes == null ? 1 : passes;
        check(names, times, list);
        Path file = file(list);
        try (Warming warming = open(uri, names)) {
            for (int pass = 1; pass <= times; pass++) {
                InputStream in = file == null ? System.in : Files.newInputStream(file);
                try (KeyList all = new KeyList(in, wanted)) {
                    warm(warming, all, keysPerSecond, file == null ? 0 : Files.size(file));
                    withoutKey = all.withoutKey();
                }
            }
            warming.finish();
        }
        return report();
    }

    private String required(String option, @Nullable String value) {
        if (value == null) {
            throw wrong("Missing required option: '" + option + "'");
        }
        return value;
    }

    /** Opens the tier and has it answer, before anything is read. */
    private static Warming open(TierUri uri, Names names) throws InterruptedException {
        try {
            Warming warming = new Warming(uri, names.namespace, names.cache, TIMEOUT);
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

    private TierUri tier(String named) {
        List<String> shared = TierNames.in(named).stream()
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

    private int keysPerSecond(String text) {
        Matcher form = RATE.matcher(text);
        if (!form.matches()) {
            throw wrong("--rate must be a number from 1 to 999999, such as 1000/s, but was '" + text + "'");
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

    private void check(Names names, int times, String list) {
        if (!NAME.matcher(names.cache).matches()) {
            throw wrong("--cache must be letters, digits and . _ - but was '" + names.cache + "'");
        }
        if (!NAME.matcher(names.namespace).matches()) {
            throw wrong("--namespace must be letters, digits and . _ - but was '" + names.namespace + "'");
        }
        if (times < 1 || times > MOST_PASSES) {
            throw wrong("--passes must be within 1…" + MOST_PASSES + " but was " + times);
        }
        if (times > 1 && list.equals(STANDARD_INPUT)) {
            throw wrong("--passes must be 1 where the keys come by the standard input, which is there once");
        }
    }

    /** Null for the standard input. */
    private @Nullable Path file(String list) {
        if (list.equals(STANDARD_INPUT)) {
            return null;
        }
        Path file;
        try {
            file = Path.of(list);
        } catch (InvalidPathException e) {
            throw wrong("--keys must name a file but was '" + list + "'");
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw wrong("--keys must name a file that can be read but was '" + list + "'");
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
