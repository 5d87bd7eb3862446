package dev.larder.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The program's entry: runs the command and ends the process with its exit code. A server is started at once, without the
 * parser of command lines: its words are Redis's directives, and the parser's classes are a third of the time of a start.
 */
public final class Main {
    private static final Set<String> QUESTIONS = Set.of("-h", "--help", "-V", "--version");

    private Main() {}

    public static void main(String[] args) {
        List<String> words = Arrays.asList(args);
        boolean isServer = !words.isEmpty()
                && words.get(0).equals("server")
                && words.stream().noneMatch(QUESTIONS::contains);
        System.exit(
                isServer
                        ? server(words.subList(1, words.size()))
                        : Program.commandLine().execute(args));
    }

    private static int server(List<String> arguments) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        try {
            return new ServerRun(out, err).run(arguments);
        } catch (RuntimeException failure) {
            err.println("larder server: " + ExitCode.reason(failure));
            return ExitCode.of(failure).code();
        }
    }
}
