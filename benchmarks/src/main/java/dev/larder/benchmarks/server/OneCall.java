package dev.larder.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A command to a server that speaks Redis's protocol, on a connection of its own. */
final class OneCall {
    private static final int PATIENCE_MILLIS = 60_000;

    private OneCall() {}

    /** The first line of the reply; words without blanks. */
    static String to(int port, String... words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = reader.readLine();
            if (line == null || line.startsWith("-")) {
                throw new IOException(String.join(" ", words) + " was answered: " + line);
            }
            return line;
        }
    }
}
