package dev.larder.event;

import dev.larder.stats.Count;
import dev.larder.stats.Counters;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Brings events to the listeners of one cache: a bounded queue, emptied by one background task at a time.
 *
 * <p>Thread-safe. {@link #publish} never blocks; where the queue of {@value #CAPACITY} is full the event is dropped and
 * counted.
 */
public final class Events<K, V> {
    static final int CAPACITY = 16_384;
    /** Events of one run of the background task; then it yields its thread to others. */
    private static final int BATCH = 1_024;

    private static final Logger LOG = System.getLogger(Events.class.getName());

    private final List<CacheListener<? super K, ? super V>> listeners;
    private final Executor executor;
    private final Counters counters;
    private final ArrayBlockingQueue<Consumer<CacheListener<? super K, ? super V>>> queue;
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean hasLoggedFailure;

    public Events(List<CacheListener<? super K, ? super V>> listeners, Executor executor, Counters counters) {
        this.listeners = List.copyOf(listeners);
        this.executor = executor;
        this.counters = counters;
        this.queue = new ArrayBlockingQueue<>(this.listeners.isEmpty() ? 1 : CAPACITY);
    }

    /** Whether anybody listens: where not, do not make the event. */
    public boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** Tells the listeners, later. */
    public void publish(Consumer<CacheListener<? super K, ? super V>> event) {
        if (listeners.isEmpty()) {
            return;
        }
        if (!queue.offer(event)) {
            counters.add(Count.EVENTS_DROPPED);
        }
        startDraining();
    }

    private void startDraining() {
        if (queue.isEmpty() || !draining.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (RuntimeException
                | Error e) { // closing, or the machine has no thread to give: the next event tries again
            draining.set(false);
        }
    }

    private void drain() {
        try {
            for (int i = 0; i < BATCH; i++) {
                Consumer<CacheListener<? super K, ? super V>> event = queue.poll();
                if (event == null) {
                    break;
                }
                deliver(event);
            }
        } finally {
            draining.set(false);
        }
        startDraining();
    }

    private void deliver(Consumer<CacheListener<? super K, ? super V>> event) {
        for (CacheListener<? super K, ? super V> listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                if (!hasLoggedFailure) { // once: a listener that fails, fails often
                    hasLoggedFailure = true;
                    LOG.log(Level.WARNING, "a CacheListener failed; further failures are not logged", e);
                }
            }
        }
    }
}
