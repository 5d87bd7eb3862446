package dev.larder.cli;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import java.io.PrintWriter;
import java.util.List;

/** A server's life in a process of its own: what it says, and how the process ends. */
final class ServerRun {
    /** Netty's events for flight recordings take a tenth of the time of a start; named on the command line, they are there. */
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";

    private final PrintWriter out;
    private final PrintWriter err;

    /** Says what it has to say there. */
    ServerRun(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Starts a server with Redis's directives and waits for its end; the exit code. */
    int run(List<String> arguments) {
        if (System.getProperty(NETTY_EVENTS) == null) {
            System.setProperty(NETTY_EVENTS, "false");
        }
        ServerOptions options = ServerOptions.parse(arguments);
        options.warnings().forEach(warning -> err.println("larder server: " + warning));
        err.flush();
        LarderServer server = LarderServer.start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "server-close"));
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
        out.println(isSaved ? "larder server: ended" : "larder server: ended, not saved");
        out.flush();
        Runtime.getRuntime().halt((isSaved ? ExitCode.DONE : ExitCode.FAILED).code());
    }
}
