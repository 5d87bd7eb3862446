package dev.larder.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A codec's bytes as an {@link Envelope} holds them: as they are, or deflated (RFC 1951) behind four bytes that say how many
 * they were. Immutable; the array is not copied.
 *
 * @param bytes null for a cached null
 */
@SuppressWarnings("ArrayRecordComponent") // carried into the envelope, compared by nobody
record Payload(byte @Nullable [] bytes, boolean isDeflated) {
    private static final int HEADER = Integer.BYTES;
    /** Deflated data cannot become more than this many times longer: what claims to be is refused before it takes room. */
    private static final long MOST_GAIN = 1_040;

    /** {@code plain}, deflated where it is longer than {@code aboveBytes} and that makes it shorter. */
    static Payload of(byte @Nullable [] plain, int aboveBytes) {
        if (plain == null || plain.length <= aboveBytes || plain.length <= HEADER) {
            return new Payload(plain, false);
        }
        byte[] out = new byte[plain.length];
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            int length = deflater.deflate(out, HEADER, out.length - HEADER);
            if (!deflater.finished()) {
                return new Payload(plain, false);
            }
            ByteBuffer.wrap(out).putInt(plain.length);
            return new Payload(Arrays.copyOf(out, HEADER + length), true);
        } finally {
            deflater.end();
        }
    }

    /** What was deflated into {@code bytes}, from {@code offset} on. */
    static byte[] inflated(byte[] bytes, int offset) {
        int length = bytes.length - offset - HEADER;
        int plainLength = length < 0 ? -1 : ByteBuffer.wrap(bytes).getInt(offset);
        if (plainLength < 0 || plainLength > length * MOST_GAIN) {
            throw new IllegalArgumentException(length + " bytes cannot be inflated to " + plainLength);
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, offset + HEADER, length);
            byte[] plain = new byte[plainLength];
            int inflated = inflater.inflate(plain);
            int more = inflater.finished() ? 0 : inflater.inflate(new byte[1]); // it may have its end still to read
            if (inflated != plainLength || more > 0 || !inflater.finished()) {
                throw new IllegalArgumentException("deflated bytes do not hold what they say");
            }
            return plain;
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("the bytes are not deflated", e);
        } finally {
            inflater.end();
        }
    }
}
