package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.tier.BusPosition;
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
    /** What one process said, and where the messages stand after it. */
    record Message(Consumer<BusListener> content, BusPosition position) {}

    private final BusListener listener;
    private final Ticker ticker;
    private final Queue<Message> waiting = new ArrayDeque<>();
    private boolean delivering;
    private BusPosition heard;
    private boolean cut;
    private boolean closed;
    private long proofNanos = -1;

    /** {@code heard} is where the messages stand now. */
    InMemoryBus(BusListener listener, Ticker ticker, boolean cut, BusPosition heard) {
        this.listener = listener;
        this.ticker = ticker;
        this.cut = cut;
        this.heard = heard;
    }

    /** Takes a message; the caller calls {@link #deliver} next, without holding any lock. */
    synchronized void enqueue(Message message) {
        lastProofNanos();
        waiting.add(message);
    }

    void deliver() {
        for (Message message = begin(); message != null; message = begin()) {
            try {
                message.content().accept(listener);
            } finally {
                end(message.position());
            }
        }
    }

    synchronized void cut() {
        lastProofNanos();
        cut = true;
    }

    /** {@code end} is where the messages stand now. */
    void heal(boolean withGap, BusPosition end) {
        synchronized (this) {
            if (withGap) {
                waiting.clear();
                waiting.add(new Message(BusListener::gap, end));
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

    synchronized boolean hasHeard(BusPosition position) {
        return !closed && heard.covers(position);
    }

    private synchronized @Nullable Message begin() {
        if (cut || delivering || closed || waiting.isEmpty()) {
            return null;
        }
        delivering = true;
        return waiting.poll();
    }

    private synchronized void end(BusPosition reached) {
        heard = reached;
        delivering = false;
    }
}
