package dev.larder.memcached;

import dev.larder.protocol.memcached.Key;
import dev.larder.tier.TagReading;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How one cache's items are called. Thread-safe: immutable.
 *
 * <pre>
 *  namespace:cache:gen               the pointer: which generation is read, which one a rebuild fills
 *  namespace:cache:anchors           on each anchor: which anchors there are
 *  namespace:cache:ring:NUMBER       the servers of a ring, and of those before it
 *  namespace:cache:turn              there for a while after the ring changed
 *  namespace:cache:rb                the rebuild's token
 *  namespace:cache:GENERATION:v:KEY  a value, or a place kept for one      :l:KEY  a lease
 *  namespace:cache:GENERATION:V:HASH the same for a key that is too long   :L:HASH
 *  namespace:cache:GENERATION:p:NAME:N   a part of a large value
 *  namespace:cache:tc                the tag clock             :tl:EPOCH  its log
 *  namespace:cache:t:TAG             a tag's record            :T:HASH    the same for a tag that is too long
 *  namespace:bp                      the number of the bus's last message   namespace:bp:NUMBER  a message
 * </pre>
 *
 * Spaces, control characters, percent signs and lone surrogates of keys are escaped. A name longer than Memcached takes has
 * the SHA-256 of the key in its stead; then the key itself stands before the value, and a value of another key is none.
 */
final class Keyspace {
    /** A longer prefix leaves too little room for keys. */
    private static final int LONGEST_PREFIX = 120;

    private final String prefix;

    /** One entry's names; {@code text} is the escaped key where the names hold its hash, else null. */
    record Entry(String suffix, @Nullable String text) {
        private String kind(char plain, char hashed) {
            return ":" + (text == null ? plain : hashed) + ":";
        }
    }

    Keyspace(String namespace, String cache) {
        String whole = escape(namespace) + ":" + escape(cache) + ":";
        this.prefix = bytes(whole).length <= LONGEST_PREFIX ? whole : "#" + hash(whole) + ":";
    }

    Key pointer() {
        return Key.of(prefix + "gen");
    }

    Key rebuild() {
        return Key.of(prefix + "rb");
    }

    Key tagClock() {
        return Key.of(prefix + "tc");
    }

    /** The log of the epoch of {@code clock}. */
    Key tagLog(long clock) {
        return Key.of(prefix + "tl:" + Long.toHexString(clock >>> TagReading.COUNT_BITS));
    }

    Key tag(String name) {
        String escaped = escape(name);
        boolean fits = bytes(prefix).length + 2 + bytes(escaped).length <= Key.MAX_BYTES;
        return Key.of(prefix + (fits ? "t:" + escaped : "T:" + hash(escaped)));
    }

    Key anchors() {
        return Key.of(prefix + "anchors");
    }

    Key ring(int number) {
        return Key.of(prefix + "ring:" + Integer.toHexString(number));
    }

    Key turn() {
        return Key.of(prefix + "turn");
    }

    /** The names of {@code key}; generations have {@code generationLength} characters. */
    Entry entry(String key, int generationLength) {
        String escaped = escape(key);
        boolean fits = bytes(prefix).length + generationLength + 3 + bytes(escaped).length <= Key.MAX_BYTES;
        return fits ? new Entry(escaped, null) : new Entry(hash(escaped), escaped);
    }

    Key value(String generation, Entry entry) {
        return Key.of(prefix + generation + entry.kind('v', 'V') + entry.suffix());
    }

    /** One of the parts called {@code name} of a large value. */
    Key part(String generation, String name, int index) {
        return Key.of(prefix + generation + ":p:" + name + ":" + index);
    }

    Key lease(String generation, Entry entry) {
        return Key.of(prefix + generation + entry.kind('l', 'L') + entry.suffix());
    }

    /** What the bus's items begin with. */
    static String bus(String namespace) {
        String whole = escape(namespace) + ":bp";
        return bytes(whole).length <= LONGEST_PREFIX ? whole : "#" + hash(whole);
    }

    /** {@code key} without spaces, control characters, percent signs and lone surrogates. */
    static String escape(String key) {
        int clean = 0;
        while (clean < key.length() && isPlain(key, clean)) {
            clean++;
        }
        if (clean == key.length()) {
            return key;
        }
        StringBuilder escaped = new StringBuilder(key.length() + 16).append(key, 0, clean);
        for (int i = clean; i < key.length(); i++) {
            char c = key.charAt(i);
            if (isPlain(key, i)) {
                escaped.append(c);
            } else {
                escaped.append(String.format(c < 0x80 ? "%%%02X" : "%%u%04X", (int) c));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(String key, int index) {
        char c = key.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < key.length() && Character.isLowSurrogate(key.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(key.charAt(index - 1));
        }
        return c > ' ' && c != '%' && c != 0x7F;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
