package dev.larder.cli;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code larder server}: a cache node, until it is told to end. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        customSynopsis = "larder server [FILE] [--DIRECTIVE VALUE...]...",
        description = {
            "A cache node that any Redis client can use.",
            "",
            "FILE has directives in the form of redis.conf; those of the command line go before its own. Names, values"
                    + " and units are Redis's. A directive that is unknown is refused; one that means nothing here is"
                    + " accepted with a warning."
        },
        footer = {
            "",
            "Examples:",
            "  larder server",
            "  larder server --port 6380 --maxmemory 1gb --maxmemory-policy allkeys-lru",
            "  larder server redis.conf --requirepass secret --bind 0.0.0.0",
            "",
            "It listens on 127.0.0.1:6379 and may use half of the machine's memory if nothing else is said."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:ended by Ctrl+C, a signal or SHUTDOWN",
            ExitCode.FAILED_TEXT,
            "2:a directive is unknown or has a wrong value",
            ExitCode.PORT_TEXT
        })
final class ServerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        ServerOptions options = ServerOptions.parse(arguments);
        PrintWriter err = spec.commandLine().getErr();
        options.warnings().forEach(warning -> err.println("larder server: " + warning));
        err.flush();
        LarderServer server = LarderServer.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "server-close"));
        PrintWriter out = spec.commandLine().getOut();
        out.println("larder server: process " + ProcessHandle.current().pid() + ", " + place(server));
        out.println("Ready to accept connections");
        out.flush();
        server.awaitEnd();
        return ExitCode.DONE.code();
    }

    private static String place(LarderServer server) {
        String place = server.port() == 0 ? "no port" : "port " + server.port();
        return server.memcachedPort() == 0 ? place : place + ", Memcached's port " + server.memcachedPort();
    }

    /** Told to end, it has done what it was to do: the process's exit code says so, as Redis's does. */
    private void end(LarderServer server) {
        boolean isSaved = server.end();
        spec.commandLine().getOut().println(isSaved ? "larder server: ended" : "larder server: ended, not saved");
        spec.commandLine().getOut().flush();
        Runtime.getRuntime().halt((isSaved ? ExitCode.DONE : ExitCode.FAILED).code());
    }
}
