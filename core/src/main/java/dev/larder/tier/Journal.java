package dev.larder.tier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Invalidations that a far tier could not be told (promise G4). Until they are, this process does not
 * read those keys from the tier. Past {@value #MAX_KEYS} keys the whole cache counts as invalidated.
 *
 * <p>Thread-safe: guarded by itself; {@link #isEmpty} is a volatile read.
 */
final class Journal {
    static final int MAX_KEYS = 100_000;

    /** What is pending at one moment: the whole cache, or some keys. */
    record Batch(boolean all, List<String> keys, long upTo) {}

    private final Map<String, Long> pending = new LinkedHashMap<>();
    private long added;
    private long allAddedAt = -1;
    private volatile boolean empty = true;

    boolean isEmpty() {
        return empty;
    }

    synchronized void add(Collection<String> keys) {
        empty = false;
        if (allAddedAt >= 0 || pending.size() + keys.size() > MAX_KEYS) {
            addAll();
            return;
        }
        long number = ++added;
        for (String key : keys) {
            pending.put(key, number);
        }
    }

    /** The whole cache is to be invalidated. */
    synchronized void addAll() {
        empty = false;
        allAddedAt = ++added;
        pending.clear();
    }

    /** Whether the tier may still hold an untrue value for {@code key}. */
    boolean holds(String key) {
        if (empty) {
            return false;
        }
        synchronized (this) {
            return allAddedAt >= 0 || pending.containsKey(key);
        }
    }

    /**
     * Up to {@code maxKeys} of what is pending; the next time others come first. For of a tier of several servers one may be
     * away, which fails the whole batch, and the others have other keys.
     */
    synchronized Batch next(int maxKeys) {
        List<String> keys = new ArrayList<>();
        for (String key : pending.keySet()) {
            if (keys.size() == maxKeys) {
                break;
            }
            keys.add(key);
        }
        for (String key : keys) {
            Long number = pending.remove(key);
            if (number != null) {
                pending.put(key, number);
            }
        }
        return new Batch(allAddedAt >= 0, keys, added);
    }

    /** The tier has been told of {@code batch}; what was added since stays. */
    synchronized void done(Batch batch) {
        if (batch.all() && allAddedAt <= batch.upTo()) {
            allAddedAt = -1;
        }
        for (String key : batch.keys()) {
            pending.computeIfPresent(key, (k, number) -> number <= batch.upTo() ? null : number);
        }
        empty = pending.isEmpty() && allAddedAt < 0;
    }

    synchronized int size() {
        return pending.size();
    }
}
