package dev.larder.memcached;

import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.FreePorts;
import dev.larder.tier.TierUri;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code memcached} on a free loopback port. For tests of any module. Not
 * thread-safe.
 */
public final class MemcachedServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final InetAddress address;
    private final int port;
    private final Path directory;
    private final List<String> settings;
    private @Nullable Process process;

    private MemcachedServer(InetSocketAddress at, Path directory, List<String> settings) {
        this.address = at.getAddress();
        this.port = at.getPort();
        this.directory = directory;
        this.settings = settings;
    }

    /** Starts a server; {@code settings} as on its command line, such as {@code "-I", "4m"}. */
    public static MemcachedServer start(String... settings) {
        return startAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()), settings);
    }

    /** Starts a server on a loopback address and port of the caller's choice. */
    static MemcachedServer startAt(InetSocketAddress at, String... settings) {
        try {
            MemcachedServer server =
                    new MemcachedServer(at, Files.createTempDirectory("larder-memcached-"), List.of(settings));
            server.startAgain();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("memcached needs a directory", e);
        }
    }

    /** A proxy to this server that misbehaves when told. */
    FaultProxy proxy() {
        return FaultProxy.to(port, ":bp");
    }

    public int port() {
        return port;
    }

    /** {@code memcached://127.0.0.1:port}. */
    public String uri() {
        return "memcached://127.0.0.1:" + port;
    }

    TierUri tierUri() {
        return TierUri.parse(uri());
    }

    /** How many items it holds. */
    public long items() {
        return stat("curr_items");
    }

    /** One of the numbers it tells of itself. */
    long stat(String name) {
        String line = "STAT " + name + " ";
        return ask("stats\r\n", "END")
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> Long.parseLong(each.substring(line.length())))
                .sum();
    }

    /** Starts it once more on the same port, empty. */
    public void startAgain() {
        List<String> command = new ArrayList<>(List.of("memcached", "-p", Integer.toString(port)));
        command.addAll(List.of("-l", address.getHostAddress(), "-U", "0", "-u", System.getProperty("user.name")));
        command.addAll(settings);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory.toFile(), "log"))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("memcached cannot be started: install the package memcached", e);
        }
        Awaitility.await("memcached on port " + port)
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .until(this::isListening);
    }

    /** Ends it at once, as {@code kill -9} does. */
    public void kill() {
        Process running = process;
        process = null;
        if (running != null) {
            running.destroyForcibly();
            waitFor(running);
        }
    }

    /** Stops it in mid-air: connections stay, nothing is answered. */
    public void pause() {
        signal("STOP");
        Path threads =
                Path.of("/proc", Long.toString(Objects.requireNonNull(process).pid()), "task");
        if (Files.isDirectory(threads)) { // each stops when it is its turn to run, which may be after the next command
            Awaitility.await("memcached stands still")
                    .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .until(() -> areStopped(threads));
        }
    }

    private static boolean areStopped(Path threads) throws IOException {
        try (Stream<Path> each = Files.list(threads)) {
            for (Path thread : each.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (!stat.startsWith(") T", stat.lastIndexOf(')'))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Lets it go on. */
    public void resume() {
        signal("CONT");
    }

    /** What it answers to {@code commands}, up to a line that begins with {@code last}. */
    String ask(String commands, String last) {
        return ask(commands.getBytes(StandardCharsets.UTF_8), last);
    }

    /** Has {@code bytes} stored by a command that ends with their length. */
    void store(String command, byte[] bytes) {
        byte[] line = (command + "\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] end = "\r\nmn\r\n".getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(line, line.length + bytes.length + end.length);
        System.arraycopy(bytes, 0, all, line.length, bytes.length);
        System.arraycopy(end, 0, all, line.length + bytes.length, end.length);
        ask(all, "MN");
    }

    private String ask(byte[] commands, String last) {
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            socket.getOutputStream().write(commands);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answer.append(line).append('\n');
                if (line.startsWith(last)) {
                    break;
                }
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("memcached does not answer", e);
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
            throw new IllegalStateException("memcached is not running");
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
            throw new IllegalStateException("memcached ended; its log is in " + directory);
        }
        try (Socket socket = new Socket(address, port)) {
            socket.getOutputStream().write("version\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(1_000);
            String answer = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return answer != null;
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
