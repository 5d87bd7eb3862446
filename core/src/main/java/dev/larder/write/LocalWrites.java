package dev.larder.write;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Which write of a key is the latest to have begun in this process: only its value may be kept when it
 * ends, since of two that overlap nobody knows which the origin took last. Thread-safe.
 */
public final class LocalWrites<K> {
    /** Stands for one write; equal to no other. */
    static final class Mark {}

    private final ConcurrentHashMap<K, Mark> latest = new ConcurrentHashMap<>();

    /** A write of {@code key} begins; the answer is its mark. */
    Mark begin(K key) {
        Mark mark = new Mark();
        latest.put(key, mark);
        return mark;
    }

    /** Whether no other write and no invalidation of {@code key} came since {@code mark} was given. */
    boolean isLatest(K key, Mark mark) {
        return latest.get(key) == mark;
    }

    /** The write with {@code mark} has ended. */
    void end(K key, Mark mark) {
        latest.remove(key, mark);
    }

    void forget(K key) {
        latest.remove(key);
    }

    void forgetAll() {
        latest.clear();
    }
}
