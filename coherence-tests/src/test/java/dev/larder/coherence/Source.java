package dev.larder.coherence;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The origin that all clients read and write, kept by the test's own process: for each key the token that was committed
 * last. Each commit has a version, the next number. Thread-safe; each connection is served by a thread of its own.
 */
final class Source implements AutoCloseable {
    /** A read that a client began. */
    record Load(String process, String key) {}

    static final byte READ = 1;
    static final byte COMMIT = 2;
    static final byte ROWS = 3;

    private final ServerSocket acceptor;
    private final long longestLoadNanos;
    private long versions;
    private final Map<String, Long> current = new ConcurrentHashMap<>();
    private final Map<Long, Long> versionOf = new ConcurrentHashMap<>();
    private final List<Load> loads = new CopyOnWriteArrayList<>();
    private final boolean countsLoads;
    private final CountDownLatch crowdMayLoad = new CountDownLatch(1);

    Source(List<String> keys, long longestLoadNanos, boolean countsLoads) {
        this.longestLoadNanos = longestLoadNanos;
        this.countsLoads = countsLoads;
        keys.forEach(key -> commit(key, -1L - current.size()));
        try {
            acceptor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the origin", e);
        }
        start(this::accept);
    }

    int port() {
        return acceptor.getLocalPort();
    }

    /** The version of a token, null if nobody committed it. */
    @Nullable Long versionOf(long token) {
        return versionOf.get(token);
    }

    List<Load> loads() {
        return List.copyOf(loads);
    }

    /** Answers who reads {@link Crowd#KEY}; until then nobody is answered. */
    void letCrowdLoad() {
        crowdMayLoad.countDown();
    }

    @Override
    public void close() {
        try {
            acceptor.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the origin cannot be closed", e);
        }
    }

    private synchronized long commit(String key, long token) {
        long version = ++versions;
        versionOf.put(token, version);
        current.put(key, token);
        return version;
    }

    private void accept() {
        while (!acceptor.isClosed()) {
            try {
                Socket client = acceptor.accept();
                client.setTcpNoDelay(true);
                start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
            String process = in.readUTF();
            while (true) {
                answer(process, in, out);
                out.flush();
            }
        } catch (IOException gone) { // the client ended, or was killed
            return;
        }
    }

    private void answer(String process, DataInputStream in, DataOutputStream out) throws IOException {
        byte question = in.readByte();
        switch (question) {
            case READ -> read(process, in.readUTF(), in.readLong(), out);
            case COMMIT -> out.writeLong(commit(in.readUTF(), in.readLong()));
            case ROWS -> {
                Map<String, Long> rows = new TreeMap<>(current);
                out.writeInt(rows.size());
                for (Map.Entry<String, Long> row : rows.entrySet()) {
                    out.writeUTF(row.getKey());
                    out.writeLong(row.getValue());
                }
            }
            default -> throw new IOException("unknown question " + question);
        }
    }

    /** What a read saw is answered later: so that a change can come between. */
    private void read(String process, String key, long random, DataOutputStream out) throws IOException {
        long token = current.getOrDefault(key, 0L);
        if (countsLoads) {
            loads.add(new Load(process, key));
        }
        if (key.equals(Crowd.KEY)) {
            awaitCrowd();
        }
        LockSupport.parkNanos(Math.floorMod(random, longestLoadNanos));
        out.writeLong(token);
    }

    private void awaitCrowd() throws IOException {
        try {
            crowdMayLoad.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a crowd waits", e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "origin");
        thread.setDaemon(true);
        thread.start();
    }
}
