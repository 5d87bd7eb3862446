package dev.larder.coherence;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** A client's way to the {@link Source}: one connection for each thread that asks. Thread-safe. */
final class SourceLink {
    private record Line(DataInputStream in, DataOutputStream out) {}

    private final ThreadLocal<Line> lines;

    SourceLink(int port, String process) {
        lines = ThreadLocal.withInitial(() -> open(port, process));
    }

    private static Line open(int port, String process) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            Line line = new Line(
                    new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            line.out.writeUTF(process);
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("the origin is gone", e);
        }
    }

    long read(String key) throws IOException {
        Line line = lines.get();
        line.out.writeByte(Source.READ);
        line.out.writeUTF(key);
        line.out.writeLong(ThreadLocalRandom.current().nextLong());
        return line.in.readLong();
    }

    /** Commits and returns the commit's version. */
    long commit(String key, long token) throws IOException {
        Line line = lines.get();
        line.out.writeByte(Source.COMMIT);
        line.out.writeUTF(key);
        line.out.writeLong(token);
        return line.in.readLong();
    }

    Map<String, Long> rows() throws IOException {
        Line line = lines.get();
        line.out.writeByte(Source.ROWS);
        Map<String, Long> rows = new TreeMap<>();
        int count = line.in.readInt();
        for (int i = 0; i < count; i++) {
            rows.put(line.in.readUTF(), line.in.readLong());
        }
        return rows;
    }
}
