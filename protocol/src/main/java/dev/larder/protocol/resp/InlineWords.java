package dev.larder.protocol.resp;

/**
 * Splits a line into words as Redis does for requests typed by hand. Pure but for the line, which it rewrites: a word with
 * quotes or escapes becomes shorter, in place.
 *
 * <pre>
 *   plain           words are separated by white space; a quote may begin within a word
 *   "…"             \n \r \t \b \a and \xHH as in C, backslash and any other byte is that byte
 *   '…'             \' is a quote, all else stands for itself
 * </pre>
 *
 * A closing quote must be followed by white space or the end.
 */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // cases that return from their midst read better this way
final class InlineWords {
    private static final int HEX_BYTES = 4;

    private final byte[] line;
    private final int end;
    private int read;
    private int write;

    private InlineWords(byte[] line, int from, int end) {
        this.line = line;
        this.end = end;
        this.read = from;
    }

    /** Adds the words from {@code from} to {@code end}, by their distance from {@code from}; false for unbalanced quotes. */
    static boolean split(byte[] line, int from, int end, Arguments into) {
        InlineWords words = new InlineWords(line, from, end);
        while (words.toNext()) {
            int start = words.read;
            words.write = start;
            if (!words.word()) {
                return false;
            }
            into.add(start - from, words.write - start);
        }
        return true;
    }

    private boolean toNext() {
        while (read < end && isSpace(line[read])) {
            read++;
        }
        return read < end;
    }

    /** Reads one word; false where a quote is not closed, or not followed by white space. */
    private boolean word() {
        while (read < end) {
            byte each = line[read];
            if (each == ' ' || each == '\n' || each == '\r' || each == '\t') {
                return true;
            }
            read++;
            if (each == '"' || each == '\'') {
                return quoted(each) && (read == end || isSpace(line[read]));
            }
            line[write++] = each;
        }
        return true;
    }

    private boolean quoted(byte quote) {
        while (read < end) {
            byte each = line[read++];
            if (each == quote) {
                return true;
            }
            boolean escapes = each == '\\' && read < end && (quote == '"' || line[read] == '\'');
            line[write++] = escapes ? escaped() : each;
        }
        return false;
    }

    private byte escaped() {
        if (line[read] == 'x' && end - read >= HEX_BYTES - 1) {
            int high = Character.digit(line[read + 1], 16);
            int low = Character.digit(line[read + 2], 16);
            if (high >= 0 && low >= 0) {
                read += HEX_BYTES - 1;
                return (byte) (high << 4 | low);
            }
        }
        byte each = line[read++];
        switch (each) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'a':
                return 7;
            default:
                return each;
        }
    }

    private static boolean isSpace(byte each) {
        return each == ' ' || (each >= '\t' && each <= '\r');
    }
}
