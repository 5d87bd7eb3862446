package dev.larder.server.command;

import dev.larder.server.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The password of the user {@code default}, as its digest: comparing takes the same time whatever is given. Thread-safe.
 */
public final class Password {
    private static final byte[] NONE = {};

    private volatile byte[] digest = NONE;

    Password(Settings settings) {
        take(settings);
        settings.onChange(name -> {
            if (name.equals("requirepass")) {
                take(settings);
            }
        });
    }

    private void take(Settings settings) {
        String text = settings.text("requirepass");
        digest = text.isEmpty() ? NONE : digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether there is one. */
    public boolean isSet() {
        return digest.length > 0;
    }

    /** Whether this is it. True for anything where there is none. */
    public boolean accepts(byte[] given) {
        byte[] wanted = digest;
        return wanted.length == 0 || MessageDigest.isEqual(wanted, digest(given));
    }

    /** The digest of a password or a name. */
    public static byte[] digest(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
