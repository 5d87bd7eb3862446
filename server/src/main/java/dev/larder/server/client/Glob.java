package dev.larder.server.client;

/**
 * Patterns as Redis has them: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash before what stands for
 * itself. Pure. One star is tried again at a time, so that no pattern takes more than its length times that of the text.
 */
public final class Glob {
    private final byte[] pattern;
    private final boolean ignoresCase;
    /** Behind what was matched last. */
    private int next;

    private Glob(byte[] pattern, boolean ignoresCase) {
        this.pattern = pattern;
        this.ignoresCase = ignoresCase;
    }

    /** Whether all of the slice matches. */
    public static boolean matches(byte[] pattern, byte[] text, int offset, int length) {
        return new Glob(pattern, false).matches(text, offset, offset + length);
    }

    /** The same whatever the case of letters. */
    public static boolean matchesIgnoringCase(byte[] pattern, byte[] text) {
        return new Glob(pattern, true).matches(text, 0, text.length);
    }

    private boolean matches(byte[] text, int from, int end) {
        int at = 0;
        int textAt = from;
        int star = -1;
        int starText = 0;
        while (textAt < end) {
            if (at < pattern.length && pattern[at] == '*') {
                star = ++at;
                starText = textAt;
            } else if (at < pattern.length && isOne(at, text[textAt])) {
                at = next;
                textAt++;
            } else if (star >= 0) {
                at = star;
                textAt = ++starText;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    /** Whether what is at {@code at} of the pattern, which is no star, stands for a byte; sets {@link #next}. */
    private boolean isOne(int at, byte each) {
        return switch (pattern[at]) {
            case '?' -> {
                next = at + 1;
                yield true;
            }
            case '[' -> isInClass(at + 1, each);
            case '\\' -> {
                int quoted = at + 1 < pattern.length ? at + 1 : at;
                next = quoted + 1;
                yield isSame(pattern[quoted], each);
            }
            default -> {
                next = at + 1;
                yield isSame(pattern[at], each);
            }
        };
    }

    /** A class that is not closed goes to the end, as with Redis. */
    private boolean isInClass(int first, byte each) {
        boolean isNot = first < pattern.length && pattern[first] == '^';
        int at = isNot ? first + 1 : first;
        boolean found = false;
        while (at < pattern.length && pattern[at] != ']') {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                found |= isSame(pattern[at + 1], each);
                at += 2;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                found |= isBetween(pattern[at], pattern[at + 2], each);
                at += 3;
            } else {
                found |= isSame(pattern[at], each);
                at++;
            }
        }
        next = Math.min(at + 1, pattern.length);
        return found != isNot;
    }

    private boolean isBetween(byte one, byte other, byte each) {
        int low = Math.min(folded(one), folded(other));
        int high = Math.max(folded(one), folded(other));
        return folded(each) >= low && folded(each) <= high;
    }

    private boolean isSame(byte one, byte other) {
        return folded(one) == folded(other);
    }

    private int folded(byte each) {
        int value = each & 0xFF;
        return ignoresCase && value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
    }
}
