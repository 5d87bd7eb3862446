package dev.larder.benchmarks.herd;

import dev.larder.benchmarks.workload.Item;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The system of record: a server on the loopback interface whose every query takes the same time and is counted on
 * arrival, so that a client that is killed cannot take its query back. One connection is one query:
 * {@code client key\n} is answered by {@code key\n}. Thread-safe.
 */
final class Origin implements AutoCloseable {
    private static final int BACKLOG = 8_192;

    private final ServerSocket server;
    private final Duration queryTime;
    private final Ticker ticker = Ticker.system();
    private final Scheduler scheduler = Scheduler.system("bench-origin");
    private final List<Query> queries = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Query> arrivals = new LinkedBlockingQueue<>();

    /**
     * A query that came in.
     *
     * @param client the number of the process that asked
     * @param key what for
     * @param arrivedNanos when, by the ticker of the origin's process
     */
    record Query(int client, long key, long arrivedNanos) {}

    Origin(Duration queryTime) throws IOException {
        this.queryTime = queryTime;
        server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().name("bench-origin-accept").daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The queries for {@code key} so far, oldest first. */
    List<Query> queries(long key) {
        return queries.stream().filter(query -> query.key() == key).toList();
    }

    /** Waits for the next query for {@code key}; earlier ones for other keys are skipped. */
    Query awaitQuery(long key, Duration timeout) throws InterruptedException {
        while (true) {
            Query query = arrivals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (query == null) {
                throw new IllegalStateException("no query came within " + timeout);
            }
            if (query.key() == key) {
                return query;
            }
        }
    }

    /** Asks the origin at {@code port}; what a loader calls, in any process. */
    static Item ask(int port, int client, long key) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((client + " " + key + "\n").getBytes(StandardCharsets.US_ASCII));
            return Item.of(Long.parseLong(firstLine(socket)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        scheduler.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> receive(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void receive(Socket socket) {
        try {
            String[] words = firstLine(socket).split(" ", 2);
            Query query = new Query(Integer.parseInt(words[0]), Long.parseLong(words[1]), ticker.nanos());
            queries.add(query);
            arrivals.add(query);
            Runnable answer = () -> Thread.ofVirtual().start(() -> answer(socket, query.key()));
            scheduler.schedule(answer, queryTime.toNanos());
        } catch (IOException e) {
            drop(socket); // the process was killed before it had asked
        }
    }

    private static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more, closed or not
        }
    }

    private static void answer(Socket socket, long key) {
        try (socket) {
            socket.getOutputStream().write((key + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // the process that asked was killed; its query counts all the same
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("the connection ended without a line");
        }
        return line;
    }
}
