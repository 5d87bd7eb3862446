package dev.larder;

import java.util.List;
import java.util.Map;

/**
 * The near tier of a cache as its operator sees it: how much it may hold, and who would leave next. Thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface NearView<K, V> {
    /**
     * The bound: in entries, estimated bytes or the weigher's measure, whichever the cache was built with; 0 where there is
     * no near tier.
     */
    long max();

    /**
     * Changes the bound. Where more than that is stored, entries are evicted before this returns, as far as the eviction
     * policy lets any leave. The memory of a bound once used is kept for new entries; a {@link Cache#clear} gives it back.
     *
     * @throws IllegalArgumentException if {@code max} is less than 1
     * @throws IllegalStateException if the cache has no near tier
     */
    void resize(long max);

    /**
     * Up to {@code limit} entries that may still be served, those first that the eviction policy is likely to let go
     * first. An estimate at one moment, in time linear to all entries; not counted as reads. Values may be null.
     */
    List<Map.Entry<K, V>> coldest(int limit);

    /** As {@link #coldest}, those first that are likely to stay longest. */
    List<Map.Entry<K, V>> hottest(int limit);
}
