package dev.larder.memcached;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the item of a value whose bytes are elsewhere, in parts. Immutable; pure.
 *
 * <pre>
 *  the envelope's first 28 bytes, its first byte as 'L' (fresh) or 'l' (softly expired)
 *  name of the parts (16), bytes of each but the last (4), bytes of all (4), CRC-32C of all but the first (4)
 * </pre>
 *
 * @param name of the parts: random, 32 hex digits
 * @param partBytes how many bytes each has, but for the last
 * @param bytes how many there are in all
 * @param checksum of all bytes but the first, which changes with the state
 */
record PartedHead(String name, int partBytes, int bytes, int checksum) {
    static final byte FRESH = 'L';
    static final byte SOFTLY_EXPIRED = 'l';
    private static final int ENVELOPE_HEAD = 28;
    private static final int NAME_BYTES = 16;
    /** Less than half of the smallest item: damaged bytes shall not name hundreds of thousands of parts. */
    private static final int LEAST_PART_BYTES = 4 * 1024;

    private static final int LENGTH = ENVELOPE_HEAD + NAME_BYTES + 3 * Integer.BYTES;
    private static final byte ENVELOPE_FRESH = 'V';
    private static final byte ENVELOPE_EXPIRED = 'S';

    /** The head of {@code envelope}, in parts of {@code partBytes} called {@code name}. */
    static PartedHead of(byte[] envelope, String name, int partBytes) {
        return new PartedHead(name, partBytes, envelope.length, checksum(envelope));
    }

    /** Whether {@code bytes} are a head, and no envelope. */
    static boolean isOne(byte[] bytes) {
        return bytes.length == LENGTH && (bytes[0] == FRESH || bytes[0] == SOFTLY_EXPIRED);
    }

    /** The head in {@code bytes}; null where it names more than {@code mostBytes}, or nonsense. */
    static @Nullable PartedHead read(byte[] bytes, int mostBytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes, ENVELOPE_HEAD, LENGTH - ENVELOPE_HEAD);
        byte[] name = new byte[NAME_BYTES];
        in.get(name);
        PartedHead head = new PartedHead(HexFormat.of().formatHex(name), in.getInt(), in.getInt(), in.getInt());
        boolean isSane = head.partBytes >= LEAST_PART_BYTES && head.bytes >= ENVELOPE_HEAD && head.bytes <= mostBytes;
        return isSane ? head : null;
    }

    /** How many parts there are. */
    int count() {
        return (int) (((long) bytes + partBytes - 1) / partBytes);
    }

    byte[] part(byte[] envelope, int index) {
        int from = index * partBytes;
        return Arrays.copyOfRange(envelope, from, (int) Math.min(bytes, (long) from + partBytes));
    }

    /** What is stored for {@code envelope}. */
    byte[] bytes(byte[] envelope) {
        return ByteBuffer.allocate(LENGTH)
                .put(envelope[0] == ENVELOPE_EXPIRED ? SOFTLY_EXPIRED : FRESH)
                .put(envelope, 1, ENVELOPE_HEAD - 1)
                .put(HexFormat.of().parseHex(name))
                .putInt(partBytes)
                .putInt(bytes)
                .putInt(checksum)
                .array();
    }

    /** The envelope that {@code parts} are; null where they are not what they should be. */
    byte @Nullable [] whole(byte[] head, List<byte[]> parts) {
        byte[] envelope = new byte[bytes];
        int at = 0;
        for (byte[] part : parts) {
            if (part.length > bytes - at) {
                return null;
            }
            System.arraycopy(part, 0, envelope, at, part.length);
            at += part.length;
        }
        if (at != bytes || checksum(envelope) != checksum) {
            return null;
        }
        envelope[0] = head[0] == SOFTLY_EXPIRED ? ENVELOPE_EXPIRED : ENVELOPE_FRESH;
        return envelope;
    }

    /** Whether this is the head of {@code envelope}. */
    boolean isOf(byte[] envelope) {
        return envelope.length == bytes && checksum(envelope) == checksum;
    }

    private static int checksum(byte[] envelope) {
        CRC32C crc = new CRC32C();
        crc.update(envelope, 1, envelope.length - 1);
        return (int) crc.getValue();
    }
}
