package dev.larder.tag;

import dev.larder.store.DetailedNode;
import dev.larder.store.Node;
import java.util.Arrays;
import java.util.List;

/** An entry with tags. What it is worth follows from them at each look, so to invalidate a tag touches no entry. */
public final class TaggedNode<K, V> extends DetailedNode<K, V> {
    private final Tag[] tags;
    private final long begun;

    /**
     * @param node the entry without tags
     * @param begin when the reading of its value began
     */
    TaggedNode(Node<K, V> node, Tag[] tags, Begin begin) {
        this(node, tags, begin.clock(), node.bornNanos() == UNKNOWN ? begin.nanos() : node.bornNanos());
    }

    private TaggedNode(Node<K, V> node, Tag[] tags, long begun, long bornNanos) {
        this(node, tags, begun, new Times(bornNanos, node.freshUntilNanos(), node.keepUntilNanos()));
    }

    private TaggedNode(Node<K, V> node, Tag[] tags, long begun, Times times) {
        super(node.key(), node.value(), node.weight(), times.born(), times.freshUntil(), times.keepUntil());
        this.tags = tags;
        this.begun = begun;
    }

    private record Times(long born, long freshUntil, long keepUntil) {}

    /** The names of its tags. */
    public List<String> tags() {
        return Arrays.stream(tags).map(Tag::name).toList();
    }

    @Override
    public boolean isVoid() {
        for (Tag tag : tags) {
            if (tag.isRemovedSince(begun)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long freshUntilNanos() {
        long until = super.freshUntilNanos();
        for (Tag tag : tags) {
            if (tag.isRemovedSince(begun)) {
                return Math.min(bornNanos(), until);
            }
            until = tag.freshUntil(begun, until);
        }
        return until;
    }

    @Override
    public Node<K, V> retimed(long bornNanos, long freshUntilNanos, long keepUntilNanos) {
        TaggedNode<K, V> node =
                new TaggedNode<>(this, tags, begun, new Times(bornNanos, freshUntilNanos, keepUntilNanos));
        node.markRead(readNanos());
        return node;
    }
}
