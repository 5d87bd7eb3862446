package dev.larder.server.warm;

import dev.larder.failure.TierException;
import dev.larder.protocol.resp.ProtocolException;
import dev.larder.protocol.resp.Reply;
import dev.larder.protocol.resp.ReplyLimits;
import dev.larder.protocol.resp.ReplyParser;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection to a peer, over which requests go in portions that find room in the sockets' buffers: so neither side waits
 * for the other to read. Whatever goes wrong is a {@link TierException} of one sentence that names the peer, and ends the
 * connection. For one thread, but for {@link #close}.
 */
final class PeerLink implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    /** How long a reply, or the next piece of it, may take. */
    private static final int REPLY_MILLIS = 30_000;

    private static final int PORTION_BYTES = 16 << 10;
    private static final int REQUEST_BYTES = 24;
    private static final ReplyLimits LIMITS = new ReplyLimits(512 << 20, 64 << 10, 1 << 20, 8);

    private final Peer peer;
    private final Socket socket;
    private final OutputStream out;
    private final ReplyParser parser = new ReplyParser(LIMITS);
    private final byte[] piece = new byte[64 << 10];
    private ByteBuffer read = ByteBuffer.allocate(0);

    private PeerLink(Peer peer, Socket socket) throws IOException {
        this.peer = peer;
        this.socket = socket;
        this.out = new BufferedOutputStream(socket.getOutputStream(), PORTION_BYTES);
    }

    /** Connects, logs in and chooses a database. */
    static PeerLink open(Peer peer, int database) {
        PeerLink link = connected(peer);
        boolean isReady = false;
        try {
            link.logIn();
            link.choose(database);
            isReady = true;
            return link;
        } finally {
            if (!isReady) {
                link.close();
            }
        }
    }

    private static PeerLink connected(Peer peer) {
        Socket plain = null;
        try {
            plain = new Socket();
            plain.connect(new InetSocketAddress(peer.host(), peer.port()), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(REPLY_MILLIS);
            return new PeerLink(peer, peer.tls() == null ? plain : encrypted(peer, plain));
        } catch (IOException e) {
            if (plain != null) {
                shut(plain);
            }
            throw failed(peer, e);
        }
    }

    private static Socket encrypted(Peer peer, Socket plain) throws IOException {
        if (peer.tls() == null
                || !(peer.tls().createSocket(plain, peer.host(), peer.port(), true) instanceof SSLSocket secure)) {
            throw new IllegalStateException("a TLS factory makes TLS sockets");
        }
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private void logIn() {
        Peer.Login login = peer.login();
        Reply reply = login.password().isEmpty()
                ? ask("PING")
                : login.user().isEmpty() ? ask("AUTH", login.password()) : ask("AUTH", login.user(), login.password());
        if (reply instanceof Reply.Failure failure) {
            throw new TierException(peer + " does not let the program in: " + failure.message(), null);
        }
    }

    private void choose(int database) {
        if (database != 0 && ask("SELECT", Integer.toString(database)) instanceof Reply.Failure failure) {
            throw new TierException(peer + " has no database " + database + ": " + failure.message(), null);
        }
    }

    Peer peer() {
        return peer;
    }

    /** What is answered to one request. */
    Reply ask(String... words) {
        List<byte[]> request = Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
        return ask(List.of(request)).get(0);
    }

    /** What is answered to each request, in their order. */
    List<Reply> ask(List<List<byte[]>> requests) {
        List<Reply> replies = new ArrayList<>(requests.size());
        try {
            long bytes = 0;
            for (int i = 0; i < requests.size(); i++) {
                bytes += write(requests.get(i));
                boolean isLast = i + 1 == requests.size();
                if (isLast || bytes + size(requests.get(i + 1)) > PORTION_BYTES) {
                    out.flush();
                    bytes = 0;
                    while (replies.size() <= i) {
                        replies.add(reply());
                    }
                }
            }
        } catch (IOException e) {
            close();
            throw failed(peer, e);
        }
        return replies;
    }

    private static long size(List<byte[]> request) {
        long size = REQUEST_BYTES;
        for (byte[] word : request) {
            size += word.length + REQUEST_BYTES;
        }
        return size;
    }

    private long write(List<byte[]> request) throws IOException {
        out.write(latin("*" + request.size() + "\r\n"));
        for (byte[] word : request) {
            out.write(latin("$" + word.length + "\r\n"));
            out.write(word);
            out.write(latin("\r\n"));
        }
        return size(request);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Reply reply() throws IOException {
        try {
            Reply next = parser.next(read);
            while (next == null) {
                int count = socket.getInputStream().read(piece);
                if (count < 0) {
                    throw new EOFException();
                }
                read = ByteBuffer.wrap(piece, 0, count);
                next = parser.next(read);
            }
            return next;
        } catch (ProtocolException e) {
            throw new IOException("answers what is no reply of Redis: " + e.getMessage(), e);
        }
    }

    private static TierException failed(Peer peer, IOException e) {
        return new TierException(peer + " " + what(e), e);
    }

    private static String what(IOException e) {
        if (e instanceof SocketTimeoutException) {
            return "does not answer: " + e.getMessage();
        }
        if (e instanceof UnknownHostException) {
            return "cannot be reached: its name is not known";
        }
        if (e instanceof EOFException) {
            return "has ended the connection";
        }
        if (e instanceof SSLException) {
            return "cannot be spoken to over TLS: " + e.getMessage();
        }
        return e.getCause() instanceof ProtocolException
                ? String.valueOf(e.getMessage())
                : "cannot be reached: " + e.getMessage();
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is of no use any more, whatever this says
        }
    }

    /** Ends it; who waits for a reply fails. From any thread. */
    @Override
    public void close() {
        shut(socket);
    }
}
