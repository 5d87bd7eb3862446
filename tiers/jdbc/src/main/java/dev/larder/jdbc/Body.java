package dev.larder.jdbc;

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
 *  1       4      number of keys
 *  5       …      for each key its length in 4 bytes and its bytes
 * </pre>
 *
 * @param cleared whether the whole cache is void
 * @param keys the keys that are, where it is not
 */
record Body(boolean cleared, List<String> keys) {
    /** A message takes no more keys than this, and no more bytes than {@link #MAX_BYTES} but for its last key. */
    static final int MAX_KEYS = 1_000;

    static final int MAX_BYTES = 256 * 1024;

    private static final byte INVALIDATED = 'I';
    private static final byte CLEARED = 'C';
    private static final int HEADER = 5;

    static byte[] ofClear() {
        return ByteBuffer.allocate(HEADER).put(CLEARED).array();
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
                bodies.add(of(portion, length));
                portion.clear();
                length = 0;
            }
        }
        if (!portion.isEmpty()) {
            bodies.add(of(portion, length));
        }
        return bodies;
    }

    private static byte[] of(List<byte[]> keys, int length) {
        ByteBuffer body = ByteBuffer.allocate(HEADER + length);
        body.put(INVALIDATED).putInt(keys.size());
        keys.forEach(key -> body.putInt(key.length).put(key));
        return body.array();
    }

    /** What {@code bytes} say; null where this version does not understand them. */
    static @Nullable Body read(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte kind = in.get();
            int count = in.getInt();
            if (kind == CLEARED) {
                return new Body(true, List.of());
            }
            if (kind != INVALIDATED || count < 0) {
                return null;
            }
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    return null;
                }
                byte[] key = new byte[length];
                in.get(key);
                keys.add(KeyBytes.text(key));
            }
            return new Body(false, keys);
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            return null; // the caller then trusts nothing
        }
    }
}
