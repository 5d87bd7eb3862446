package dev.larder.redis;

import dev.larder.time.Ticker;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this process has lately invalidated, and Redis acknowledged. A server that comes back with older data, after a
 * restart or a failover, may hold values that these invalidations had removed: they are sent once more before anything
 * is read from it.
 *
 * <p>Keeps {@value #WINDOW_SECONDS} seconds and at most {@value #MAX_KEYS} keys; a cache that loses a younger key to the
 * second limit is cleared instead. Thread-safe; guarded by its own lock.
 *
 * @param <C> what stands for a cache
 */
final class RecentInvalidations<C> {
    static final int MAX_KEYS = 100_000;
    static final int WINDOW_SECONDS = 60;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);

    /** {@code key} is null where the whole cache was cleared. */
    private record Entry<C>(long atNanos, C cache, @Nullable String key) {}

    /** When a tag was changed last, and the tag clock's reading then. */
    private record Tagged(long atNanos, long reading) {}

    private static final long NONE = -1;

    private final Ticker ticker;
    private final Deque<Entry<C>> entries = new ArrayDeque<>();
    private final Map<C, Long> overflowed = new HashMap<>();
    private final Map<C, Tagged> tagged = new HashMap<>();

    RecentInvalidations(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void invalidated(C cache, Collection<String> escapedKeys) {
        long now = prune();
        for (String key : escapedKeys) {
            add(new Entry<>(now, cache, key));
        }
    }

    /** The cache was cleared, or switched to another generation. */
    synchronized void cleared(C cache) {
        add(new Entry<>(prune(), cache, null));
    }

    /** A tag of the cache was changed at {@code reading} of its clock. */
    synchronized void tagChanged(C cache, long reading) {
        tagged.put(cache, new Tagged(prune(), reading));
    }

    /** The tag clock's reading at the last change of a tag; negative where none was changed. */
    synchronized long tagReading(C cache) {
        prune();
        Tagged last = tagged.get(cache);
        return last == null ? NONE : last.reading();
    }

    /** Those of which something is remembered. */
    synchronized Set<C> caches() {
        prune();
        Set<C> caches = new HashSet<>(overflowed.keySet());
        entries.forEach(entry -> caches.add(entry.cache()));
        caches.addAll(tagged.keySet());
        return caches;
    }

    /** The keys of {@code cache} to invalidate once more, or null where it must be cleared. */
    synchronized @Nullable Set<String> recent(C cache) {
        prune();
        Set<String> keys = new LinkedHashSet<>();
        boolean isCleared = overflowed.containsKey(cache);
        for (Entry<C> entry : entries) {
            if (entry.cache().equals(cache)) {
                isCleared |= entry.key() == null;
                keys.add(String.valueOf(entry.key()));
            }
        }
        return isCleared ? null : keys;
    }

    private void add(Entry<C> entry) {
        entries.addLast(entry);
        if (entries.size() > MAX_KEYS) {
            Entry<C> dropped = entries.removeFirst();
            overflowed.put(dropped.cache(), dropped.atNanos());
        }
    }

    private long prune() {
        long now = ticker.nanos();
        Entry<C> oldest = entries.peekFirst();
        while (oldest != null && now - oldest.atNanos() > WINDOW_NANOS) {
            entries.removeFirst();
            oldest = entries.peekFirst();
        }
        overflowed.values().removeIf(droppedNanos -> now - droppedNanos > WINDOW_NANOS);
        tagged.values().removeIf(last -> now - last.atNanos() > WINDOW_NANOS);
        return now;
    }
}
