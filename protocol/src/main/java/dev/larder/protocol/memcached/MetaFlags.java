package dev.larder.protocol.memcached;

/**
 * The flags of a meta command or of its reply: each a character, some with a token behind it, such as {@code T30}. Their
 * order is kept. Immutable.
 */
public final class MetaFlags {
    /** No flags. */
    public static final MetaFlags NONE = new MetaFlags("");

    private final String text;

    private MetaFlags(String text) {
        this.text = text;
    }

    /** The flags written in {@code text}, separated by one space each; more spaces do no harm. */
    public static MetaFlags of(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("flags must be printable ASCII but have character " + (int) c);
            }
        }
        return text.isBlank() ? NONE : new MetaFlags(text);
    }

    /** What a parser has checked already. */
    static MetaFlags trusted(String text) {
        return text.isEmpty() ? NONE : new MetaFlags(text);
    }

    /** These and {@code flag} with {@code number} as its token. */
    public MetaFlags plus(char flag, long number) {
        return MetaFlags.of((text.isEmpty() ? "" : text + ' ') + flag + Long.toUnsignedString(number));
    }

    /** Whether {@code flag} is among them. */
    public boolean has(char flag) {
        return find(flag) >= 0;
    }

    /** The token of {@code flag}; empty where it has none, or is not among them. */
    public String token(char flag) {
        int at = find(flag);
        if (at < 0) {
            return "";
        }
        int end = text.indexOf(' ', at);
        return text.substring(at + 1, end < 0 ? text.length() : end);
    }

    /** The token of {@code flag} as a number of up to 64 bits, unsigned unless it begins with a minus. */
    public long number(char flag) {
        String token = token(flag);
        try {
            return token.startsWith("-") ? Long.parseLong(token) : Long.parseUnsignedLong(token);
        } catch (NumberFormatException e) {
            throw new ProtocolException("flag " + flag + " should have a number as its token");
        }
    }

    private int find(char flag) {
        for (int at = 0; at >= 0 && at < text.length(); at = next(at)) {
            if (text.charAt(at) == flag) {
                return at;
            }
        }
        return -1;
    }

    private int next(int at) {
        int space = text.indexOf(' ', at);
        return space < 0 ? -1 : space + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MetaFlags flags && text.equals(flags.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
