package dev.larder;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512KiB}, {@code 64MiB}, {@code 2g}, {@code 1048576}. */
final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([kmgt]?)(i?b)?");

    private ByteSize() {}

    /** The bytes that {@code text} means; every unit is a power of 1,024. */
    static long parse(String text) {
        Matcher form = FORM.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new IllegalArgumentException("a size must be a number with KiB, MiB or GiB but was '" + text + "'");
        }
        int power = " kmgt".indexOf(form.group(2).isEmpty() ? " " : form.group(2));
        long number = Long.parseLong(form.group(1));
        long unit = 1L << (10 * power);
        if (number < 1 || number > Long.MAX_VALUE / unit) {
            throw new IllegalArgumentException("a size must be >= 1 and fit in 63 bits but was '" + text + "'");
        }
        return number * unit;
    }
}
