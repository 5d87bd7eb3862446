package dev.larder.server;

import dev.larder.protocol.resp.Reply;
import dev.larder.protocol.resp.ReplyLimits;
import dev.larder.protocol.resp.ReplyParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection that sends words or bytes, and shows replies as text. Waits for half a minute at most. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final ReplyParser parser = new ReplyParser(ReplyLimits.DEFAULT);
    private final byte[] piece = new byte[64 << 10];
    private ByteBuffer read = ByteBuffer.allocate(0);

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
    }

    /** A request as clients send it; characters are bytes. */
    static byte[] request(String... words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(latin("*" + words.length + "\r\n"));
        for (String word : words) {
            bytes.writeBytes(latin("$" + word.length() + "\r\n" + word + "\r\n"));
        }
        return bytes.toByteArray();
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What is answered to a request. */
    String ask(String... words) throws IOException {
        send(request(words));
        return reply();
    }

    /** The elements of what is answered to a request. */
    List<Reply> elements(String... words) throws IOException {
        send(request(words));
        if (received() instanceof Reply.Several several) {
            return several.elements();
        }
        throw new AssertionError("no array was answered");
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next reply; "closed" where the server has hung up. */
    String reply() throws IOException {
        Reply next = received();
        return next == null ? "closed" : shown(next);
    }

    private @Nullable Reply received() throws IOException {
        Reply next = parser.next(read);
        while (next == null) {
            int count = receive();
            if (count < 0) {
                return null;
            }
            read = ByteBuffer.wrap(piece, 0, count);
            next = parser.next(read);
        }
        return next;
    }

    private int receive() throws IOException {
        try {
            return socket.getInputStream().read(piece);
        } catch (SocketException reset) {
            return -1;
        }
    }

    List<String> replies(int count) throws IOException {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(reply());
        }
        return all;
    }

    Socket socket() {
        return socket;
    }

    static String shown(@Nullable Reply reply) {
        return switch (reply) {
            case Reply.Several several ->
                several.kind()
                        + several.elements().stream().map(Wire::shown).toList().toString();
            case Reply.Pairs pairs ->
                "{"
                        + String.join(
                                ", ",
                                pairs.keysAndValues().stream().map(Wire::shown).toList()) + "}";
            case Reply.Bulk bulk -> "$" + new String(bulk.bytes(), StandardCharsets.ISO_8859_1);
            case Reply.Simple simple -> "+" + simple.text();
            case Reply.Failure failure -> "-" + failure.message();
            case Reply.Int number -> ":" + number.number();
            case Reply.Real real -> Double.toString(real.number());
            case Reply.Bool bool -> Boolean.toString(bool.is());
            case Reply.Big big -> big.number().toString();
            case Reply.Verbatim verbatim -> verbatim.type() + ":" + verbatim.text();
            case Reply.Nil nil -> "nil";
            case null -> "nothing";
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
