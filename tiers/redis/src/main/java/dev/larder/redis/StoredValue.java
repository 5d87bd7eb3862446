package dev.larder.redis;

import dev.larder.codec.Envelope;
import dev.larder.tier.FarValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How an entry lies in Redis: an {@link Envelope}, and with it the moment at which the server will remove it, by the server's
 * own clock. So a read learns from the value itself what is left of its life.
 *
 * <pre>
 *  offset  bytes  content
 *  0       1      'v' fresh, 's' softly expired: the moment follows. 'V', 'S': an envelope as it is. 'T': a tombstone
 *  1       12     the moment, milliseconds since 1970, in hex digits
 *  13      …      the envelope from its second byte on
 * </pre>
 *
 * An envelope lies there as it is where its life has no end, where the moment was not known when it was stored, and where an
 * older Larder stored it. Pure.
 */
final class StoredValue {
    private static final byte TOMBSTONE = 'T';
    private static final byte FRESH_UNTIL = 'v';
    private static final byte STALE_UNTIL = 's';
    private static final byte STALE = 'S';
    /** How many bytes longer it is than the envelope, at most. */
    static final int DIGITS = 12;

    private static final int HEADER = 1 + DIGITS;
    private static final long NO_LIMIT = -1;

    private StoredValue() {}

    /** Whether there is an entry: something, and not a tombstone. */
    static boolean isEntry(byte @Nullable [] stored) {
        return stored != null && stored.length > 0 && stored[0] != TOMBSTONE;
    }

    /** Whether what is left of its life must be asked for. */
    static boolean mustBeAsked(byte[] stored) {
        return hasMoment(stored)
                ? moment(stored) == ServerClock.UNKNOWN
                : stored[0] == STALE || Envelope.lifeMillis(stored) >= 0;
    }

    /**
     * The entry, with the life that is left at {@code serverMillis}; null where there is none. Not for one that
     * {@linkplain #mustBeAsked must be asked}.
     */
    static @Nullable FarValue read(byte[] stored, long serverMillis) {
        if (!hasMoment(stored)) {
            return new FarValue(stored, NO_LIMIT);
        }
        long left = moment(stored) - serverMillis;
        return left <= 0 ? null : capped(envelope(stored), left);
    }

    /** The entry, of whose life {@code leftMillis} are left as Redis said; null where there is none. */
    static @Nullable FarValue readAsked(byte @Nullable [] stored, long leftMillis) {
        return stored == null || !isEntry(stored) || leftMillis == Session.NO_SUCH_KEY
                ? null
                : capped(envelope(stored), leftMillis);
    }

    /** An envelope as it is stored if Redis removes it {@code lifeMillis} after {@code serverMillis}. */
    static byte[] write(byte[] envelope, long lifeMillis, long serverMillis) {
        if (lifeMillis < 0 || serverMillis == ServerClock.UNKNOWN) {
            return envelope;
        }
        byte[] stored = new byte[DIGITS + envelope.length];
        stored[0] = FRESH_UNTIL;
        byte[] digits =
                HexFormat.of().toHexDigits(serverMillis + lifeMillis, DIGITS).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, stored, 1, DIGITS);
        System.arraycopy(envelope, 1, stored, HEADER, envelope.length - 1);
        return stored;
    }

    /** Whether the envelope in what is stored, of which the start is enough, begins with {@code header}. */
    static boolean hasHeader(byte[] stored, byte[] header) {
        int mismatch = Arrays.mismatch(envelope(stored), header);
        return mismatch < 0 || mismatch == header.length;
    }

    /** What a script puts behind the moment that it finds out. */
    static byte[] tail(byte[] envelope) {
        return Arrays.copyOfRange(envelope, 1, envelope.length);
    }

    private static boolean hasMoment(byte[] stored) {
        return stored.length > HEADER && (stored[0] == FRESH_UNTIL || stored[0] == STALE_UNTIL);
    }

    /** The moment, or {@link ServerClock#UNKNOWN} where something else stands in its place. */
    private static long moment(byte[] stored) {
        long moment = 0;
        for (int i = 1; i < HEADER; i++) {
            int digit = Character.digit(stored[i], 16);
            if (digit < 0) {
                return ServerClock.UNKNOWN;
            }
            moment = moment << 4 | digit;
        }
        return moment;
    }

    private static byte[] envelope(byte[] stored) {
        if (!hasMoment(stored)) {
            return stored;
        }
        byte[] envelope = Arrays.copyOfRange(stored, DIGITS, stored.length);
        envelope[0] = (byte) Character.toUpperCase(stored[0]);
        return envelope;
    }

    private static FarValue capped(byte[] envelope, long leftMillis) {
        long lifeMillis = Envelope.lifeMillis(envelope);
        boolean isTooLong = lifeMillis >= 0 && (leftMillis < 0 || leftMillis > lifeMillis);
        return new FarValue(envelope, isTooLong ? lifeMillis : leftMillis);
    }
}
