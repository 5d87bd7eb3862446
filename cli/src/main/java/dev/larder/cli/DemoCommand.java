package dev.larder.cli;

import dev.larder.storefront.Storefront;
import dev.larder.storefront.StorefrontOptions;
import dev.larder.storefront.database.ConsoleProgress;
import dev.larder.storefront.database.DatabasePlace;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.shop.Strategy;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code larder demo}: runs the example shop until it is told to end. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Program.Version.class,
        description = "Runs a shop of 11,000 products in 170 stores, on a real SQL database, served through Larder.",
        footer = {
            "",
            "Examples:",
            "  larder demo",
            "  larder demo --tiers memory:64MiB,redis://127.0.0.1:6379 --instances 3",
            "  larder demo --tiers memory:64MiB,memcached://127.0.0.1:11211 --instances 3",
            "  larder demo --tiers memory:64MiB,file:/tmp/shop-cache --instances 3",
            "  larder demo --db 'jdbc:postgresql://127.0.0.1/shop?user=me&password=secret'",
            "",
            "The first start fills the database; the data stays, so that later starts take seconds."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.DONE_TEXT,
            ExitCode.FAILED_TEXT,
            ExitCode.USAGE_TEXT,
            ExitCode.TIER_TEXT,
            ExitCode.DATABASE_TEXT,
            ExitCode.PORT_TEXT,
            ExitCode.SIGNAL_TEXT
        })
final class DemoCommand implements Callable<Integer> {
    private static final int MAX_INSTANCES = 16;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where the shop listens on 127.0.0.1; 0 for a free port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the database file is kept. Default: larder/demo in the user's data directory.")
    private @Nullable String data;

    @Option(
            names = "--tiers",
            paramLabel = "URI[,URI]",
            defaultValue = "memory:64MiB",
            description = "The tiers of the caches, nearest first. Default: ${DEFAULT-VALUE}.")
    private String tiers;

    @Option(
            names = "--db",
            paramLabel = "URL",
            description = "A PostgreSQL database instead of a file: jdbc:postgresql://HOST/NAME?user=…&password=…")
    private @Nullable String db;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Processes to start, on ports that follow each other, over one database. Default: ${DEFAULT-VALUE}.")
    private int instances;

    @Option(
            names = "--products",
            paramLabel = "N",
            description = "How many products a new database gets. Default: 11000.")
    private @Nullable Integer products;

    @Option(names = "--stores", paramLabel = "N", description = "How many stores a new database gets. Default: 170.")
    private @Nullable Integer stores;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            defaultValue = "write-through",
            description =
                    "no-cache, lazy, write-through, short-ttl or stale-while-revalidate; the status page switches it."
                            + " Default: ${DEFAULT-VALUE}.")
    private String strategy;

    /** Set by the first instance for those that it starts: they take their secrets from the environment. */
    @Option(names = "--follower", hidden = true)
    private boolean follower;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StorefrontOptions options = options();
        ConsoleProgress progress = new ConsoleProgress(System.err, isTerminal());
        Logs.quietly(() -> Storefront.checkTiers(options));
        Storefront storefront = Storefront.open(options, progress);
        Followers followers = new Followers(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(followers, storefront), "demo-close"));
        if (follower) {
            spec.commandLine().getOut().println(Followers.READY + storefront.url());
            spec.commandLine().getOut().flush();
            Followers.awaitEndOfLeader();
            return ExitCode.DONE.code();
        }
        announce(storefront, options);
        if (instances > 1) {
            lead(storefront, options, followers);
        }
        Followers.awaitEnd();
        return ExitCode.DONE.code();
    }

    @SuppressWarnings("SystemConsoleNull") // two checkers disagree on whether it may be null; asking is safe
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private void lead(Storefront storefront, StorefrontOptions options, Followers followers)
            throws IOException, InterruptedException {
        if (options.tiers().size() < 2) {
            say("Note: the instances share no tier, so that a change in one shows in the others only when its time to"
                    + " live ends. Add a shared tier to --tiers, such as redis://127.0.0.1, to see them agree.");
        }
        String database = storefront.shareDatabase();
        PrintWriter out = spec.commandLine().getOut();
        for (int instance = 2; instance <= instances; instance++) {
            int at = options.port() == 0 ? 0 : options.port() + instance - 1;
            out.println("Instance " + instance + " ready at " + followers.start(at, strategy, database));
            out.flush();
        }
    }

    /** The followers first: they use the leader's database. */
    private static void close(Followers followers, Storefront storefront) {
        followers.close();
        storefront.close();
    }

    private void announce(Storefront storefront, StorefrontOptions options) {
        Sizes sizes = storefront.sizes();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "Shop ready at %s  (%,d products, %,d stores, %,d stock rows; tiers %s; Ctrl+C ends it)%n",
                storefront.url(),
                sizes.products(),
                sizes.stores(),
                sizes.stockRows(),
                String.join(", ", Storefront.shown(options.tiers())));
        out.flush();
    }

    /** Checks the command line. */
    private StorefrontOptions options() {
        if (instances < 1 || instances > MAX_INSTANCES) {
            throw wrong("--instances must be within 1…" + MAX_INSTANCES + " but was " + instances);
        }
        if (port < 0 || port > StorefrontOptions.MAX_PORT - (instances - 1)) {
            throw wrong(
                    "--port must be within 0…" + (StorefrontOptions.MAX_PORT - (instances - 1)) + " but was " + port);
        }
        if (data != null && db != null) {
            throw wrong("--data names a file and --db a server: give one of them");
        }
        try {
            return new StorefrontOptions(port, tierUris(), database(), sizes(), Strategy.named(strategy), addresses());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private List<String> tierUris() {
        return TierNames.in(follower ? Followers.secret(Followers.TIERS) : tiers);
    }

    private DatabasePlace database() {
        if (follower) {
            return DatabasePlace.at(Followers.secret(Followers.DATABASE));
        }
        if (db != null) {
            return DatabasePlace.at(db);
        }
        try {
            return DatabasePlace.in(data == null ? UserData.directory() : Path.of(data));
        } catch (InvalidPathException e) {
            throw wrong("--data must name a directory but was '" + data + "'");
        }
    }

    private @Nullable Sizes sizes() {
        if (products == null && stores == null) {
            return null;
        }
        return new Sizes(
                products == null ? Sizes.FULL.products() : products, stores == null ? Sizes.FULL.stores() : stores);
    }

    private List<String> addresses() {
        if (follower) {
            String all = Followers.secret(Followers.ADDRESSES);
            return all.isEmpty() ? List.of() : List.of(all.split(",", -1));
        }
        List<String> addresses = new ArrayList<>();
        for (int instance = 0; instance < instances && instances > 1 && port > 0; instance++) {
            addresses.add("http://127.0.0.1:" + (port + instance));
        }
        return addresses;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
