package dev.larder.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program and its commands, as picocli knows them. */
@Command(
        name = "larder",
        description = "A caching system, from a field in your process to the edge of your site.",
        mixinStandardHelpOptions = true,
        versionProvider = Program.Version.class,
        subcommands = {DemoCommand.class, ServerCommand.class, WarmCommand.class},
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
final class Program implements Runnable {
    @Spec
    private CommandSpec spec;

    /** The program with its handlers: whatever goes wrong, one line says what, and the exit code says of which kind. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Program());
        line.setParameterExceptionHandler(Program::usage);
        line.setExecutionExceptionHandler((failure, command, parsed) -> fail(command, failure));
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int usage(ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        say(command, name + ": " + ExitCode.reason(failure) + "; see '" + name + " --help'");
        return ExitCode.USAGE.code();
    }

    private static int fail(CommandLine command, Exception failure) {
        say(command, command.getCommandSpec().qualifiedName() + ": " + ExitCode.reason(failure));
        return failure instanceof FollowerException follower
                ? follower.exitCode()
                : ExitCode.of(failure).code();
    }

    private static void say(CommandLine command, String text) {
        PrintWriter err = command.getErr();
        err.println(text);
        err.flush();
    }

    /** The version in this jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Program.class.getPackage().getImplementationVersion();
            return new String[] {"larder " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
