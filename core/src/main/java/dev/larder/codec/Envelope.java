package dev.larder.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a shared tier keeps for one value: the codec's bytes and what is needed to read and judge them.
 *
 * <pre>
 *  offset  bytes  content
 *  0       1      'V' fresh, 'S' softly expired: a tier may change this byte in place
 *  1       1      format version: {@value #FORMAT}, with labels {@value #LABELLED_FORMAT}
 *  2       1      flags: bit 0, the value is a cached null; bit 1, the codec's bytes are deflated
 *  3       8      life: milliseconds from write to removal, as the tier was told; -1 for no limit
 *  11      8      stale window: the part of the life, at its end, in which the value is stale
 *  19      4      milliseconds the load took
 *  23      4      CRC-32C of bytes 1 to 22 and of all from 27 on
 *  27      1      length n of the codec's name
 *  28      n      the codec's name, ASCII
 *  28+n    …      the codec's bytes
 * </pre>
 *
 * Where the entry has tags, its labels lie before the codec's bytes:
 *
 * <pre>
 *  bytes  content
 *  8      the reading of the tag clock at which the entry's load began
 *  1      number of tags
 *  2, m   of each tag: the length m of its name, and the name in UTF-8
 * </pre>
 *
 * A process that does not know of labels takes a labelled value for unreadable, which is a miss, and reads all others.
 *
 * <p>Deflated bytes lie behind four bytes that say how many they were; a reader needs no setting to read them.
 *
 * <p>No moment in time is stored: an entry's age is its life less what the tier says is left of it, so that the clocks of
 * processes never meet. Immutable; the array is not copied.
 */
public final class Envelope {
    /** The format of what has no labels. */
    public static final int FORMAT = 1;
    /** The format of what has labels. */
    public static final int LABELLED_FORMAT = 2;

    private static final byte FRESH = 'V';
    private static final byte SOFTLY_EXPIRED = 'S';
    private static final byte NEGATIVE = 1;
    private static final byte DEFLATED = 2;
    private static final int HEADER = 28;
    private static final int LIFE_AT = 3;
    private static final int STALE_AT = 11;
    private static final int CHECKED_FROM = 27;

    private final byte[] bytes;
    private final @Nullable Labels labels;
    private final int payloadOffset;

    private Envelope(byte[] bytes, @Nullable Labels labels, int payloadOffset) {
        this.bytes = bytes;
        this.labels = labels;
        this.payloadOffset = payloadOffset;
    }

    /** How long what is sealed lives; milliseconds, {@code lifeMillis} -1 for no limit. */
    public record Terms(long lifeMillis, long staleMillis, int loadMillis) {}

    /** The bytes to store for {@code payload}, which is null for a cached null. */
    public static byte[] seal(String codecName, byte @Nullable [] payload, Terms terms) {
        return seal(codecName, new Content(payload, null, Integer.MAX_VALUE), terms);
    }

    /**
     * What is sealed.
     *
     * @param bytes the codec's; null for a cached null
     * @param labels the entry's tags; null for none
     * @param compressAbove bytes more than this are deflated, where that makes them fewer
     */
    @SuppressWarnings("ArrayRecordComponent") // carried into the envelope, compared by nobody
    public record Content(byte @Nullable [] bytes, @Nullable Labels labels, int compressAbove) {}

    /** The bytes to store for {@code content}. */
    public static byte[] seal(String codecName, Content content, Terms terms) {
        Payload payload = Payload.of(content.bytes(), content.compressAbove());
        return seal(codecName, payload, content.labels(), terms);
    }

    private static byte[] seal(String codecName, Payload content, @Nullable Labels labels, Terms terms) {
        byte[] payload = content.bytes();
        byte[] name = codecName.getBytes(StandardCharsets.US_ASCII);
        byte[] written = labels == null ? new byte[0] : labels.bytes();
        int length = HEADER + name.length + written.length + (payload == null ? 0 : payload.length);
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(FRESH).put((byte) (labels == null ? FORMAT : LABELLED_FORMAT)).put(flags(content));
        out.putLong(terms.lifeMillis()).putLong(terms.staleMillis()).putInt(terms.loadMillis());
        out.putInt(0).put((byte) name.length).put(name).put(written);
        if (payload != null) {
            out.put(payload);
        }
        out.putInt(CHECKED_FROM - Integer.BYTES, checksum(out.array()));
        return out.array();
    }

    private static byte flags(Payload payload) {
        return payload.isDeflated() ? DEFLATED : payload.bytes() == null ? NEGATIVE : 0;
    }

    /** Reads what {@link #seal} wrote; null where the bytes are damaged, of another format or of another codec. */
    public static @Nullable Envelope open(byte[] bytes, String codecName) {
        if (bytes.length < HEADER || !isKnownFormat(bytes) || (bytes[0] != FRESH && bytes[0] != SOFTLY_EXPIRED)) {
            return null;
        }
        int nameEnd = HEADER + (bytes[CHECKED_FROM] & 0xFF);
        if (bytes.length < nameEnd || number(bytes, CHECKED_FROM - Integer.BYTES) != checksum(bytes)) {
            return null;
        }
        String name = new String(bytes, HEADER, nameEnd - HEADER, StandardCharsets.US_ASCII);
        if (!name.equals(codecName)) {
            return null;
        }
        if (bytes[1] == FORMAT) {
            return new Envelope(bytes, null, nameEnd);
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes, nameEnd, bytes.length - nameEnd);
        Labels labels = Labels.read(rest);
        return labels == null ? null : new Envelope(bytes, labels, rest.position());
    }

    private static boolean isKnownFormat(byte[] bytes) {
        return bytes[1] == FORMAT || bytes[1] == LABELLED_FORMAT;
    }

    /**
     * The life that sealed bytes were given, so that a tier can cap what it believes is left of it; -1 for no limit and
     * for bytes that {@link #seal} did not write.
     */
    public static long lifeMillis(byte[] bytes) {
        return bytes.length < HEADER || !isKnownFormat(bytes)
                ? -1
                : ByteBuffer.wrap(bytes).getLong(LIFE_AT);
    }

    /**
     * Whether a tier that knows of {@code leftMillis} more may take sealed bytes for fresh: nobody has expired them, and they
     * have not come to the stale end of their life. True for bytes that {@link #seal} did not write, of which only their
     * reader knows.
     */
    public static boolean isFresh(byte[] bytes, long leftMillis) {
        if (bytes.length < HEADER || !isKnownFormat(bytes)) {
            return true;
        }
        return bytes[0] == FRESH
                && (leftMillis < 0 || leftMillis > ByteBuffer.wrap(bytes).getLong(STALE_AT));
    }

    public boolean isNegative() {
        return (bytes[2] & NEGATIVE) != 0;
    }

    /** Whether somebody expired the value since it was written. */
    public boolean isSoftlyExpired() {
        return bytes[0] == SOFTLY_EXPIRED;
    }

    /** The entry's tags; null where it has none. */
    public @Nullable Labels labels() {
        return labels;
    }

    public Terms terms() {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Terms(in.getLong(LIFE_AT), in.getLong(STALE_AT), in.getInt(19));
    }

    /** The value, by the codec that wrote it; null for a cached null. What the codec throws passes. */
    public <V> @Nullable V value(Codec<V> codec) {
        if (isNegative()) {
            return null;
        }
        if ((bytes[2] & DEFLATED) == 0) {
            return codec.decode(bytes, payloadOffset, bytes.length - payloadOffset);
        }
        byte[] plain = Payload.inflated(bytes, payloadOffset);
        return codec.decode(plain, 0, plain.length);
    }

    private static int number(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes).getInt(offset);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 1, CHECKED_FROM - Integer.BYTES - 1);
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }
}
