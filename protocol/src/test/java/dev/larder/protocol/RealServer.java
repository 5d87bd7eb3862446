package dev.larder.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A real {@code redis-server} or {@code memcached} on a free loopback port, which keeps nothing. Not thread-safe. */
public final class RealServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final int port;

    private RealServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts {@code redis-server} with {@code settings} as on its command line. */
    public static RealServer redis(String... settings) {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--appendonly", "no", "--save", ""));
        command.addAll(List.of(settings));
        return start(command, port, "PING\r\n");
    }

    /** Starts {@code memcached} with {@code settings} as on its command line. */
    public static RealServer memcached(String... settings) {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of("memcached", "-p", Integer.toString(port)));
        command.addAll(List.of("-l", "127.0.0.1", "-U", "0", "-u", System.getProperty("user.name")));
        command.addAll(List.of(settings));
        return start(command, port, "mn\r\n");
    }

    private static RealServer start(List<String> command, int port, String greeting) {
        RealServer server;
        try {
            server = new RealServer(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start(),
                    port);
        } catch (IOException e) {
            throw new UncheckedIOException(command.get(0) + " cannot be started: install its package", e);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!server.answers(greeting)) {
            if (System.nanoTime() > end || !server.process.isAlive()) {
                server.close();
                throw new IllegalStateException(command.get(0) + " does not answer on port " + port);
            }
            Thread.onSpinWait();
        }
        return server;
    }

    /** All it answers to {@code bytes}, sent in pieces of up to {@code maxPiece}, until it or we hang up. */
    public byte[] answerTo(byte[] bytes, int maxPiece, SplittableRandom random) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            try {
                OutputStream out = socket.getOutputStream();
                for (int at = 0; at < bytes.length; ) {
                    int count = Math.min(bytes.length - at, 1 + random.nextInt(maxPiece));
                    out.write(bytes, at, count);
                    at += count;
                }
                socket.shutdownOutput();
            } catch (SocketException hungUp) { // what it said before is still there to be read
                return readAll(socket);
            }
            return readAll(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("no answer", e);
        }
    }

    private static byte[] readAll(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[8_192];
        try {
            for (int count = socket.getInputStream().read(piece); count >= 0; ) {
                all.write(piece, 0, count);
                count = socket.getInputStream().read(piece);
            }
        } catch (SocketException reset) { // it hung up with bytes of ours unread
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    private boolean answers(String greeting) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() >= 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
