package dev.larder.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a cache whose values are watched: where, and since when nothing can have been missed. Confined to the
 * executor of {@link Tracking}, except for {@link #placed}, {@link #storing} and
 * {@link #notStored}.
 */
final class Tracked {
    private static final long NONE = -1;
    /** Of what this process stores and was not told of yet; more is taken for somebody else's. */
    private static final int MAX_OWN = 1_000;

    private final Partition partition;
    private final Subscription subscription;
    private final CompletableFuture<Boolean> placed = new CompletableFuture<>();
    private final Map<String, byte[]> own = new ConcurrentHashMap<>();
    private @Nullable View view;
    private @Nullable Endpoint owner;
    private volatile @Nullable Watch watch;

    Tracked(Partition partition, Subscription subscription) {
        this.partition = partition;
        this.subscription = subscription;
    }

    Partition partition() {
        return partition;
    }

    Subscription subscription() {
        return subscription;
    }

    /** As {@link Subscription#placed()}: whether it was watched before anybody used the cache. */
    CompletableFuture<Boolean> placed() {
        return placed;
    }

    /** The latest view: its generation is to be watched at {@code owner}. */
    void wanted(View latest, @Nullable Endpoint at) {
        View before = view;
        if (before != null && !before.current().equals(latest.current())) {
            // What is said of the older generation is not heeded from now on, so nothing of it may stay.
            subscription.replaced();
        }
        view = latest;
        owner = at;
        if (watch != null && !watch.run().equals(latest.run())) {
            watch = null; // it tells of another server than the one that steps are taken on
        }
    }

    @Nullable View view() {
        return view;
    }

    @Nullable Endpoint owner() {
        return owner;
    }

    /** What the names begin with whose changes matter: the pointer, and the values of the generation that is read. */
    static List<String> prefixes(Keyspace keys, View view) {
        return List.of(keys.current(), keys.values(view.current()));
    }

    /** The connection that tells of it; null where it was never watched. After its end it proves nothing new. */
    @Nullable Watch watch() {
        return watch;
    }

    void watchedBy(Watch by) {
        watch = by;
        own.clear(); // what was stored on another connection is not told of any more
    }

    /** This process is about to store a value that begins with {@code header}, which Redis will tell of as of any other. */
    void storing(String escapedKey, byte[] header) {
        Watch by = watch;
        if (by != null && by.isOpen() && own.size() < MAX_OWN) {
            own.put(escapedKey, header);
        }
    }

    /** It was not stored, or nobody knows. */
    void notStored(String escapedKey, byte[] header) {
        own.remove(escapedKey, header);
    }

    /** All changes before this moment have been heard; negative for none. */
    long proofNanos() {
        Watch by = watch;
        return by == null ? NONE : by.proofNanos();
    }

    /**
     * Tells the cache what a changed name means to it: one key, all of it, or nothing where it is of a generation not read.
     * Of a value that this process has just stored, only if it is not there any more; the stage completes when that is
     * known.
     */
    CompletableFuture<?> changed(String name, Executor executor) {
        View latest = view;
        Keyspace keys = partition.keys();
        String values = latest == null ? null : keys.values(latest.current());
        if (values != null && name.startsWith(values)) {
            String key = name.substring(values.length());
            byte[] header = own.remove(key);
            if (header != null) {
                return partition
                        .holds(key, header)
                        .handleAsync(
                                (holds, failure) -> {
                                    if (failure != null || !holds) {
                                        tell(key);
                                    }
                                    return null;
                                },
                                executor)
                        .toCompletableFuture();
            }
            tell(key);
        } else if (name.equals(keys.current())) {
            subscription.replaced();
        }
        return CompletableFuture.completedFuture(null);
    }

    private void tell(String escapedKey) {
        String key;
        try {
            key = Keyspace.unescape(escapedKey);
        } catch (IllegalArgumentException foreign) { // a name that no process of Larder gives to anything
            return;
        }
        subscription.changed(List.of(key));
    }
}
