package dev.larder.benchmarks;

import dev.larder.benchmarks.compare.EngineCommand;
import dev.larder.benchmarks.delay.DelayCommand;
import dev.larder.benchmarks.far.FarCommand;
import dev.larder.benchmarks.far.TagsCommand;
import dev.larder.benchmarks.herd.HerdCommand;
import dev.larder.benchmarks.jitter.JitterCommand;
import dev.larder.benchmarks.jmh.NearHitCommand;
import dev.larder.benchmarks.jmh.PeersCommand;
import dev.larder.benchmarks.outage.OutageCommand;
import dev.larder.benchmarks.rebuild.RebuildCommand;
import dev.larder.benchmarks.replay.ReplayCommand;
import dev.larder.benchmarks.ring.RingCommand;
import dev.larder.benchmarks.server.ServerCommand;
import dev.larder.benchmarks.shop.ShopLoadCommand;
import dev.larder.benchmarks.store.StoreCommand;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The entry of the benchmarks: each scenario is a sub-command. */
@Command(
        name = "bench",
        description =
                "Measures Larder beside its peers. Each command prints its page and writes it to docs/measurements.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ShopLoadCommand.class,
            HerdCommand.class,
            RebuildCommand.class,
            NearHitCommand.class,
            PeersCommand.class,
            EngineCommand.class,
            ReplayCommand.class,
            FarCommand.class,
            TagsCommand.class,
            DelayCommand.class,
            OutageCommand.class,
            RingCommand.class,
            JitterCommand.class,
            StoreCommand.class,
            ServerCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured, and what had to hold held",
            "1:it failed, or the page names something that did not hold",
            "2:the command line is wrong"
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::explain)
                .execute(args));
    }

    /** What the surroundings lack is one line; a mistake of the harness keeps its trace. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
            command.getErr().println("bench: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
