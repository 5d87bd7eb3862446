package dev.larder.benchmarks.server;

import dev.larder.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.HdrHistogram.Histogram;

/**
 * Sends requests over many connections from one thread, the same to whichever server. Confined to one thread; connections
 * stay open until {@link #close}.
 */
final class Generator implements AutoCloseable {
    private static final Ticker TICKER = Ticker.system();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final long NAP_NANOS = 1000;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Connects. */
    Generator(int port, int connectionCount) throws IOException {
        selector = Selector.open();
        for (int i = 0; i < connectionCount; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            connections.add(connection);
        }
    }

    /** One connection, and what it waits for. */
    private static final class Connection {
        private final SocketChannel channel;
        private final ArrayDeque<Long> sentAt = new ArrayDeque<>();
        private long missing;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * Keeps every connection busy with {@code pipeline} requests at a time.
     *
     * @return operations a second
     */
    double saturate(Wire wire, int pipeline, long operations, IntSupplier keys) throws IOException {
        long start = TICKER.nanos();
        long toSend = operations;
        long missing = operations * wire.replyBytes();
        for (Connection connection : connections) {
            toSend -= batch(connection, wire, (int) Math.min(pipeline, toSend), keys);
        }
        long progress = TICKER.nanos();
        while (missing > 0) {
            if (selector.select(PATIENCE.toMillis()) == 0 && TICKER.nanos() - progress >= PATIENCE.toNanos()) {
                throw silent(missing);
            }
            progress = TICKER.nanos();
            for (SelectionKey key : selector.selectedKeys()) {
                Connection connection = (Connection) key.attachment();
                int count = read(connection);
                missing -= count;
                connection.missing -= count;
                if (connection.missing <= 0 && toSend > 0) {
                    toSend -= batch(connection, wire, (int) Math.min(pipeline, toSend), keys);
                }
            }
            selector.selectedKeys().clear();
        }
        return operations / ((TICKER.nanos() - start) / 1e9);
    }

    private int batch(Connection connection, Wire wire, int count, IntSupplier keys) throws IOException {
        out.clear();
        for (int i = 0; i < count; i++) {
            wire.append(out, keys.getAsInt());
        }
        connection.missing += (long) count * wire.replyBytes();
        write(connection);
        return count;
    }

    /**
     * Sends requests at random moments (Poisson) whether replies came or not, and notes from when each was due until its
     * reply was there: what a slow moment costs all who come meanwhile is seen.
     *
     * @return nanoseconds
     */
    Histogram pace(Wire wire, double perSecond, long operations, IntSupplier keys) throws IOException {
        Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
        SplittableRandom random = new SplittableRandom(operations);
        long toSend = operations;
        long missing = operations;
        int turn = 0;
        long due = TICKER.nanos();
        long progress = due;
        while (missing > 0) {
            long now = TICKER.nanos();
            while (toSend > 0 && due <= now) {
                Connection connection = connections.get(turn++ % connections.size());
                out.clear();
                wire.append(out, keys.getAsInt());
                connection.sentAt.add(due);
                write(connection);
                toSend--;
                due += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
            }
            long received = selector.selectNow() == 0 ? 0 : receive(wire, latencies);
            missing -= received;
            if (received == 0 && due - TICKER.nanos() > NAP_NANOS) {
                LockSupport.parkNanos(NAP_NANOS);
            }
            progress = received > 0 || toSend > 0 ? now : progress;
            if (now - progress > PATIENCE.toNanos()) {
                throw silent(missing);
            }
        }
        return latencies;
    }

    private long receive(Wire wire, Histogram latencies) throws IOException {
        long received = 0;
        for (SelectionKey key : selector.selectedKeys()) {
            Connection connection = (Connection) key.attachment();
            connection.missing -= read(connection);
            long now = TICKER.nanos();
            while (connection.missing <= -wire.replyBytes()) {
                connection.missing += wire.replyBytes();
                latencies.recordValue(Math.min(HIGHEST_NANOS, now - connection.sentAt.remove()));
                received++;
            }
        }
        selector.selectedKeys().clear();
        return received;
    }

    private int read(Connection connection) throws IOException {
        in.clear();
        int count = connection.channel.read(in);
        if (count < 0) {
            throw new IOException("the server closed a connection");
        }
        return count;
    }

    private void write(Connection connection) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            connection.channel.write(out);
        }
    }

    private IOException silent(long missing) {
        in.flip();
        byte[] last = new byte[Math.min(100, in.remaining())];
        in.get(last);
        return new IOException(missing + " replies or bytes of them did not come; the last that came was: "
                + new String(last, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}
