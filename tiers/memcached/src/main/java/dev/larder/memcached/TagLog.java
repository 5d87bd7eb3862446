package dev.larder.memcached;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the item beside a tag clock says: which tags were changed since {@code from}. It is begun before the clock of its
 * epoch is, so it knows of every change; it grows by appending, and is cut from time to time. Immutable; pure.
 *
 * <pre>
 *  from (8), then of each change: hash of the tag (8), reading (8)
 * </pre>
 *
 * Tags with the same hash are taken for the same: one of them then counts as changed later than it was.
 */
final class TagLog {
    /** How many changes it keeps when it is cut. */
    static final int KEPT = 512;
    /** It is cut when it has more. */
    static final int MOST = 640;

    private static final int ENTRY = 2 * Long.BYTES;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final byte[] bytes;

    private TagLog(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The first bytes of a log whose epoch begins at {@code clock}. */
    static byte[] begun(long clock) {
        return ByteBuffer.allocate(Long.BYTES).putLong(clock).array();
    }

    /** What is appended for a change. */
    static byte[] entry(String tag, long at) {
        return ByteBuffer.allocate(ENTRY).putLong(hash(tag)).putLong(at).array();
    }

    /** The log in {@code bytes}; null where they are none. */
    static @Nullable TagLog of(byte @Nullable [] bytes) {
        return bytes == null || bytes.length % ENTRY != Long.BYTES ? null : new TagLog(bytes);
    }

    /** How many changes it knows. */
    int size() {
        return bytes.length / ENTRY;
    }

    /** The latest moment at which {@code tag} can have been changed. */
    long floor(String tag) {
        long wanted = hash(tag);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long floor = in.getLong();
        while (in.hasRemaining()) {
            boolean isWanted = in.getLong() == wanted;
            long at = in.getLong();
            if (isWanted) {
                floor = Math.max(floor, at);
            }
        }
        return floor;
    }

    /** The last {@value #KEPT} changes; what is left out is not later than its {@code from}. */
    byte[] cut() {
        int left = Math.max(0, size() - KEPT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long from = in.getLong();
        for (int i = 0; i < left; i++) {
            in.getLong();
            from = Math.max(from, in.getLong());
        }
        return ByteBuffer.allocate(Long.BYTES + in.remaining())
                .putLong(from)
                .put(in)
                .array();
    }

    private static long hash(String tag) {
        long hash = FNV_OFFSET;
        for (byte each : tag.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}
