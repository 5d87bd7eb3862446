package dev.larder.server.command;

import dev.larder.server.store.StreamId;

/** Ids of streams' entries as clients write them. Pure. */
final class StreamIds {
    private static final String INVALID = "ERR Invalid stream ID specified as stream command argument";
    private static final String NO_START = "ERR invalid start ID for the interval";
    private static final String NO_END = "ERR invalid end ID for the interval";
    private static final int LONGEST = 127;

    private StreamIds() {}

    /**
     * An id for a new entry.
     *
     * @param isGiven whether the number is, too; else it is to be found
     */
    record Wanted(StreamId id, boolean isGiven) {}

    /** An id of one entry, without a number the first of its time. */
    static StreamId one(Call call, int word) {
        return parse(text(call, word), 0, false);
    }

    /** An id for a new entry, which may leave its number open. */
    static Wanted wanted(Call call, int word) {
        String text = text(call, word);
        int dash = text.indexOf('-');
        if (dash >= 0 && text.substring(dash + 1).equals("*")) {
            return new Wanted(parse(text.substring(0, dash), 0, false), false);
        }
        return new Wanted(parse(text, 0, false), true);
    }

    /** Where an interval begins. */
    static StreamId start(Call call, int word) {
        String text = text(call, word);
        if (!isExclusive(text)) {
            return edge(text, 0);
        }
        StreamId before = parse(text.substring(1), 0, false);
        if (before.equals(StreamId.MAX)) {
            throw new Complaint(NO_START);
        }
        return before.next();
    }

    /** Where an interval ends. */
    static StreamId end(Call call, int word) {
        String text = text(call, word);
        if (!isExclusive(text)) {
            return edge(text, -1);
        }
        StreamId after = parse(text.substring(1), -1, false);
        if (after.equals(StreamId.ZERO)) {
            throw new Complaint(NO_END);
        }
        return after.previous();
    }

    private static boolean isExclusive(String text) {
        return text.length() > 1 && text.charAt(0) == '(';
    }

    private static StreamId edge(String text, long missing) {
        return parse(text, missing, true);
    }

    /** A word up to the first zero byte: Redis reads ids as C reads texts. */
    private static String text(Call call, int word) {
        if (call.arguments().length(word) > LONGEST) {
            throw new Complaint(INVALID);
        }
        String text = call.latin(word);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** @param missing the number where none is written */
    private static StreamId parse(String text, long missing, boolean mayBeEdge) {
        if (text.equals("-") || text.equals("+")) {
            if (!mayBeEdge) {
                throw new Complaint(INVALID);
            }
            return text.equals("-") ? StreamId.ZERO : StreamId.MAX;
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            return new StreamId(unsigned(text), missing);
        }
        return new StreamId(unsigned(text.substring(0, dash)), unsigned(text.substring(dash + 1)));
    }

    /** An unsigned number as C's {@code strtoull} takes it; but a plain negative one is refused. */
    private static long unsigned(String text) {
        int at = 0;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        boolean isSigned = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
        boolean isNegative = isSigned && text.charAt(at) == '-';
        at += isSigned ? 1 : 0;
        if (at == text.length()) {
            throw new Complaint(INVALID);
        }
        long value = 0;
        for (int i = at; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            boolean fits = Long.compareUnsigned(value, Long.divideUnsigned(-1 - digit, 10)) <= 0;
            if (digit < 0 || digit > 9 || !fits) {
                throw new Complaint(INVALID);
            }
            value = value * 10 + digit;
        }
        boolean isPlain = isNegative && text.matches("-[1-9][0-9]*");
        if (isPlain && Long.compareUnsigned(value, Long.MIN_VALUE) <= 0) {
            throw new Complaint(INVALID);
        }
        return isNegative ? -value : value;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
