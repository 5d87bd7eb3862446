package dev.larder.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy on a free loopback port that misbehaves when told: it delays, holds back, swallows or cuts what passes.
 * It tells the connection that carries a tier's bus from others by a word that only the bus says. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    /** One connection through the proxy. */
    public final class Line {
        private final Socket client;
        private final Socket server;
        private final Lock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private boolean holdsReplies;
        private volatile boolean swallows;
        private volatile boolean carriesBus;

        private Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
            this.swallows = swallowsAll;
        }

        /** Keeps what the server says from the client until {@link #release()}; nothing is lost. */
        public void holdReplies() {
            set(true);
        }

        /** Lets what was held back pass, in its order. */
        public void release() {
            set(false);
        }

        /** From now on swallows everything, for good: a connection that looks open and is dead. */
        public void swallow() {
            swallows = true;
        }

        /** Closes both ends. */
        public void cut() {
            shut(client);
            shut(server);
        }

        private void set(boolean holds) {
            lock.lock();
            try {
                holdsReplies = holds;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void pump(Socket from, Socket to, boolean replies) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int count = in.read(buffer);
                while (count >= 0) {
                    if (replies) {
                        await();
                    } else if (!carriesBus) {
                        carriesBus = new String(buffer, 0, count, StandardCharsets.US_ASCII).contains(busWord);
                        told();
                    }
                    if (!swallows) {
                        out.write(buffer, 0, count);
                        out.flush();
                    }
                    count = in.read(buffer);
                }
            } catch (IOException | InterruptedException ended) { // cut by one of three: the other two must know
                cut();
                return;
            }
            cut();
        }

        private void await() throws InterruptedException {
            lock.lock();
            try {
                while (holdsReplies && !client.isClosed()) {
                    changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(100)); // then looks whether the client is gone
                }
                long leftNanos = delayNanos;
                while (leftNanos > 0) {
                    leftNanos = changed.awaitNanos(leftNanos);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int target;
    private final String busWord;
    private final ServerSocket acceptor;
    private final Lock bothLines = new ReentrantLock();
    private final Condition told = bothLines.newCondition();
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile boolean swallowsAll;
    private volatile boolean refuses;
    private volatile long delayNanos;

    private FaultProxy(int target, String busWord, ServerSocket acceptor) {
        this.target = target;
        this.busWord = busWord;
        this.acceptor = acceptor;
    }

    /** Opens a proxy to {@code port} of this machine; {@code busWord} is in the first words of a bus's connection only. */
    public static FaultProxy to(int port, String busWord) {
        try {
            FaultProxy proxy = new FaultProxy(port, busWord, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            start("fault-proxy", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the proxy", e);
        }
    }

    /** Where clients connect. */
    public int port() {
        return acceptor.getLocalPort();
    }

    /** The line on which the bus is read, once it is. */
    public Line busLine() {
        return line(true);
    }

    /** The line on which commands are sent, once the bus is told from it. */
    public Line commandLine() {
        return line(false);
    }

    private Line line(boolean bus) {
        bothLines.lock();
        try {
            long leftNanos = PATIENCE_NANOS;
            while (lines.size() < 2 || lines.stream().noneMatch(line -> line.carriesBus)) {
                if (leftNanos <= 0) {
                    throw new AssertionError("a tier has not opened both its lines, or its bus says nothing");
                }
                leftNanos = told.awaitNanos(leftNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a tier opened its lines", e);
        } finally {
            bothLines.unlock();
        }
        return lines.stream().filter(line -> line.carriesBus == bus).findFirst().orElseThrow();
    }

    private void told() {
        bothLines.lock();
        try {
            told.signalAll();
        } finally {
            bothLines.unlock();
        }
    }

    /** Closes all connections; new ones are welcome unless {@link #refuse}. */
    public void cut() {
        lines.forEach(Line::cut);
    }

    /** Whether new connections are closed at once. */
    public void refuse(boolean refuse) {
        refuses = refuse;
    }

    /** Swallows what passes on every line, old and new: the cable is out. */
    public void blackOut() {
        swallowsAll = true;
        lines.forEach(Line::swallow);
    }

    /** New lines work again; those there were in the black-out stay dead. */
    public void heal() {
        swallowsAll = false;
    }

    /** Delays each portion of replies. */
    public void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Override
    public void close() {
        try {
            acceptor.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy cannot be closed", e);
        }
        cut();
    }

    private void accept() {
        while (!acceptor.isClosed()) {
            try {
                Socket client = acceptor.accept();
                if (refuses) {
                    shut(client);
                    continue;
                }
                join(client);
            } catch (IOException ended) { // closed
                return;
            }
        }
    }

    private void join(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Line line = new Line(client, server);
            lines.add(line);
            told();
            start("fault-proxy-requests", () -> line.pump(client, server, false));
            start("fault-proxy-replies", () -> line.pump(server, client, true));
        } catch (IOException unreachable) { // as if there were no proxy
            shut(client);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket cannot be closed", e);
        }
    }
}
