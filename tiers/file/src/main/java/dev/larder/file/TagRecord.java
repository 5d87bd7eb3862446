package dev.larder.file;

import dev.larder.bus.TagChange;
import dev.larder.tier.TagReading.Moments;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * When one tag was last invalidated, as a cell of the {@link TagFile} holds it. Immutable; pure.
 *
 * <pre>
 *  offset  bytes  content
 *  0       16     the tag's hash
 *  16      8      the clock's reading when it was last removed; 0 in a cell that is free
 *  24      8      the clock's reading when it was last made stale; 0 for never
 *  32      8      the time of that
 *  40      20     zeros
 *  60      4      CRC-32C of the file's salt, the cell's number and all bytes before
 * </pre>
 *
 * <p>Salt and number are in the checksum so that a cell of another file or place, and one that something filled with
 * zeros, shows as damaged: a free cell must be free for certain, or else a removal would be lost.
 */
record TagRecord(Id id, long removedAt, long staleAt, long staleMillis) {
    static final int BYTES = 64;
    private static final int CHECKED = BYTES - Integer.BYTES;

    /** 128 bits that stand for a tag. Two tags that had the same would be invalidated together, and never too seldom. */
    record Id(long high, long low) {
        static Id of(String tag) {
            ByteBuffer hash = ByteBuffer.wrap(Names.hash(tag));
            return new Id(hash.getLong(), hash.getLong());
        }
    }

    /** The place of a cell, without which its bytes say nothing. */
    record Place(long salt, int number) {}

    /** What is known of a tag that has no record: it was removed no later than at {@code floor}. */
    static TagRecord unknown(Id id, long floor) {
        return new TagRecord(id, floor, 0, 0);
    }

    TagRecord changed(TagChange.Kind kind, long at, long nowMillis) {
        return switch (kind) {
            case REMOVED -> new TagRecord(id, at, staleAt, staleMillis);
            case STALE -> new TagRecord(id, removedAt, at, nowMillis);
        };
    }

    /** The clock's reading when it was last invalidated in any way. */
    long last() {
        return Math.max(removedAt, staleAt);
    }

    Moments moments(long nowMillis) {
        return new Moments(removedAt, staleAt, staleAt == 0 ? 0 : Math.max(0, nowMillis - staleMillis));
    }

    /** Puts the cell with {@code content}, or a free one, where {@code out} stands. */
    static void put(ByteBuffer out, @Nullable TagRecord content, Place place) {
        int start = out.position();
        if (content == null) {
            out.put(new byte[CHECKED]);
        } else {
            out.putLong(content.id.high).putLong(content.id.low);
            out.putLong(content.removedAt).putLong(content.staleAt).putLong(content.staleMillis);
            out.put(new byte[start + CHECKED - out.position()]);
        }
        out.putInt(checksum(out, start, place));
    }

    /** Whether the cell at {@code start} is as it was written. */
    static boolean isWhole(ByteBuffer in, int start, Place place) {
        return in.getInt(start + CHECKED) == checksum(in, start, place);
    }

    /** The content of the cell at {@code start}, which is whole; null where it is free. */
    static @Nullable TagRecord get(ByteBuffer in, int start) {
        ByteBuffer cell = in.duplicate().position(start);
        Id id = new Id(cell.getLong(), cell.getLong());
        TagRecord content = new TagRecord(id, cell.getLong(), cell.getLong(), cell.getLong());
        return content.removedAt == 0 ? null : content;
    }

    private static int checksum(ByteBuffer cell, int start, Place place) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(place.salt)
                .putInt(place.number)
                .flip());
        crc.update(cell.duplicate().limit(start + CHECKED).position(start));
        return (int) crc.getValue();
    }
}
