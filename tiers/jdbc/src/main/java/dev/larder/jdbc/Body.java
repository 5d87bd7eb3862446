package dev.larder.jdbc;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a message of the bus says. Immutable; pure.
 *
 * <pre>
 *  offset  bytes  content
 *  0       1      'I' these keys are invalidated, 'C' the cache is cleared or switched
 *  1       4      number of keys, 0 where it is cleared
 *  5       …      for each key its length in 4 bytes and its bytes
 * </pre>
 *
 * Of a tag:
 *
 * <pre>
 *  offset  bytes  content
 *  0       1      'R' the tag is removed, 'S' it is stale
 *  1       4      length n of its name
 *  5       n      its name
 *  5+n     8      the tag clock's reading
 * </pre>
 */
sealed interface Body {
    /** A message takes no more keys than this, and no more bytes than {@link #MAX_BYTES} but for its last key. */
    int MAX_KEYS = 1_000;

    int MAX_BYTES = 256 * 1024;

    /** Tells {@code listener}. */
    void tell(BusListener listener);

    /** Every entry is void. */
    record Cleared() implements Body {
        @Override
        public void tell(BusListener listener) {
            listener.cleared();
        }
    }

    /** The entries of {@code keys} are void. */
    record Invalidated(List<String> keys) implements Body {
        @Override
        public void tell(BusListener listener) {
            listener.invalidated(keys);
        }
    }

    /** A tag was invalidated. */
    record Tagged(TagChange change) implements Body {
        @Override
        public void tell(BusListener listener) {
            listener.tagChanged(change);
        }
    }

    static byte[] ofClear() {
        return ByteBuffer.allocate(Format.HEADER).put(Format.CLEARED).array();
    }

    static byte[] of(TagChange change) {
        byte[] name = KeyBytes.of(change.tag());
        byte kind = switch (change.kind()) {
            case REMOVED -> Format.REMOVED;
            case STALE -> Format.STALE;
        };
        return ByteBuffer.allocate(Format.HEADER + name.length + Long.BYTES)
                .put(kind)
                .putInt(name.length)
                .put(name)
                .putLong(change.at())
                .array();
    }

    /** As many messages as it takes. */
    static List<byte[]> of(Collection<String> keys) {
        List<byte[]> bodies = new ArrayList<>();
        List<byte[]> portion = new ArrayList<>();
        int length = 0;
        for (String key : keys) {
            byte[] bytes = KeyBytes.of(key);
            portion.add(bytes);
            length += Integer.BYTES + bytes.length;
            if (portion.size() == MAX_KEYS || length > MAX_BYTES) {
                bodies.add(Format.invalidated(portion, length));
                portion.clear();
                length = 0;
            }
        }
        if (!portion.isEmpty()) {
            bodies.add(Format.invalidated(portion, length));
        }
        return bodies;
    }

    /** What {@code bytes} say; null where this version does not understand them. */
    static @Nullable Body read(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return switch (in.get()) {
                case Format.CLEARED -> Format.cleared(in);
                case Format.INVALIDATED -> new Invalidated(Format.keys(in));
                case Format.REMOVED -> new Tagged(Format.change(in, TagChange.Kind.REMOVED));
                case Format.STALE -> new Tagged(Format.change(in, TagChange.Kind.STALE));
                default -> null;
            };
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            return null; // the caller then trusts nothing
        }
    }

    /** The bytes; throws {@link IllegalArgumentException} or {@link BufferUnderflowException} where they are damaged. */
    final class Format {
        private static final byte INVALIDATED = 'I';
        private static final byte CLEARED = 'C';
        private static final byte REMOVED = 'R';
        private static final byte STALE = 'S';
        private static final int HEADER = 5;

        private Format() {}

        private static byte[] invalidated(List<byte[]> keys, int length) {
            ByteBuffer body = ByteBuffer.allocate(HEADER + length);
            body.put(INVALIDATED).putInt(keys.size());
            keys.forEach(key -> body.putInt(key.length).put(key));
            return body.array();
        }

        private static Cleared cleared(ByteBuffer in) {
            in.getInt();
            return new Cleared();
        }

        private static List<String> keys(ByteBuffer in) {
            int count = in.getInt();
            if (count < 0) {
                throw new IllegalArgumentException("fewer than no keys");
            }
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                keys.add(text(in));
            }
            return keys;
        }

        private static TagChange change(ByteBuffer in, TagChange.Kind kind) {
            return new TagChange(text(in), kind, in.getLong());
        }

        private static String text(ByteBuffer in) {
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("a text longer than its message");
            }
            byte[] bytes = new byte[length];
            in.get(bytes);
            return KeyBytes.text(bytes);
        }
    }
}
