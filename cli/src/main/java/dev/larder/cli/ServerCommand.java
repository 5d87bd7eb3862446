package dev.larder.cli;

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
        versionProvider = Program.Version.class,
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
        return new ServerRun(spec.commandLine().getOut(), spec.commandLine().getErr()).run(arguments);
    }
}
