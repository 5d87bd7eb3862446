package dev.larder.tag;

import dev.larder.store.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the entries of one cache their tags. Thread-safe as its tagger is. */
public final class Tagging<K, V> {
    private final @Nullable Tagger<? super K, ? super V> tagger;
    private final Tags tags = new Tags();

    /** @param tagger null where loaders alone give tags */
    public Tagging(@Nullable Tagger<? super K, ? super V> tagger) {
        this.tagger = tagger;
    }

    public Tags tags() {
        return tags;
    }

    /** Whether entries have tags beyond those that their loader gives. */
    public boolean hasTagger() {
        return tagger != null;
    }

    /**
     * The node with its tags, or itself where it has none.
     *
     * @param own what the loader said
     * @param begin when the reading of the value began
     */
    public Node<K, V> tagged(Node<K, V> node, Collection<String> own, Begin begin) {
        Collection<String> names = names(node, own);
        return names.isEmpty() ? node : new TaggedNode<>(node, tags.of(names), begin);
    }

    /** The node with tags that are known already, of an entry found in a shared tier. */
    public Node<K, V> labelled(Node<K, V> node, Collection<String> names, Begin begin) {
        return new TaggedNode<>(node, tags.of(names), begin);
    }

    private Collection<String> names(Node<K, V> node, Collection<String> own) {
        V value = node.value();
        if (tagger == null || value == null) {
            return own;
        }
        Collection<String> derived = tagger.tags(node.key(), value);
        if (own.isEmpty()) {
            return derived;
        }
        List<String> all = new ArrayList<>(own);
        all.addAll(derived);
        return all;
    }
}
