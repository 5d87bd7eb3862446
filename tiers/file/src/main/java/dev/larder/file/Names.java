package dev.larder.file;

import dev.larder.tier.Tokens;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The names of files and folders. Pure. Safe on any file system: only lower-case letters, digits, {@code . _ -}, of
 * limited length, told apart by a hash so that case and Unicode do not matter.
 *
 * <pre>
 *  larder.lock, .clock, .now, .usage                 one each in the tier's folder
 *  n-HASH-TEXT/bus                                   a namespace and its log
 *  n-HASH-TEXT/c-HASH-TEXT/control                   a cache and its generations' names
 *  n-HASH-TEXT/c-HASH-TEXT/tags                      the cache's tag clock, and when its tags were invalidated
 *  n-HASH-TEXT/c-HASH-TEXT/GENERATION/xx/yy/HASH.v   the value of a key; an empty one is a tombstone
 *  n-HASH-TEXT/c-HASH-TEXT/GENERATION/xx/yy/HASH.l   the lease on a key
 *  t-RANDOM                                          anywhere: a file being written
 * </pre>
 */
final class Names {
    static final String LOCK = "larder.lock";
    static final String CLOCK = "larder.clock";
    static final String NOW = "larder.now";
    static final String USAGE = "larder.usage";
    static final String BUS = "bus";
    static final String CONTROL = "control";
    static final String TAGS = "tags";
    static final String VALUE = ".v";
    static final String LEASE = ".l";

    static final Pattern NAMESPACE = Pattern.compile("n-[0-9a-f]{16}-[a-z0-9._-]*");
    static final Pattern CACHE = Pattern.compile("c-[0-9a-f]{16}-[a-z0-9._-]*");
    static final Pattern GENERATION = Pattern.compile("[0-9a-f]{32}");
    static final Pattern BRANCH = Pattern.compile("[0-9a-f]{2}");
    static final Pattern ENTRY = Pattern.compile("[0-9a-f]{32}\\.[vl]");
    static final Pattern TEMPORARY = Pattern.compile("t-[0-9a-f]{32}");

    /** Folders on each of the two levels below a generation; a power of two. */
    static final int BRANCHES = 32;

    private static final int LONGEST_TEXT = 40;
    private static final int HASH_BYTES = 16;
    private static final int SHORT_HASH_BYTES = 8;

    private Names() {}

    static String namespace(String namespace) {
        return "n-" + readable(namespace);
    }

    static String cache(String cache) {
        return "c-" + readable(cache);
    }

    static String temporary() {
        return "t-" + Tokens.next();
    }

    /** 128 bits of SHA-256 over the key's characters: who would make two keys collide has no chance to. */
    static byte[] hash(String text) {
        byte[] bytes = new byte[HASH_BYTES];
        System.arraycopy(sha256(text), 0, bytes, 0, HASH_BYTES);
        return bytes;
    }

    private static String readable(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length() && plain.length() < LONGEST_TEXT; i++) {
            char c = Character.toLowerCase(text.charAt(i));
            plain.append("abcdefghijklmnopqrstuvwxyz0123456789.-".indexOf(c) < 0 ? '_' : c);
        }
        return HexFormat.of().formatHex(sha256(text), 0, SHORT_HASH_BYTES) + '-' + plain;
    }

    private static byte[] sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return digest.digest(Text.bytes(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
