package dev.larder.testkit;

import dev.larder.load.BulkLoader;
import dev.larder.load.Loader;
import dev.larder.write.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory system of record that counts what is asked of it, fails on demand and stops where a test wants it to. It
 * is a loader, a bulk loader and a writer at once:
 *
 * <pre>{@code
 * FakeOrigin<Long, String> origin = new FakeOrigin<>();
 * cache = larder.cache("products", Long.class, String.class).loader(origin).writer(origin).build();
 * }</pre>
 *
 * <p>A call does, in this order: count itself; run {@link #duringCalls}; stop at the gate {@link Point#BEFORE}; fail, if
 * it is to; read or commit; stop at the gate {@link Point#AFTER}. A load stopped <em>after</em> it has read is the one
 * that resurrects old values in careless caches.
 *
 * <p>Thread-safe. Null values stand for "the origin has none".
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class FakeOrigin<K, V> implements Loader<K, V>, BulkLoader<K, V>, Writer<K, V> {
    /** Where a call can be stopped. */
    public enum Point {
        /** Counted, but the rows are neither read nor written yet. */
        BEFORE,
        /** The rows have been read or written; the caller has not been answered. */
        AFTER
    }

    /** What was asked of the origin. */
    public enum Call {
        /** One row, by {@link Loader#load}. */
        LOAD,
        /** Many rows, by {@link BulkLoader#loadAll}. */
        BULK_LOAD,
        /** One row, by {@link Writer#write}. */
        WRITE
    }

    private record Stop(Call call, Point point) {}

    private final Map<K, V> rows = new ConcurrentHashMap<>();
    private final Map<K, AtomicInteger> loadsByKey = new ConcurrentHashMap<>();
    private final Map<Call, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final List<Set<K>> bulkKeys = new CopyOnWriteArrayList<>();
    private final Map<Stop, Gate> gates = new ConcurrentHashMap<>();
    private final Map<Call, Failing> failing = new ConcurrentHashMap<>();
    private final AtomicInteger loadsRunning = new AtomicInteger();
    private final AtomicInteger mostLoadsRunning = new AtomicInteger();
    private final AtomicReference<@Nullable Consumer<? super K>> during = new AtomicReference<>();

    /** A number of failures still to come. */
    private record Failing(AtomicInteger left, Supplier<? extends Exception> failure) {}

    /** Commits {@code value}, as another application would: no count, no gate, no failure. */
    public FakeOrigin<K, V> set(K key, V value) {
        rows.put(key, value);
        return this;
    }

    /** Commits the absence of {@code key}, as {@link #set} commits a value. */
    public void delete(K key) {
        rows.remove(key);
    }

    /** The committed value of {@code key}; null for none. */
    public @Nullable V value(K key) {
        return rows.get(key);
    }

    /** All committed rows, as they are now. */
    public Map<K, V> rows() {
        return new HashMap<>(rows);
    }

    @Override
    public @Nullable V load(K key) throws Exception {
        loadsByKey.computeIfAbsent(key, absent -> new AtomicInteger()).incrementAndGet();
        return run(Call.LOAD, key, () -> rows.get(key));
    }

    @Override
    public Map<K, V> loadAll(Set<? extends K> keys) throws Exception {
        bulkKeys.add(Set.copyOf(keys));
        for (K key : keys) {
            loadsByKey.computeIfAbsent(key, absent -> new AtomicInteger()).incrementAndGet();
        }
        K any = keys.isEmpty() ? null : keys.iterator().next();
        Map<K, V> found = run(Call.BULK_LOAD, any, () -> {
            Map<K, V> read = new HashMap<>(rows);
            read.keySet().retainAll(keys);
            return read;
        });
        return found == null ? Map.of() : found;
    }

    @Override
    public void write(K key, V value) throws Exception {
        run(Call.WRITE, key, () -> rows.put(key, value));
    }

    /** How often rows were asked for, singly or in bulk: a bulk call counts once for each key. */
    public int loads() {
        return loadsByKey.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** How often the row of {@code key} was asked for, singly or in bulk. */
    public int loads(K key) {
        AtomicInteger count = loadsByKey.get(key);
        return count == null ? 0 : count.get();
    }

    /** How many calls of this kind came in, failed ones included. */
    public int calls(Call call) {
        AtomicInteger count = calls.get(call);
        return count == null ? 0 : count.get();
    }

    /** The keys of each bulk call, in the order of the calls. */
    public List<Set<K>> bulkCalls() {
        return List.copyOf(bulkKeys);
    }

    /** The most loads, single and bulk, that were under way at one moment. */
    public int mostLoadsAtOnce() {
        return mostLoadsRunning.get();
    }

    /**
     * Stops every later call of this kind at {@code point}, until the gate returned is opened. A second hold at the same
     * place puts a new gate there; whoever stands at the old one stays.
     */
    public Gate hold(Call call, Point point) {
        Gate gate = new Gate();
        gates.put(new Stop(call, point), gate);
        return gate;
    }

    /** Lets later calls of this kind run through {@code point}; whoever stands at its gate stays until that is opened. */
    public void letThrough(Call call, Point point) {
        gates.remove(new Stop(call, point));
    }

    /** Lets the next {@code times} calls of this kind fail with what {@code failure} makes. */
    public void fail(Call call, int times, Supplier<? extends Exception> failure) {
        failing.put(call, new Failing(new AtomicInteger(times), failure));
    }

    /** Lets every later call of this kind fail, until {@link #recover}. */
    public void fail(Call call, Supplier<? extends Exception> failure) {
        fail(call, Integer.MAX_VALUE, failure);
    }

    /** Ends all failing. */
    public void recover() {
        failing.clear();
    }

    /**
     * Runs {@code action} inside every later call, on the calling thread, with the key (any of a bulk call's): to move a
     * clock as if the call took that long, or to call back into a cache.
     */
    public void duringCalls(@Nullable Consumer<? super K> action) {
        during.set(action);
    }

    private <T> @Nullable T run(Call call, @Nullable K key, Supplier<@Nullable T> action) throws Exception {
        calls.computeIfAbsent(call, absent -> new AtomicInteger()).incrementAndGet();
        if (call == Call.WRITE) {
            return runSteps(call, key, action);
        }
        mostLoadsRunning.accumulateAndGet(loadsRunning.incrementAndGet(), Math::max);
        try {
            return runSteps(call, key, action);
        } finally {
            loadsRunning.decrementAndGet();
        }
    }

    private <T> @Nullable T runSteps(Call call, @Nullable K key, Supplier<@Nullable T> action) throws Exception {
        Consumer<? super K> running = during.get();
        if (running != null && key != null) {
            running.accept(key);
        }
        stopAt(call, Point.BEFORE);
        Failing failures = failing.get(call);
        if (failures != null && failures.left().getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw failures.failure().get();
        }
        T result = action.get();
        stopAt(call, Point.AFTER);
        return result;
    }

    private void stopAt(Call call, Point point) throws InterruptedException {
        Gate gate = gates.get(new Stop(call, point));
        if (gate != null) {
            gate.pass();
        }
    }
}
