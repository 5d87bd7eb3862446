package dev.larder.benchmarks.process;

import dev.larder.time.Ticker;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A {@code redis-server} of this run alone: on a free loopback port, without persistence, ended by {@link #close}.
 * Thread-safe.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final int START_ATTEMPTS = 5;
    private static final int CALL_TIMEOUT_MILLIS = 5_000;

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one and waits until it answers. */
    public static RedisServer start() throws IOException {
        Path directory = Files.createTempDirectory("larder-bench-redis");
        Path log = directory.resolve("redis.log");
        for (int attempt = 1; ; attempt++) {
            RedisServer server = launch(directory, log, freePort());
            if (server.answersWithin(START_TIMEOUT)) {
                return server;
            }
            server.close();
            if (attempt == START_ATTEMPTS) { // each time another process may have been quicker to take the port
                throw new IOException("redis-server did not start; the end of " + log + " says why");
            }
        }
    }

    /** A port of the loopback interface that nobody uses now. */
    public static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Whether nobody uses {@code port} of the loopback interface now. */
    public static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false; // taken
        }
    }

    private static RedisServer launch(Path directory, Path log, int port) throws IOException {
        List<String> command = List.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                directory.toString(),
                "--loglevel",
                "warning");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new RedisServer(Children.adopt(process), port);
        } catch (IOException e) {
            throw new IOException("redis-server must be installed; try: apt-get install redis-server", e);
        }
    }

    public int port() {
        return port;
    }

    /** As a tier is named. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** One section of {@code INFO}, by field. */
    public Map<String, String> info(String section) throws IOException {
        return info(port, section);
    }

    /** One section of {@code INFO} of the server at {@code port}, by field. */
    public static Map<String, String> info(int port, String section) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line : call(port, "INFO " + section).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /** One number of {@code INFO}. */
    public static long number(int port, String section, String field) throws IOException {
        String value = info(port, section).get(field);
        if (value == null) {
            throw new IOException("INFO " + section + " must have the field '" + field + "' but had not");
        }
        return Long.parseLong(value);
    }

    /** Bytes its data takes, by its own count. */
    public long usedMemoryBytes() throws IOException {
        return number(port, "memory", "used_memory");
    }

    /** Drops everything that the server at {@code port} holds. */
    public static void flush(int port) throws IOException {
        call(port, "FLUSHALL");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean answersWithin(Duration timeout) {
        Ticker ticker = Ticker.system();
        long deadline = ticker.nanos() + timeout.toNanos();
        while (process.isAlive() && ticker.nanos() < deadline) {
            try {
                return call(port, "PING").equals("PONG");
            } catch (IOException e) {
                Thread.onSpinWait(); // not listening yet: it takes some milliseconds
            }
        }
        return false;
    }

    /** Sends {@code command} in the inline form and reads a simple or a bulk reply. */
    private static String call(int port, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CALL_TIMEOUT_MILLIS);
            socket.setSoTimeout(CALL_TIMEOUT_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            DataInputStream input = new DataInputStream(socket.getInputStream());
            String head = line(input);
            if (head.startsWith("+")) {
                return head.substring(1);
            }
            if (!head.startsWith("$")) {
                throw new IOException("redis-server answered '" + head + "' to " + command);
            }
            byte[] body = input.readNBytes(Integer.parseInt(head.substring(1)));
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private static String line(DataInputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = input.readUnsignedByte(); octet != '\r'; octet = input.readUnsignedByte()) {
            line.append((char) octet);
        }
        input.readUnsignedByte();
        return line.toString();
    }
}
