package dev.larder.benchmarks.soak;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection that writes requests of either protocol and passes over replies. Confined to one thread. */
final class Talk implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Talk(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes a request of Redis's; numbers and texts are words, and so are bytes. */
    void request(Object... words) throws IOException {
        out.write(bytes("*" + words.length + "\r\n"));
        for (Object word : words) {
            byte[] bytes = word instanceof byte[] raw ? raw : bytes(word.toString());
            out.write(bytes("$" + bytes.length + "\r\n"));
            out.write(bytes);
            out.write(LINE_END);
        }
    }

    /** Writes a line, and a block of bytes behind it if there is one. */
    void line(String line, byte... block) throws IOException {
        out.write(bytes(line));
        out.write(LINE_END);
        if (block.length > 0) {
            out.write(block);
            out.write(LINE_END);
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = octet(); next != '\r'; next = octet()) {
            line.append((char) next);
        }
        octet();
        return line.toString();
    }

    private int octet() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the server closed a connection");
        }
        return next;
    }

    void skip(long count) throws IOException {
        in.skipNBytes(count);
    }

    /** Passes over a reply of Redis's, RESP2; its first line. */
    String reply() throws IOException {
        String head = line();
        switch (head.charAt(0)) {
            case '+', '-', ':' -> {
                // that was all
            }
            case '$' -> {
                long length = Long.parseLong(head.substring(1));
                skip(length < 0 ? 0 : length + LINE_END.length);
            }
            case '*' -> {
                for (long left = Long.parseLong(head.substring(1)); left > 0; left--) {
                    reply();
                }
            }
            default -> throw new IOException("no reply begins as '" + head + "' does");
        }
        return head;
    }

    /** Closes it as one that has died does: what is under way is lost. */
    void breakOff() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
