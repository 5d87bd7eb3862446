package dev.larder.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The names that one cache, or one partition of it, uses in Redis. Immutable; pure.
 *
 * <pre>
 *  {namespace:cache}:gen             the generation that is read
 *  {namespace:cache}:next            the generation that a rebuild is filling
 *  {namespace:cache}:rb              the token of that rebuild
 *  {namespace:cache}:old             generations whose entries nobody reads and nobody has swept away yet
 *  {namespace:cache}:tc              the tag clock: epoch and count, each in eight hex digits
 *  {namespace:cache}:tl              the tags changed last, the latest first
 *  {namespace:cache}:t:TAG           when TAG was changed, see Script.TAG_READ
 *  {namespace:cache}:GENERATION:v:k  the value of k
 *  {namespace:cache}:GENERATION:l:k  the lease on k
 *  namespace:bp                      the bus of all caches in the namespace: a stream
 * </pre>
 *
 * <p>The braces are Redis's hash tag: all that a step touches shares a slot. In a cluster a cache has partitions, each with
 * names like these, whose tag is {@code {namespace:cache:number}}; a key belongs to the one that its own slot points at. A
 * key is escaped, so that it holds no brace, no separator of the bus and nothing that UTF-8 cannot carry; different keys stay
 * different.
 */
final class Keyspace {
    private static final String VALUE = ":v:";
    private static final int ESCAPED_BELOW = 0x20;

    private final String prefix;
    private final String namespace;
    private final String cache;

    Keyspace(String namespace, String cache) {
        if (namespace.isEmpty() || cache.isEmpty() || cache.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a namespace and a cache's name must not be empty, nor the name hold a"
                    + " ':', but they were '" + namespace + "' and '" + cache + "'");
        }
        this.namespace = escape(namespace);
        this.cache = escape(cache);
        this.prefix = '{' + this.namespace + ':' + this.cache + "}:";
    }

    private Keyspace(Keyspace whole, int partition) {
        this.namespace = whole.namespace;
        this.cache = whole.cache;
        this.prefix = '{' + namespace + ':' + cache + ':' + partition + "}:";
    }

    /** The names of each of {@code count} partitions; of one, these. */
    List<Keyspace> partitions(int count) {
        return count == 1
                ? List.of(this)
                : IntStream.range(0, count)
                        .mapToObj(number -> new Keyspace(this, number))
                        .toList();
    }

    /** Which of {@code count} partitions a key belongs to. */
    static int partitionOf(String escapedKey, int count) {
        return count == 1 ? 0 : SlotHash.getSlot(escapedKey) % count;
    }

    /** What all names begin with. */
    String prefix() {
        return prefix;
    }

    /** The hash slot of all names but the bus's. */
    int slot() {
        return SlotHash.getSlot(prefix);
    }

    String cache() {
        return cache;
    }

    String current() {
        return prefix + "gen";
    }

    String next() {
        return prefix + "next";
    }

    String rebuild() {
        return prefix + "rb";
    }

    String old() {
        return prefix + "old";
    }

    String bus() {
        return namespace + ":bp";
    }

    String value(String generation, String escapedKey) {
        return prefix + generation + VALUE + escapedKey;
    }

    /** What the names of all values of a generation begin with. */
    String values(String generation) {
        return prefix + generation + VALUE;
    }

    /** A name under which there is never anything. */
    String nothing() {
        return prefix + "none";
    }

    String lease(String generation, String escapedKey) {
        return prefix + generation + ":l:" + escapedKey;
    }

    /** Value and lease, in the order that the scripts expect. */
    List<String> valueAndLease(String generation, String escapedKey) {
        return List.of(value(generation, escapedKey), lease(generation, escapedKey));
    }

    /** The tag clock and the list of what was changed last, in the order that the scripts expect. */
    List<String> tagClock() {
        return List.of(prefix + "tc", prefix + "tl");
    }

    String tag(String escapedTag) {
        return prefix + "t:" + escapedTag;
    }

    /** All controls, in the order that the scripts of clears and rebuilds expect. */
    List<String> controls() {
        return List.of(current(), next(), rebuild(), old());
    }

    /** A pattern for SCAN that finds what any partition of the cache has, and the like of other caches. */
    String pattern() {
        return "{" + (namespace + ':' + cache).replaceAll("([\\\\*?\\[\\]])", "\\\\$1") + "*}:*";
    }

    /** The generation that a key found by {@link #pattern()} belongs to, or null where it is none of these names. */
    @Nullable String generationOf(String redisKey) {
        int end = redisKey.indexOf(':', prefix.length());
        return redisKey.startsWith(prefix) && end > 0 ? redisKey.substring(prefix.length(), end) : null;
    }

    /** {@code key} without braces, percent signs, control characters and lone surrogates; never empty. */
    static String escape(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("a key must not be empty");
        }
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
            } else if (c < 0x80) {
                escaped.append(String.format("%%%02X", (int) c));
            } else {
                escaped.append(String.format("%%u%04X", (int) c));
            }
        }
        return escaped.toString();
    }

    /** The key that {@link #escape} was given; throws {@link IllegalArgumentException} for what it never returns. */
    static String unescape(String escaped) {
        int percent = escaped.indexOf('%');
        if (percent < 0) {
            return escaped;
        }
        StringBuilder key = new StringBuilder(escaped.length());
        int from = 0;
        while (percent >= 0) {
            int digits = escaped.startsWith("u", percent + 1) ? percent + 2 : percent + 1;
            int end = digits + (digits == percent + 2 ? 4 : 2);
            if (end > escaped.length()) {
                throw new IllegalArgumentException("a key on the bus ends within an escape");
            }
            key.append(escaped, from, percent).append((char) Integer.parseInt(escaped, digits, end, 16));
            from = end;
            percent = escaped.indexOf('%', from);
        }
        return key.append(escaped, from, escaped.length()).toString();
    }

    private static boolean isPlain(String key, int index) {
        char c = key.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < key.length() && Character.isLowSurrogate(key.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(key.charAt(index - 1));
        }
        return c >= ESCAPED_BELOW && c != '{' && c != '}' && c != '%';
    }
}
