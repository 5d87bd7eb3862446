package dev.larder.tier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A point in the messages of a bus, which another process can compare with how far it has heard. Immutable; pure.
 *
 * <p>Its text is {@code log.number}: the log's name and the number in lower-case hexadecimal digits without leading zeros.
 *
 * @param log which messages are counted: 1 to {@value #LONGEST_LOG} letters, digits, {@code -} and {@code _}. Messages that
 *     were counted anew, or that may have been lost without every listener being told of a gap, are another log
 * @param high the upper half of the number, unsigned
 * @param low the lower half of the number, unsigned
 */
public record BusPosition(String log, long high, long low) {
    /** In characters. */
    public static final int LONGEST_LOG = 32;
    /** In characters: a log's name, a dot and 32 digits. */
    public static final int LONGEST_TEXT = LONGEST_LOG + 33;

    private static final Pattern LOG = Pattern.compile("[A-Za-z0-9_-]{1," + LONGEST_LOG + "}");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9a-f][0-9a-f]{0,31}");
    private static final int DIGITS = 16;
    private static final int NAME_BYTES = 12;

    public BusPosition {
        if (!LOG.matcher(log).matches()) {
            throw new IllegalArgumentException("a log's name must have 1 to " + LONGEST_LOG
                    + " letters, digits, dashes and underscores but was '" + log + "'");
        }
    }

    /** The name of a log: its kind, a short word, and in 16 characters a digest of what tells it from others. */
    public static String log(String kind, String... distinction) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : distinction) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            byte[] start = Arrays.copyOf(digest.digest(), NAME_BYTES);
            return kind + '-' + Base64.getUrlEncoder().withoutPadding().encodeToString(start);
        } catch (NoSuchAlgorithmException e) { // every Java has it
            throw new IllegalStateException(e);
        }
    }

    /** The position that {@code text} names; null where it names none. For texts of any origin. */
    public static @Nullable BusPosition read(String text) {
        int dot = text.length() > LONGEST_TEXT ? -1 : text.indexOf('.');
        if (dot < 0) {
            return null;
        }
        String log = text.substring(0, dot);
        String digits = text.substring(dot + 1);
        if (!LOG.matcher(log).matches() || !NUMBER.matcher(digits).matches()) {
            return null;
        }
        int upper = Math.max(0, digits.length() - DIGITS);
        long high = upper == 0 ? 0 : Long.parseUnsignedLong(digits.substring(0, upper), DIGITS);
        return new BusPosition(log, high, Long.parseUnsignedLong(digits.substring(upper), DIGITS));
    }

    /** Whether whoever heard all up to here has heard all up to {@code other}: false for another log. */
    public boolean covers(BusPosition other) {
        if (!log.equals(other.log)) {
            return false;
        }
        int upper = Long.compareUnsigned(high, other.high);
        return upper > 0 || (upper == 0 && Long.compareUnsigned(low, other.low) >= 0);
    }

    /** The later one of this and {@code earlier}; this one where they are of different logs, or there is no other. */
    public BusPosition orLater(@Nullable BusPosition earlier) {
        return earlier != null && earlier.covers(this) ? earlier : this;
    }

    /** As {@link #read} takes it. */
    @Override
    public String toString() {
        String digits = high == 0
                ? Long.toHexString(low)
                : Long.toHexString(high) + HexFormat.of().toHexDigits(low);
        return log + '.' + digits;
    }
}
