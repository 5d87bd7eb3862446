package dev.larder.benchmarks.process;

import dev.larder.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A server on a free loopback port that keeps nothing on disk: {@link #fail} ends it as {@code kill -9} does, {@link
 * #heal} starts it on the same port, empty. For one thread.
 */
public final class ServerProcess implements TierServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;

    private final String scheme;
    private final IntFunction<List<String>> command;
    private final Path directory;
    private final int port;
    private Process process;

    private ServerProcess(String scheme, IntFunction<List<String>> command, Path directory, int port)
            throws IOException {
        this.scheme = scheme;
        this.command = command;
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /** A {@code redis-server} without persistence. */
    public static ServerProcess redis() throws IOException {
        return redis(List.of());
    }

    /** The same with more directives, as words of its command line. */
    public static ServerProcess redis(List<String> more) throws IOException {
        Path directory = Files.createTempDirectory("larder-bench-redis");
        return start(
                "redis",
                port -> words(
                        List.of(
                                "redis-server",
                                "--port",
                                String.valueOf(port),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--dir",
                                directory.toString(),
                                "--loglevel",
                                "warning"),
                        more),
                directory);
    }

    /** A {@code memcached} with {@code megabytes} for items. */
    public static ServerProcess memcached(int megabytes) throws IOException {
        return memcached(List.of("-m", String.valueOf(megabytes)));
    }

    /** A {@code memcached} with more words on its command line. */
    public static ServerProcess memcached(List<String> more) throws IOException {
        return start(
                "memcached",
                port -> words(
                        List.of(
                                "memcached",
                                "-p",
                                String.valueOf(port),
                                "-l",
                                "127.0.0.1",
                                "-U",
                                "0",
                                "-u",
                                System.getProperty("user.name")),
                        more),
                Files.createTempDirectory("larder-bench-memcached"));
    }

    /** A JVM with this one's class path whose {@code main} listens on the port that {@code portOption} names. */
    public static ServerProcess java(Jvm jvm, Class<?> main, String portOption, List<String> more) throws IOException {
        List<String> java = new ArrayList<>(List.of(jvm.java().toString()));
        java.addAll(jvm.options());
        java.addAll(List.of("-cp", ChildJvm.absoluteClassPath(), main.getName()));
        return start(
                "redis",
                port -> words(java, words(more, List.of(portOption, String.valueOf(port)))),
                Files.createTempDirectory("larder-bench-server"));
    }

    private static List<String> words(List<String> first, List<String> more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(more);
        return all;
    }

    private static ServerProcess start(String scheme, IntFunction<List<String>> command, Path directory)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new ServerProcess(scheme, command, directory, RedisServer.freePort());
            } catch (IOException e) { // another process may have been quicker to take the port
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The same server, which {@link #fail} stops in mid-air and {@link #heal} lets go on, with all it had. */
    public TierServer freezing() {
        return new Freezing();
    }

    public int port() {
        return port;
    }

    /** What it has used so far. */
    public ProcessUse use() throws IOException {
        return ProcessUse.of(process.pid());
    }

    /** How many threads it has, for Linux. */
    public int threads() throws IOException {
        return ProcessUse.threads(process.pid());
    }

    /** How many files and sockets it has open, for Linux. */
    public int openFiles() throws IOException {
        return ProcessUse.openFiles(process.pid());
    }

    @Override
    public String uri() {
        return scheme + "://127.0.0.1:" + port;
    }

    @Override
    public void fail() {
        close();
    }

    @Override
    public void heal() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it has been told to end
        }
    }

    private Process launch() throws IOException {
        List<String> words = command.apply(port);
        Process started;
        try {
            started = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException(words.getFirst() + " must be installed; try: apt-get install " + scheme, e);
        }
        Children.adopt(started);
        if (!listens(started, port)) {
            started.destroyForcibly();
            throw new IOException(words.getFirst() + " did not start; " + directory.resolve("log") + " says why");
        }
        return started;
    }

    private static boolean listens(Process process, int port) {
        Ticker ticker = Ticker.system();
        long deadline = ticker.nanos() + PATIENCE.toNanos();
        while (process.isAlive() && ticker.nanos() < deadline) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (probe.isConnected() && process.isAlive()) {
                    return true;
                }
            } catch (IOException e) {
                Waiting.until(ticker, ticker.nanos() + 1_000_000); // not listening yet: it takes some milliseconds
            }
        }
        return false;
    }

    /** Waits until it listens on another port of its, which may be some moments after the one that it was started for. */
    public void awaitPort(int other) throws IOException {
        if (!listens(process, other)) {
            throw new IOException("port " + other + " is not listened on; " + directory.resolve("log") + " says why");
        }
    }

    /** Connections to it stay, and nothing is answered. */
    private final class Freezing implements TierServer {
        @Override
        public String uri() {
            return ServerProcess.this.uri();
        }

        @Override
        public void fail() throws IOException {
            signal("STOP");
        }

        @Override
        public void heal() throws IOException {
            signal("CONT");
        }

        @Override
        public void close() {
            ServerProcess.this.close();
        }

        private void signal(String name) throws IOException {
            try {
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a server was told to " + name, e);
            }
        }
    }
}
