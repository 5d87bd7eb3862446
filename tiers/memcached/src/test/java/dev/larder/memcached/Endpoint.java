package dev.larder.memcached;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A configuration endpoint that answers what it is told to, or nothing. Thread-safe. */
final class Endpoint implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String answer = "";

    Endpoint() {
        try {
            this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port", e);
        }
        Thread accepting = new Thread(this::accept, "test-endpoint");
        accepting.setDaemon(true);
        accepting.start();
    }

    String place() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** From here on it names these. */
    void name(List<MemcachedServer> servers) {
        String nodes = servers.stream()
                .map(server -> "127.0.0.1|127.0.0.1|" + server.port())
                .collect(Collectors.joining(" "));
        String payload = "12\n" + nodes + "\n";
        answer = "CONFIG cluster 0 " + payload.length() + "\r\n" + payload + "\r\nEND\r\n";
    }

    /** From here on it answers so; an empty text: not at all. */
    void say(String text) {
        answer = text;
    }

    /** How often it was asked. */
    int asked() {
        return asked.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread serving = new Thread(() -> serve(client), "test-endpoint-client");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) { // by the test
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                asked.incrementAndGet();
                String said = line.equals("config get cluster") ? answer : "ERROR\r\n";
                client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException gone) { // who asked has had enough
            return;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a port does not close", e);
        }
    }
}
