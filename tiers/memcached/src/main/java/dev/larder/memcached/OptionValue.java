package dev.larder.memcached;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands behind the equals sign of an option of the URI: durations and sizes. Pure; what is wrong is an
 * {@link IllegalArgumentException} that says what it must be.
 */
final class OptionValue {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})([km]?)(?:i?b)?");

    private OptionValue() {}

    /** A duration in one of {@code units} and no shorter than {@code least}; {@code examples} are for the message. */
    static Duration duration(String text, String units, Duration least, String examples) {
        Matcher parts = DURATION.matcher(text);
        if (parts.matches() && units.contains("," + parts.group(2) + ",")) {
            long count = Long.parseLong(parts.group(1));
            Duration read = switch (parts.group(2)) {
                case "m" -> Duration.ofMinutes(count);
                case "s" -> Duration.ofSeconds(count);
                default -> Duration.ofMillis(count);
            };
            if (read.compareTo(least) >= 0) {
                return read;
            }
        }
        throw new IllegalArgumentException("it must be a duration such as " + examples + " but was '" + text + "'");
    }

    /** A number of bytes such as {@code 1MiB}, {@code 512k} or {@code 1000}. */
    static int bytes(String text, int least, int most) {
        Matcher form = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        String unit = form.matches() ? form.group(2) : "";
        long size = form.matches()
                ? Long.parseLong(form.group(1)) << (10 * " km".indexOf(unit.isEmpty() ? " " : unit))
                : -1;
        if (size < least || size > most) {
            throw new IllegalArgumentException(
                    "it must be a size such as 1MiB, from " + least + " to " + most + " bytes, but was '" + text + "'");
        }
        return (int) size;
    }
}
