package dev.larder.server.command;

import java.util.Locale;
import java.util.regex.Pattern;

/** Floating-point numbers as C reads them: scores, weights, and the ends of ranges of scores. Pure. */
final class Doubles {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0[xX](\\p{XDigit}+\\.?\\p{XDigit}*|\\.\\p{XDigit}+)([pP][+-]?\\d+)?");
    private static final Pattern INFINITE = Pattern.compile("(?i)[+-]?inf(inity)?");
    private static final Pattern NONZERO = Pattern.compile("[+-]?(0[xX])?[0.]*[1-9a-fA-F].*");
    private static final int MOST_TEXT = 4_096;

    private Doubles() {}

    /** The number in a word; NaN for what is none, and for one that is too large or too small. */
    private static double parse(String text, boolean isBounded) {
        boolean isMinus = text.startsWith("-");
        if (INFINITE.matcher(text).matches()) {
            return isMinus ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (text.length() > MOST_TEXT) {
            return Double.NaN;
        }
        double number;
        if (DECIMAL.matcher(text).matches()) {
            number = Double.parseDouble(text);
        } else if (HEXADECIMAL.matcher(text).matches()) {
            boolean hasExponent = text.toLowerCase(Locale.ROOT).contains("p");
            number = Double.parseDouble(hasExponent ? text : text + "p0");
        } else {
            return Double.NaN;
        }
        boolean isBeyond = Double.isInfinite(number)
                || (number == 0 && NONZERO.matcher(text.split("[eEpP]", 2)[0]).matches());
        return isBounded && isBeyond ? Double.NaN : number;
    }

    /** The number in a text; NaN for what is none, and for one that is too large or too small. */
    static double parse(String text) {
        return parse(text, true);
    }

    /** The number in a word of a call, and {@code complaint} for any other word. */
    static double of(Call call, int word, String complaint) {
        if (call.arguments().isLong(word)) {
            return call.arguments().toLong(word);
        }
        double number = parse(call.latin(word), true);
        if (Double.isNaN(number)) {
            throw new Complaint(complaint);
        }
        return number;
    }

    /**
     * An end of a range of scores.
     *
     * @param isExclusive whether the score itself is outside
     */
    record End(double score, boolean isExclusive) {
        private static final String NO_FLOAT = "ERR min or max is not a float";
        private static final byte EXCLUSIVE = '(';

        /** In a word: a number, or one behind a parenthesis. An empty one is 0, as in Redis. */
        static End of(Call call, int word) {
            String text = call.latin(word);
            boolean isExclusive = !text.isEmpty() && text.charAt(0) == EXCLUSIVE;
            String number = (isExclusive ? text.substring(1) : text).stripLeading();
            boolean isEmpty = isExclusive ? text.length() == 1 : text.isEmpty();
            double score = isEmpty ? 0 : parse(number, false);
            if (Double.isNaN(score)) {
                throw new Complaint(NO_FLOAT);
            }
            return new End(score, isExclusive);
        }
    }
}
