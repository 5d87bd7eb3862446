package dev.larder.redis;

import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.FreePorts;
import dev.larder.tier.TierUri;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code redis-server} on a free loopback port, with nothing on disk unless asked. For tests of any module. Not
 * thread-safe.
 */
public final class RedisServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final int port;
    private final Path directory;
    private final List<String> settings;
    private final List<String> program;
    private @Nullable Process process;

    private RedisServer(int port, List<String> program, List<String> settings) {
        this.port = port;
        this.program = program;
        this.settings = settings;
        try {
            this.directory = Files.createTempDirectory("larder-redis-");
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server needs a directory", e);
        }
    }

    /** Starts a server; {@code settings} as on its command line, such as {@code "--requirepass", "secret"}. */
    public static RedisServer start(String... settings) {
        List<String> all =
                new ArrayList<>(List.of("--appendonly", "no", "--save", "", "--enable-debug-command", "yes"));
        all.addAll(List.of(settings));
        RedisServer server = new RedisServer(FreePorts.next(), List.of("redis-server"), all);
        server.startAgain();
        return server;
    }

    /** Starts a server with the settings of a file and no others but {@code settings}. */
    static RedisServer startFrom(Path file, String... settings) {
        RedisServer server =
                new RedisServer(FreePorts.next(), List.of("redis-server", file.toString()), List.of(settings));
        server.startAgain();
        return server;
    }

    /** A proxy to this server that misbehaves when told. */
    public FaultProxy proxy() {
        return FaultProxy.to(port, "XREAD");
    }

    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:port}. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    TierUri tierUri() {
        return TierUri.parse(uri());
    }

    /** Starts it once more on the same port, with what it finds on its disk. */
    public void startAgain() {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", directory.toString()));
        command.addAll(settings);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), "log"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server cannot be started: install the package redis-server", e);
        }
        Awaitility.await("redis-server on port " + port)
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(this::isListening);
    }

    /** Ends it at once, as {@code kill -9} does: nothing is saved. */
    public void kill() {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroyForcibly();
            waitFor(running);
        }
    }

    boolean isRunning() {
        return process != null;
    }

    /** Stops it in mid-air: connections stay, nothing is answered. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("CONT");
    }

    /** What {@code redis-cli} prints for a command. */
    public String cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        command.addAll(List.of(arguments));
        try {
            Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            waitFor(cli);
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException("redis-cli cannot be started: install the package redis-tools", e);
        }
    }

    /** Ends it and removes its files. */
    @Override
    public void close() {
        if (process != null) {
            resume();
        }
        kill();
        File[] files = directory.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            deleted(file);
        }
        deleted(directory.toFile());
    }

    private static void deleted(File file) {
        if (!file.delete()) {
            file.deleteOnExit();
        }
    }

    private void signal(String name) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("redis-server is not running");
        }
        try {
            waitFor(new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException("kill cannot be started", e);
        }
    }

    private boolean isListening() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("redis-server ended; its log is in " + directory);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(1_000);
            String answer = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return answer != null && !answer.startsWith("-LOADING");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void waitFor(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a process does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
