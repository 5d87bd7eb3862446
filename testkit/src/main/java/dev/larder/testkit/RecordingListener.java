package dev.larder.testkit;

import dev.larder.event.CacheListener;
import dev.larder.event.RemovalCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A listener that keeps what it hears, in order. Caches tell their listeners after the fact, so a test waits:
 * {@code listener.await(event -> event instanceof Removal)}.
 *
 * <p>Thread-safe: the list is guarded by a lock.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class RecordingListener<K, V> implements CacheListener<K, V> {
    /** One thing heard. */
    public sealed interface Event<K, V> {}

    /** A call of {@link CacheListener#onRemoval}. */
    public record Removal<K, V>(K key, @Nullable V value, RemovalCause cause) implements Event<K, V> {}

    /** A call of {@link CacheListener#onLoad}. */
    public record Load<K, V>(K key, @Nullable V value, long loadNanos) implements Event<K, V> {}

    /** A call of {@link CacheListener#onLoadFailure}. */
    public record LoadFailure<K, V>(K key, Throwable cause, boolean servedStale) implements Event<K, V> {}

    /** A call of {@link CacheListener#onTierStateChange}. */
    public record TierStateChange<K, V>(String tier, boolean available) implements Event<K, V> {}

    private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    private final List<Event<K, V>> events = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** All events heard so far. */
    public List<Event<K, V>> events() {
        return locked(() -> List.copyOf(events));
    }

    /** The removals heard so far. */
    public List<Removal<K, V>> removals() {
        List<Removal<K, V>> removals = new ArrayList<>();
        for (Event<K, V> event : events()) {
            if (event instanceof Removal<K, V> removal) {
                removals.add(removal);
            }
        }
        return removals;
    }

    /** The threads that called, one for each event. */
    public List<Thread> threads() {
        return locked(() -> List.copyOf(threads));
    }

    /** Forgets what was heard. */
    public void reset() {
        locked(() -> {
            events.clear();
            threads.clear();
            return events;
        });
    }

    /** Waits for the first event, heard already or still to come, that {@code wanted} accepts. */
    public Event<K, V> await(Predicate<? super Event<K, V>> wanted) {
        return await(wanted, PATIENCE);
    }

    /**
     * As {@link #await(Predicate)}, for {@code patience} at most.
     *
     * @throws AssertionError if no such event came
     */
    public Event<K, V> await(Predicate<? super Event<K, V>> wanted, Duration patience) {
        lock.lock();
        try {
            long leftNanos = patience.toNanos();
            for (int next = 0; ; ) {
                for (; next < events.size(); next++) {
                    if (wanted.test(events.get(next))) {
                        return events.get(next);
                    }
                }
                if (leftNanos <= 0) {
                    throw new AssertionError("no such event within " + patience + ", but these: " + events);
                }
                leftNanos = heard.awaitNanos(leftNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an event", e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at least {@code count} removals were heard, and returns those heard by then. */
    public List<Removal<K, V>> awaitRemovals(int count) {
        int[] seen = {0};
        await(event -> event instanceof Removal && ++seen[0] >= count);
        return removals();
    }

    /** Waits until nothing that was promised is missing: {@code count} events of any kind. */
    public List<Event<K, V>> awaitEvents(int count) {
        lock.lock();
        try {
            long leftNanos = TimeUnit.SECONDS.toNanos(Gate.PATIENCE_SECONDS);
            while (events.size() < count) {
                if (leftNanos <= 0) {
                    throw new AssertionError("expected " + count + " events but heard " + events);
                }
                leftNanos = heard.awaitNanos(leftNanos);
            }
            return List.copyOf(events);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for events", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onRemoval(K key, @Nullable V value, RemovalCause cause) {
        record(new Removal<>(key, value, cause));
    }

    @Override
    public void onLoad(K key, @Nullable V value, long loadNanos) {
        record(new Load<>(key, value, loadNanos));
    }

    @Override
    public void onLoadFailure(K key, Throwable cause, boolean servedStale) {
        record(new LoadFailure<>(key, cause, servedStale));
    }

    @Override
    public void onTierStateChange(String tier, boolean available) {
        record(new TierStateChange<>(tier, available));
    }

    private void record(Event<K, V> event) {
        locked(() -> {
            events.add(event);
            threads.add(Thread.currentThread());
            heard.signalAll();
            return events;
        });
    }

    private <T> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
