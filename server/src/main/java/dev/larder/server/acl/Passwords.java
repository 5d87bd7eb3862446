package dev.larder.server.acl;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What is kept of passwords. Pure functions. */
public final class Passwords {
    private Passwords() {}

    /** The SHA-256 of a password, or of a name that is as secret. */
    public static byte[] digest(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
