package dev.larder.tag;

import java.util.Collection;

/** The tags of an entry, from its key and value. Called by whoever loads or puts, with no lock held; must be quick. */
@FunctionalInterface
public interface Tagger<K, V> {
    /** The names, in any order; empty for none. Not called for a cached null. */
    Collection<String> tags(K key, V value);
}
