package dev.larder.failure;

/** How keys appear in messages: cut and escaped, so that what a stranger chose as a key cannot forge a log line. */
public final class KeyText {
    private static final int LONGEST = 64;

    private KeyText() {}

    /** {@code key} as text of {@value #LONGEST} characters at most; never throws. */
    public static String of(Object key) {
        String text;
        try {
            text = String.valueOf(key);
        } catch (RuntimeException e) { // a user's toString; the message matters more
            text = key.getClass().getName();
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < LONGEST; i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return text.length() > LONGEST ? out + "…" : out.toString();
    }
}
