package dev.larder.stack;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The keys that are being removed from the fronts; reads go around the fronts for these. Thread-safe. */
final class PendingKeys {
    /** More than this at once are not worth telling one by one. */
    static final int MOST = 10_000;

    private final ConcurrentMap<String, Integer> removals = new ConcurrentHashMap<>();

    /** False, and nothing noted, where there are too many. */
    boolean add(Collection<String> keys) {
        if (removals.size() + keys.size() > MOST) {
            return false;
        }
        keys.forEach(key -> removals.merge(key, 1, Integer::sum));
        return true;
    }

    void done(Collection<String> keys) {
        keys.forEach(key -> removals.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
    }

    boolean isEmpty() {
        return removals.isEmpty();
    }

    boolean holds(String key) {
        return !removals.isEmpty() && removals.containsKey(key);
    }
}
