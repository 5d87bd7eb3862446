package dev.larder.memcached;

import dev.larder.bus.TagChange.Kind;
import dev.larder.tier.TagReading;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the item of a tag says: two readings of the tag clock, of eight bytes each. Immutable; pure.
 *
 * @param removedAt when the tag was last removed; later than the clock where the one who removed it has not raised it yet
 * @param staleAt when it was last made stale; 0 for never
 */
record TagRecord(long removedAt, long staleAt) {
    private static final int BYTES = 2 * Long.BYTES;

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(removedAt).putLong(staleAt).array();
    }

    /** The record in {@code bytes}; null for a place kept, and where it is of another epoch than {@code clock}. */
    static @Nullable TagRecord of(byte @Nullable [] bytes, long clock) {
        if (bytes == null || bytes.length != BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        TagRecord record = new TagRecord(in.getLong(), in.getLong());
        boolean isOfThisEpoch = TagReading.isSameEpoch(record.removedAt, clock)
                && (record.staleAt == 0 || TagReading.isSameEpoch(record.staleAt, clock));
        return isOfThisEpoch ? record : null;
    }

    /** With a change at {@code at}; a later one stays. */
    TagRecord changed(Kind kind, long at) {
        return switch (kind) {
            case REMOVED -> new TagRecord(Math.max(removedAt, at), staleAt);
            case STALE -> new TagRecord(removedAt, Math.max(staleAt, at));
        };
    }
}
