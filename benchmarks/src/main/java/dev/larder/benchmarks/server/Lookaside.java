package dev.larder.benchmarks.server;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client that sets what it does not get, one request after another; that a server has no memory for a value is no
 * failure. Confined to one thread.
 */
final class Lookaside implements Closeable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean speaksRedis;
    private final String value;

    Lookaside(int port, boolean speaksRedis, int valueBytes) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = socket.getOutputStream();
        this.speaksRedis = speaksRedis;
        this.value = "x".repeat(valueBytes);
    }

    /** Asks for a key, and sets it if it is not there; whether it was. */
    boolean request(long number) throws IOException {
        String key = String.format(Locale.ROOT, "item:%019d", number);
        send(speaksRedis ? "*2\r\n$3\r\nGET\r\n$" + key.length() + "\r\n" + key + "\r\n" : "get " + key + "\r\n");
        String first = line();
        if (first.startsWith("$-1") || first.equals("END")) {
            set(key);
            return false;
        }
        in.skipNBytes(value.length() + 2L);
        if (!speaksRedis) {
            line();
        }
        return true;
    }

    private void set(String key) throws IOException {
        String head = speaksRedis
                ? "*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$" + value.length() + "\r\n"
                : "set " + key + " 0 0 " + value.length() + "\r\n";
        send(head + value + "\r\n");
        String reply = line();
        if (!reply.equals("+OK") && !reply.equals("STORED") && !reply.contains("out of memory")) {
            throw new IOException("a set was answered: " + reply);
        }
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
