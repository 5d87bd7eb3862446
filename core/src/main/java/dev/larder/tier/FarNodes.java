package dev.larder.tier;

import dev.larder.codec.Envelope;
import dev.larder.codec.Labels;
import dev.larder.store.Node;
import dev.larder.tag.Begin;
import dev.larder.tag.Tagging;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the entries of one cache out of what the far tier answered, judged by their tags. Thread-safe; asks the tier where
 * this process does not know enough of the tags, as {@link SharedTags} does.
 */
final class FarNodes<K, V> {
    private final FarFormat<K, V> format;
    private final Tagging<K, V> tagging;
    private final SharedTags tags;
    private final Ticker ticker;

    FarNodes(FarFormat<K, V> format, Tagging<K, V> tagging, SharedTags tags, Ticker ticker) {
        this.format = format;
        this.tagging = tagging;
        this.tags = tags;
        this.ticker = ticker;
    }

    /** When a question was asked, and the tag clock's reading that came with its answer. */
    record Asked(Begin begin, long clock) {}

    /** Begins a question: what is invalidated from now on is not in its answer, or is found to be void. */
    Begin begin() {
        return new Begin(tagging.tags().now(), ticker.nanos());
    }

    /** The entry in {@code value}; null where it is of no use: unreadable, over, or untrue by its tags. */
    @Nullable Node<K, V> node(K key, FarValue value, Asked asked) {
        Envelope envelope = open(value);
        if (envelope == null) {
            return null;
        }
        Labels labels = envelope.labels();
        long clock = labels == null ? asked.clock() : tags.prepare(List.of(labels), asked.clock());
        return node(key, envelope, value.leftMillis(), new Asked(asked.begin(), clock));
    }

    /** As {@link #node(Object, FarValue, Asked)} for many; those that are of no use are left out. */
    Map<K, Node<K, V>> nodes(Map<K, FarValue> values, Asked asked) {
        Map<K, Envelope> envelopes = new LinkedHashMap<>();
        List<Labels> labels = new ArrayList<>();
        values.forEach((key, value) -> {
            Envelope envelope = open(value);
            if (envelope != null) {
                envelopes.put(key, envelope);
                Labels own = envelope.labels();
                if (own != null) {
                    labels.add(own);
                }
            }
        });
        Asked judged = new Asked(asked.begin(), tags.prepare(labels, asked.clock()));
        Map<K, Node<K, V>> nodes = new HashMap<>();
        envelopes.forEach((key, envelope) -> {
            FarValue value = values.get(key);
            Node<K, V> node = value == null ? null : node(key, envelope, value.leftMillis(), judged);
            if (node != null) {
                nodes.put(key, node);
            }
        });
        return nodes;
    }

    private @Nullable Envelope open(FarValue value) {
        return value.leftMillis() == 0 ? null : format.open(value);
    }

    private @Nullable Node<K, V> node(K key, Envelope envelope, long leftMillis, Asked asked) {
        long staleSince = tags.staleSince(envelope.labels(), asked.clock());
        return staleSince == SharedTags.VOID ? null : format.node(key, envelope, leftMillis, asked.begin(), staleSince);
    }
}
