package dev.larder.testkit;

import dev.larder.bus.TagChange;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import dev.larder.tier.Tokens;
import dev.larder.time.Ticker;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The tags of one cache in an {@link InMemoryServer}. Forgets nothing unless it is told to: what is not known of a tag was
 * no later than {@code floor}. Thread-safe: guarded by this object's lock.
 */
final class InMemoryTags {
    private record Invalidated(long removedAt, long staleAt, long staleNanos) {}

    private final Ticker ticker;
    private final Map<String, Invalidated> records = new HashMap<>();
    private long clock = Tokens.clock();
    private long floor = clock;

    InMemoryTags(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized long now() {
        return clock;
    }

    synchronized TagReading read(Collection<String> tags) {
        Map<String, Moments> found = new HashMap<>();
        for (String tag : tags) {
            Invalidated record = records.computeIfAbsent(tag, absent -> new Invalidated(floor, 0, 0));
            long staleForMillis =
                    record.staleAt() == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - record.staleNanos());
            found.put(tag, new Moments(record.removedAt(), record.staleAt(), staleForMillis));
        }
        return new TagReading(clock, found);
    }

    synchronized long change(String tag, TagChange.Kind kind) {
        long at = ++clock;
        Invalidated before = records.getOrDefault(tag, new Invalidated(floor, 0, 0));
        records.put(
                tag,
                switch (kind) {
                    case REMOVED -> new Invalidated(at, before.staleAt(), before.staleNanos());
                    case STALE -> new Invalidated(before.removedAt(), at, ticker.nanos());
                });
        return at;
    }

    /** Loses the record of a tag, as a server short of memory does: from now on it may have been removed just now. */
    synchronized void evict(String tag) {
        records.remove(tag);
        floor = clock;
    }

    /** Loses everything, the clock too. */
    synchronized void restartEmpty() {
        records.clear();
        clock = Tokens.clock();
        floor = clock;
    }
}
