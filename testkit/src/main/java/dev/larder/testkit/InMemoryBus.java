package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.time.Ticker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages to one listener: in order, one at a time, on whichever publishing thread finds nobody else at it.
 *
 * <p>The proof of silence is exact: the present moment while nothing is on its way, else the last moment at which that
 * was so. Thread-safe: guarded by this object's lock, which the listener never sees held.
 */
final class InMemoryBus {
    private final BusListener listener;
    private final Ticker ticker;
    private final Queue<Consumer<BusListener>> waiting = new ArrayDeque<>();
    private boolean delivering;
    private boolean cut;
    private boolean closed;
    private long proofNanos = -1;

    InMemoryBus(BusListener listener, Ticker ticker, boolean cut) {
        this.listener = listener;
        this.ticker = ticker;
        this.cut = cut;
    }

    /** Takes a message; the caller calls {@link #deliver} next, without holding any lock. */
    synchronized void enqueue(Consumer<BusListener> message) {
        lastProofNanos();
        waiting.add(message);
    }

    void deliver() {
        for (Consumer<BusListener> message = begin(); message != null; message = begin()) {
            try {
                message.accept(listener);
            } finally {
                end();
            }
        }
    }

    synchronized void cut() {
        lastProofNanos();
        cut = true;
    }

    void heal(boolean withGap) {
        synchronized (this) {
            if (withGap) {
                waiting.clear();
                waiting.add(BusListener::gap);
            }
            cut = false;
        }
        deliver();
    }

    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    synchronized long lastProofNanos() {
        if (!cut && !delivering && !closed && waiting.isEmpty()) {
            proofNanos = ticker.nanos();
        }
        return proofNanos;
    }

    private synchronized @Nullable Consumer<BusListener> begin() {
        if (cut || delivering || closed || waiting.isEmpty()) {
            return null;
        }
        delivering = true;
        return waiting.poll();
    }

    private synchronized void end() {
        delivering = false;
    }
}
