package dev.larder.jdbc;

import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the tables say of some tags at one moment. Not thread-safe; confined to whoever read it.
 *
 * @param noted by the tags' identities
 */
record TagSnapshot(Clock clock, Map<ByteBuffer, Noted> noted) {
    /** How old the last use of a record may be before it is written again. */
    static final long COARSE_MILLIS = TimeUnit.DAYS.toMillis(1);

    /**
     * The tag clock of a cache.
     *
     * @param floor no tag without a record was invalidated later than this
     * @param nowMillis the database's time
     */
    record Clock(long reading, long floor, long nowMillis) {
        static Clock of(ResultSet row) throws SQLException {
            return new Clock(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /** When a tag was invalidated; {@code staleTime} and {@code usedAt} by the database's time. */
    record Noted(long removedAt, long staleAt, long staleTime, long usedAt) {}

    TagSnapshot(Clock clock) {
        this(clock, new HashMap<>());
    }

    /** Whether there is a record of the tag that can be compared with the clock. */
    boolean isKnown(TagName tag) {
        Noted found = noted.get(tag.key());
        return found != null && TagReading.isSameEpoch(found.removedAt(), clock.reading());
    }

    /** Whether the record is in use, and that was not written down for long. */
    boolean isUseOld(TagName tag) {
        Noted found = noted.get(tag.key());
        return found != null && clock.nowMillis() - found.usedAt() > COARSE_MILLIS;
    }

    /** Whether it tells all of {@code tags}, with nothing to be written first. */
    boolean isWhole(List<TagName> tags) {
        return tags.stream().allMatch(tag -> isKnown(tag) && !isUseOld(tag));
    }

    TagReading reading(List<TagName> tags) {
        Map<String, Moments> moments = new HashMap<>();
        for (TagName tag : tags) {
            Noted found = noted.get(tag.key());
            if (found != null) {
                moments.put(tag.text(), moments(found));
            }
        }
        return new TagReading(clock.reading(), moments);
    }

    private Moments moments(Noted found) {
        long staleForMillis = found.staleAt() == 0 ? 0 : Math.max(0, clock.nowMillis() - found.staleTime());
        return new Moments(found.removedAt(), found.staleAt(), staleForMillis);
    }
}
