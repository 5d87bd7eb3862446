package dev.larder.server.store;

/** How long things may be, in bytes. Longer ones are refused by an {@link IllegalArgumentException}. */
public final class Limits {
    /** A key. */
    public static final int MAX_KEY_BYTES = 32_000;
    /** The name of a field. */
    public static final int MAX_FIELD_BYTES = 4_096;
    /** A string, or the value of a field. */
    public static final int MAX_VALUE_BYTES = 64 * 1024 * 1024;
    /** Databases there are. */
    public static final int DATABASES = 16;

    private Limits() {}

    static void check(String what, long bytes, int most) {
        if (bytes > most) {
            throw new IllegalArgumentException(what + " must have at most " + most + " bytes but had " + bytes);
        }
    }
}
