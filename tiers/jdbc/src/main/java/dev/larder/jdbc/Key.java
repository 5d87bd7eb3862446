package dev.larder.jdbc;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A key as the tables know it. Immutable but for the arrays, which nobody changes.
 *
 * @param bytes the whole of it
 * @param hash its fixed-size stand-in in the primary key
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody but byHash
record Key(String text, byte[] bytes, byte[] hash) {
    private static final Comparator<Key> BY_HASH = (a, b) -> Arrays.compareUnsigned(a.hash, b.hash);

    static Key of(String text) {
        byte[] bytes = KeyBytes.of(text);
        return new Key(text, bytes, KeyBytes.hash(bytes));
    }

    /** The keys in one order for all processes, so that those who lock several rows seldom wait in a circle. */
    static List<Key> sorted(Collection<String> texts) {
        return texts.stream().distinct().map(Key::of).sorted(BY_HASH).toList();
    }
}
