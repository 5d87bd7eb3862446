package dev.larder.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A connection that speaks Memcached's text; a bar stands for a line end. Waits for half a minute at most. */
final class TextWire implements AutoCloseable {
    private static final String ASKED = "mn|";
    private static final String ANSWERED = "MN|";

    private final Socket socket;
    private final byte[] piece = new byte[64 << 10];

    TextWire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(30));
    }

    /** All that is answered to requests; a meta no-op is sent behind them. */
    String ask(String requests) throws IOException {
        send(requests + ASKED);
        String answer = until(ANSWERED);
        return answer.endsWith(ANSWERED) ? answer.substring(0, answer.length() - ANSWERED.length()) : answer;
    }

    void send(String requests) throws IOException {
        socket.getOutputStream().write(requests.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** What comes up to an ending, or up to the end of the connection, which shows as "closed". */
    String until(String ending) throws IOException {
        StringBuilder all = new StringBuilder();
        String end = ending.replace("|", "\r\n");
        while (all.length() < end.length()
                || !all.substring(all.length() - end.length()).equals(end)) {
            int count = receive();
            if (count < 0) {
                return all.toString().replace("\r\n", "|") + "closed";
            }
            all.append(new String(piece, 0, count, StandardCharsets.ISO_8859_1));
        }
        return all.toString().replace("\r\n", "|");
    }

    private int receive() throws IOException {
        try {
            return socket.getInputStream().read(piece);
        } catch (SocketException reset) {
            return -1;
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
