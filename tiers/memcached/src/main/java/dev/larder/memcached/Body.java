package dev.larder.memcached;

import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Reply;
import dev.larder.tier.FarValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a value's item. Pure.
 *
 * <pre>
 *  (nothing)             a place kept for a load or a write that is under way
 *  T                     a tombstone: no row of a rebuild may come here
 *  envelope              a value
 *  n (4), key (n), env.  a value whose item is named by the hash of its key
 *  head                  of a value in parts, in the envelope's stead, see {@link PartedHead}
 *  R …                   what replaced an old entry, see {@link Retired}; a value or nothing is behind it
 * </pre>
 */
final class Body {
    private static final byte[] NOTHING = {};
    private static final byte[] TOMBSTONE = {'T'};
    private static final byte SOFTLY_EXPIRED = 'S';

    private Body() {}

    /** A place kept. */
    static byte[] place() {
        return NOTHING;
    }

    static byte[] tombstone() {
        return TOMBSTONE;
    }

    static byte[] of(Entry entry, byte[] envelope) {
        String text = entry.text();
        if (text == null) {
            return envelope;
        }
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Math.addExact(Integer.BYTES + key.length, envelope.length))
                .putInt(key.length)
                .put(key)
                .put(envelope)
                .array();
    }

    /** The value in {@code reply}; null where it holds none, or another key's. */
    static @Nullable FarValue value(Entry entry, Reply.Meta reply) {
        byte[] stored = reply.value();
        byte[] bytes = stored == null ? null : Retired.body(stored);
        byte[] envelope = bytes == null || bytes.length <= TOMBSTONE.length ? null : envelope(entry, bytes);
        return envelope == null || envelope.length == 0
                ? null
                : new FarValue(
                        envelope, Seconds.leftMillis(envelope, reply.flags().number('t')));
    }

    /** Whether {@code found} is what {@code seen} was. */
    static boolean isSame(FarValue found, FarValue seen) {
        if (!PartedHead.isOne(found.bytes())) {
            return Arrays.equals(found.bytes(), seen.bytes());
        }
        PartedHead head = PartedHead.read(found.bytes(), Integer.MAX_VALUE);
        return head != null && isSoftlyExpired(found) == isSoftlyExpired(seen) && head.isOf(seen.bytes());
    }

    /** {@code envelope} as one that somebody expired. */
    static byte[] softlyExpired(byte[] envelope) {
        byte[] expired = envelope.clone();
        expired[0] = PartedHead.isOne(envelope) ? PartedHead.SOFTLY_EXPIRED : SOFTLY_EXPIRED;
        return expired;
    }

    static boolean isSoftlyExpired(FarValue value) {
        byte state = value.bytes()[0];
        return state == SOFTLY_EXPIRED || (state == PartedHead.SOFTLY_EXPIRED && PartedHead.isOne(value.bytes()));
    }

    private static byte @Nullable [] envelope(Entry entry, byte[] bytes) {
        String text = entry.text();
        if (text == null) {
            return bytes;
        }
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        int from = Integer.BYTES + key.length;
        boolean mine = bytes.length >= from
                && ByteBuffer.wrap(bytes).getInt() == key.length
                && Arrays.equals(bytes, Integer.BYTES, from, key, 0, key.length);
        return mine ? Arrays.copyOfRange(bytes, from, bytes.length) : null;
    }
}
