package dev.larder.tier;

import dev.larder.codec.Codec;
import dev.larder.codec.Envelope;
import dev.larder.codec.KeyCodec;
import dev.larder.codec.Labels;
import dev.larder.stats.Count;
import dev.larder.stats.Counters;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.tag.Begin;
import dev.larder.tag.TaggedNode;
import dev.larder.tag.Tagging;
import dev.larder.time.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Between the entries of a cache and what a far tier keeps of them: keys as text, values in envelopes, times as what is
 * left of them. Unreadable bytes are counted and count as nothing (promise G10). Thread-safe as the codecs are.
 */
public final class FarFormat<K, V> {
    /** Nothing lives longer in a far tier, so that what is forgotten leaves by itself. */
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(30);
    /** Longer keys are refused: a far tier is no place for them. */
    private static final int LONGEST_KEY = 4_096;

    private static final Logger LOG = System.getLogger(FarFormat.class.getName());

    private final KeyCodec<K> keys;
    private final Codec<V> values;
    private final int compressAbove;
    private final NodeFactory<K, V> nodes;
    private final Tagging<K, V> tagging;
    private final Counters counters;
    private volatile boolean hasLoggedFailure;

    /** How keys become text and values bytes, of which more than {@code compressAbove} are deflated. */
    public record Codings<K, V>(KeyCodec<K> keys, Codec<V> values, int compressAbove) {}

    public FarFormat(Codings<K, V> codings, NodeFactory<K, V> nodes, Tagging<K, V> tagging, Counters counters) {
        this.keys = codings.keys();
        this.values = codings.values();
        this.compressAbove = codings.compressAbove();
        this.nodes = nodes;
        this.tagging = tagging;
        this.counters = counters;
    }

    String text(K key) {
        String text = keys.encode(key);
        if (text.isEmpty() || text.length() > LONGEST_KEY) {
            throw new IllegalArgumentException("a key's text for a far tier must have 1 to " + LONGEST_KEY
                    + " characters but had " + text.length());
        }
        return text;
    }

    K key(String text) {
        return keys.decode(text);
    }

    /** The envelope in {@code found}; null where there is none that can be read. */
    @Nullable Envelope open(FarValue found) {
        Envelope envelope = Envelope.open(found.bytes(), values.name());
        if (envelope == null) {
            counters.add(Count.UNREADABLE);
        }
        return envelope;
    }

    /**
     * The entry in {@code envelope}, of which {@code leftMillis} were left; null where its value cannot be read.
     *
     * @param begin when it was asked for
     * @param staleSince since when its tags have made it old
     */
    @Nullable Node<K, V> node(K key, Envelope envelope, long leftMillis, Begin begin, long staleSince) {
        try {
            V value = envelope.value(values);
            Node<K, V> node = nodes.timed(key, value, times(envelope, leftMillis, begin.nanos(), staleSince));
            node.markRead(begin.nanos());
            Labels labels = envelope.labels();
            return labels == null ? node : tagging.labelled(node, labels.tags(), begin);
        } catch (RuntimeException e) { // a codec may throw anything at bytes it does not know
            counters.add(Count.UNREADABLE);
            return null;
        }
    }

    private static NodeFactory.Times times(Envelope envelope, long leftMillis, long sentAt, long staleSince) {
        Envelope.Terms terms = envelope.terms();
        long left = leftMillis < 0 ? Ticker.NEVER : TimeUnit.MILLISECONDS.toNanos(leftMillis);
        long age = TimeUnit.MILLISECONDS.toNanos(Math.max(0, terms.lifeMillis() - leftMillis) + terms.loadMillis());
        long keepUntil = Ticker.after(sentAt, left);
        long stale = TimeUnit.MILLISECONDS.toNanos(terms.staleMillis());
        boolean unlimited = keepUntil == Ticker.NEVER;
        long freshUntil = unlimited ? Ticker.NEVER : keepUntil - stale;
        if (envelope
                .isSoftlyExpired()) { // then the tier keeps it for no longer than the stale window, from that moment
            freshUntil = Math.min(freshUntil, sentAt);
        }
        if (staleSince < freshUntil) {
            freshUntil = staleSince;
            keepUntil = Math.min(keepUntil, Ticker.after(staleSince, stale));
        }
        return new NodeFactory.Times(sentAt - age, freshUntil, keepUntil);
    }

    /** The names of the tags of {@code node}. */
    List<String> tags(Node<K, V> node) {
        return node instanceof TaggedNode<K, V> tagged ? tagged.tags() : List.of();
    }

    /**
     * What to store for {@code node} at {@code now}; null where it is past its time already.
     *
     * @param begun the tag clock's reading before its value was read; matters only where it has tags
     */
    @Nullable FarValue value(Node<K, V> node, long now, long begun) {
        if (node.freshUntilNanos() <= now) {
            return null;
        }
        long life = Math.min(LONGEST_MILLIS, TimeUnit.NANOSECONDS.toMillis(node.keepUntilNanos() - now));
        long stale = node.keepUntilNanos() == Ticker.NEVER
                ? 0
                : TimeUnit.NANOSECONDS.toMillis(node.keepUntilNanos() - node.freshUntilNanos());
        if (life <= stale) { // less than a millisecond is left
            return null;
        }
        int load = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(now - node.bornNanos()));
        V value = node.value();
        byte[] payload = value == null ? null : values.encode(value);
        List<String> names = tags(node);
        Labels labels = names.isEmpty() ? null : new Labels(begun, names);
        Envelope.Terms terms = new Envelope.Terms(life, stale, load);
        Envelope.Content content = new Envelope.Content(payload, labels, compressAbove);
        return new FarValue(Envelope.seal(values.name(), content, terms), life);
    }

    /** As {@link #value}, but null too where the codec fails: the read that loaded the value must not fail for it. */
    @Nullable FarValue valueIfWritable(Node<K, V> node, long now, long begun) {
        try {
            return value(node, now, begun);
        } catch (RuntimeException e) { // a codec may throw anything
            failedToEncode(e);
            return null;
        }
    }

    private void failedToEncode(RuntimeException failure) {
        counters.add(Count.FAR_FAILURES);
        if (!hasLoggedFailure) { // once: a codec that fails, fails often
            hasLoggedFailure = true;
            LOG.log(
                    Level.WARNING,
                    "codec '" + values.name() + "' cannot write a value, which is not shared therefore;"
                            + " further failures are not logged",
                    failure);
        }
    }
}
