package dev.larder.jdbc;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A tag as the tables know it. Immutable but for the array, which nobody changes.
 *
 * @param id SHA-256 of the cache's identity and the name: tags of all caches are in one table
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody but byId
record TagName(String text, byte[] id) {
    private static final Comparator<TagName> BY_ID = (a, b) -> Arrays.compareUnsigned(a.id, b.id);

    static TagName of(byte[] cacheId, String text) {
        byte[] name = KeyBytes.of(text);
        byte[] whole = Arrays.copyOf(cacheId, cacheId.length + name.length); // a cache's identity has a fixed length
        System.arraycopy(name, 0, whole, cacheId.length, name.length);
        return new TagName(text, KeyBytes.hash(whole));
    }

    /** Each tag once, in one order for all processes. */
    static List<TagName> sorted(byte[] cacheId, Collection<String> texts) {
        return texts.stream()
                .distinct()
                .map(text -> of(cacheId, text))
                .sorted(BY_ID)
                .toList();
    }

    /** What stands for it in a map. */
    ByteBuffer key() {
        return ByteBuffer.wrap(id);
    }
}
