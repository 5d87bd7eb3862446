package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.tier.FarCache;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the bus and a listener, and holds up messages and proofs while it is cut. Thread-safe: guarded by this
 * object's lock, which the listener never sees held; what is replayed comes before what arrives meanwhile.
 */
final class FaultyBus implements BusListener {
    private final BusListener listener;
    private final Queue<Consumer<BusListener>> waiting = new ArrayDeque<>();
    private @Nullable FarCache behind;
    private boolean cut;
    private boolean delivering;
    private long frozenProofNanos;

    FaultyBus(BusListener listener) {
        this.listener = listener;
    }

    /** Names the cache whose proofs this one passes on. */
    synchronized void connect(FarCache cache) {
        behind = cache;
    }

    @Override
    public void invalidated(Collection<String> keys) {
        List<String> message = List.copyOf(keys);
        enqueue(receiver -> receiver.invalidated(message));
    }

    @Override
    public void cleared() {
        enqueue(BusListener::cleared);
    }

    @Override
    public void tagChanged(TagChange change) {
        enqueue(receiver -> receiver.tagChanged(change));
    }

    @Override
    public void gap() {
        enqueue(BusListener::gap);
    }

    synchronized void cut() {
        frozenProofNanos = lastProofNanos();
        cut = true;
    }

    void replay() {
        heal(false);
    }

    void forget() {
        heal(true);
    }

    /** The proof of the tier behind, or the last one before this bus was cut. */
    synchronized long lastProofNanos() {
        if (cut || delivering || !waiting.isEmpty() || behind == null) {
            return frozenProofNanos;
        }
        frozenProofNanos = behind.lastProofNanos();
        return frozenProofNanos;
    }

    /** Whether the tier behind has heard so far, and nothing of it is held up here. */
    synchronized boolean hasHeard(String position) {
        return !delivering && waiting.isEmpty() && behind != null && behind.hasHeard(position);
    }

    private void heal(boolean withGap) {
        synchronized (this) {
            if (withGap) {
                waiting.clear();
                waiting.add(BusListener::gap);
            }
            cut = false;
        }
        deliver();
    }

    private void enqueue(Consumer<BusListener> message) {
        synchronized (this) {
            waiting.add(message);
        }
        deliver();
    }

    private void deliver() {
        for (Consumer<BusListener> message = begin(); message != null; message = begin()) {
            try {
                message.accept(listener);
            } finally {
                end();
            }
        }
    }

    private synchronized @Nullable Consumer<BusListener> begin() {
        if (cut || delivering || waiting.isEmpty()) {
            return null;
        }
        delivering = true;
        return waiting.poll();
    }

    private synchronized void end() {
        delivering = false;
    }
}
