package dev.larder;

import dev.larder.load.BulkLoader;
import dev.larder.load.Loader;
import dev.larder.read.Lookup;
import dev.larder.stats.CacheStats;
import dev.larder.write.RebuildReport;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A named map from keys to values of an origin, kept in one or more tiers.
 *
 * <p>Thread-safe. Keys are never null ({@link NullPointerException}); values may not be put as null, but a loader may find
 * none, and that is cached as a null of its own (see {@link #lookup}). Keys must have {@code equals} and {@code hashCode}
 * and neither they nor values may be changed once given. Calls block while a load, a writer or a far tier answers, each
 * within its time-out; {@link #async()} has the same calls without blocking. A broken far tier never fails a read.
 *
 * <p>Vocabulary: a value is <em>fresh</em> within its time to live, then <em>stale</em> while it is kept for bad times,
 * then <em>expired</em>. {@link #remove} says that a value is untrue; {@link #expire} says that it is old.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface Cache<K, V> {
    /** The name it was built with. */
    String name();

    /** The near tier as its operator sees it: its bound, which may be changed, its coldest and hottest entries. */
    NearView<K, V> near();

    /**
     * This cache for a reader who knows of changes that another process made: what its near tier holds is served only if
     * this process has heard of all that {@code token} covers, else the shared tier is asked, or the origin. The value of a
     * load that was under way before the read is not taken then. Waits for no message. All else is as with this cache
     * itself; {@link #asMap} and {@link #near} go on showing the near tier as it is.
     *
     * <p>A token that is not complete, or of another bus, is never heard: then the near tier is passed over each time. A
     * cache without a shared tier is given as it is. Costs a few small objects; make one for each request.
     */
    Cache<K, V> after(CausalToken token);

    /**
     * The value of {@code key}; where no tier has a fresh one, loads it by the cache's loader, once for all callers.
     *
     * @return the value, stale where the cache's options allow; null where the origin has none, or where nothing is
     *     cached and the cache has no loader
     * @throws dev.larder.failure.LoadException if the loader threw and no stale value could be served
     * @throws dev.larder.failure.LoadTimeoutException if the value did not come in time; it is still stored when it comes
     * @throws dev.larder.failure.LoadRejectedException if too many loads or waiters were there already
     * @throws dev.larder.failure.RecursiveLoadException if the loader asks for the key it is loading
     */
    @Nullable V get(K key);

    /** As {@link #get(Object)}, with {@code loader} in place of the cache's own. */
    @Nullable V get(K key, Loader<? super K, ? extends V> loader);

    /** What the tiers hold for {@code key} now. Never loads; a far tier is asked where the near one has nothing fresh. */
    Lookup<V> lookup(K key);

    /**
     * The values of {@code keys}, in their order; keys without a value are left out. Far tiers are asked once for all
     * that the near tier lacks, then the cache's bulk loader once for all that are still missing (its loader once for
     * each, where it has no bulk loader); keys that another caller is already loading are waited for.
     *
     * @throws dev.larder.failure.LoadException if the bulk load failed for a key that has no stale value
     */
    Map<K, V> getAll(Collection<? extends K> keys);

    /** As {@link #getAll(Collection)}, with {@code loader} in place of the cache's own. */
    Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader);

    /**
     * Stores {@code value}; where the cache has a writer, the origin is written first. When it returns, no tier that
     * could be reached gives an older value.
     *
     * @throws dev.larder.failure.WriteException if the writer threw: the key then has no value
     * @throws dev.larder.failure.CacheFullException if the cache is all there is for the value, being without writer and
     *     far tier, and its eviction policy lets no entry leave to make room: the key then has the value it had
     */
    void put(K key, V value);

    /** Puts each entry, as {@link #put} does; where one throws, those after it are not put. */
    void putAll(Map<? extends K, ? extends V> entries);

    /**
     * Puts {@code value} if no tier has a fresh value for {@code key}. The near tier's check and store are one step;
     * between processes two callers may both succeed, and one value stays.
     *
     * @return whether the value was put
     */
    boolean putIfAbsent(K key, V value);

    /** Puts {@code value} if the near tier has a fresh value for {@code key}; returns whether it did. */
    boolean replace(K key, V value);

    /** Puts {@code value} if the near tier's fresh value equals {@code expected}; returns whether it did. */
    boolean replace(K key, V expected, V value);

    /**
     * Says that what is cached for {@code key} is untrue: no later call of this process, and none of another after the
     * bus's delay, gets a value whose load began before. The origin is not touched.
     */
    void remove(K key);

    /** Removes each of {@code keys}, as {@link #remove}, in one round trip to a far tier. */
    void removeAll(Collection<? extends K> keys);

    /** Removes every entry of this cache, and of no other, whatever their number. */
    void clear();

    /**
     * Says that the value of {@code key} is old: the next read renews it, and where it was kept for stale serving it may
     * be served meanwhile. Use {@link #remove} for a value that must not be seen again.
     */
    void expire(K key);

    /**
     * Says that every entry with this tag is untrue, as {@link #remove} says of one: no later call gets a value whose load
     * began before. Takes one step, however many entries there are; they leave when they are next asked for, or when
     * their time has passed. An entry has the tags that {@link CacheBuilder#tags} and its loader give it.
     *
     * <p>Where there is a far tier, it holds for what other processes stored there too; their near tiers hear of it by the
     * bus. A tier that is away is told when it is back.
     *
     * @throws IllegalArgumentException if the tag is empty, longer than 256 characters, or not well-formed text
     * @throws UnsupportedOperationException if the cache has a far tier that keeps no tags
     */
    void removeTag(String tag);

    /**
     * Says that every entry with this tag is old, as {@link #expire} says of one: the next read of each renews it, and
     * within the cache's windows it may be served stale meanwhile, or when its load fails. Far tiers and other processes
     * are told as by {@link #removeTag}; one that was away is told of a removal.
     *
     * @throws IllegalArgumentException if the tag is empty, longer than 256 characters, or not well-formed text
     * @throws UnsupportedOperationException if the cache has a far tier that keeps no tags
     */
    void staleTag(String tag);

    /**
     * Keeps the near tier's fresh entry of {@code key} fresh for as long again as it has had, the cache's time to live at
     * most; returns whether there was one. Its age stays what it is, and far tiers are not told.
     */
    boolean touch(K key);

    /**
     * Replaces the whole content by {@code entries}, without a moment in which readers find nothing: the old generation
     * is served until the new one is complete. Changes made meanwhile are not lost. The stream is closed.
     *
     * @throws dev.larder.failure.RebuildException if it did not switch: the stream failed, another rebuild runs, a far tier
     *     could not follow, or a full cache let no entry leave for the next; the old generation goes on
     */
    RebuildReport rebuild(Stream<? extends Map.Entry<? extends K, ? extends V>> entries);

    /** As {@link #rebuild(Stream)}, with each value's key taken by {@code key}. */
    default RebuildReport rebuild(Stream<? extends V> values, Function<? super V, ? extends K> key) {
        return rebuild(values.map(value -> Map.<K, V>entry(key.apply(value), value)));
    }

    /**
     * The near tier's fresh entries as a live, thread-safe map. Its reads never load and never ask a far tier; its
     * changes are those of this cache, origin and far tiers included; its iteration is weakly consistent. Cached nulls
     * do not appear. {@code size()} counts entries that nobody has yet noticed to be expired.
     */
    ConcurrentMap<K, V> asMap();

    /** The same cache without blocking. */
    AsyncCache<K, V> async();

    /** What was counted since the cache was built. */
    CacheStats stats();
}
