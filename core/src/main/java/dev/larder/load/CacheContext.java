package dev.larder.load;

import dev.larder.event.Events;
import dev.larder.expiry.ExpiryRules;
import dev.larder.expiry.Freshness;
import dev.larder.stats.Counters;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.tag.Begin;
import dev.larder.tag.Tagging;
import dev.larder.tier.FarEntries;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one cache that its read and write paths share. Immutable; the parts are thread-safe.
 *
 * @param name the cache's name
 * @param rules its times
 * @param loadTimes its time-outs
 * @param near its in-process tier
 * @param far its shared tier, if it has one
 * @param maxSilenceNanos how old the bus's last proof may be before the near tier is not trusted
 * @param nodes makes its entries
 * @param tagging gives them their tags
 * @param failures keys whose loads failed lately
 * @param limit how many loads and waiters there may be
 * @param counters its counters
 * @param events its listeners
 * @param ticker its clock
 * @param scheduler its timer
 * @param executor runs its refreshes and timed loads
 */
public record CacheContext<K, V>(
        String name,
        ExpiryRules rules,
        LoadTimes loadTimes,
        NearTier<K, V> near,
        @Nullable FarEntries<K, V> far,
        long maxSilenceNanos,
        NodeFactory<K, V> nodes,
        Tagging<K, V> tagging,
        Failures<K> failures,
        LoadLimit limit,
        Counters counters,
        Events<K, V> events,
        Ticker ticker,
        Scheduler scheduler,
        Executor executor) {

    /** Whether entries may have tags: everywhere but over a far tier that cannot keep them. */
    public boolean keepsTags() {
        return far == null || far.keepsTags();
    }

    /** The reading of a value begins. */
    public Begin begin() {
        return new Begin(tagging.tags().now(), ticker.nanos());
    }

    /** A node of a value that is put now. */
    public Node<K, V> node(K key, V value) {
        return tagging.hasTagger()
                ? node(key, value, begin())
                : nodes.node(key, value, nodes.readsTime(value) ? ticker.nanos() : 0);
    }

    /** A node of a value that is put now, after something that began at {@code begin}. */
    public Node<K, V> node(K key, V value, Begin begin) {
        return tagging.tagged(nodes.node(key, value, ticker.nanos()), List.of(), begin);
    }

    /** What {@code node} is worth at {@code now}; of no use where it may have missed an invalidation. */
    public Freshness judge(Node<K, V> node, long now) {
        if (node.isVoid()) {
            return Freshness.EXPIRED;
        }
        if (rules.timeToIdle() != Ticker.NEVER && now - node.readNanos() >= rules.timeToIdle()) {
            return Freshness.EXPIRED;
        }
        return rules.judge(node.bornNanos(), node.freshUntilNanos(), now);
    }

    /**
     * Whether everything that other processes had invalidated {@code maxSilence} ago is known to have reached
     * {@code node}: by the bus's proof, or because the value was read from the origin since.
     */
    public boolean isProven(Node<K, V> node, long now) {
        return far == null || Math.max(far.lastProofNanos(), node.bornNanos()) >= now - maxSilenceNanos;
    }

    /** Whether {@code node} may be served as fresh at {@code now}. */
    public boolean isFresh(@Nullable Node<K, V> node, long now) {
        return node != null && isProven(node, now) && judge(node, now).compareTo(Freshness.REFRESH_DUE) <= 0;
    }

    /** Whether {@code node} may be served when the origin fails or is slow at {@code now}. */
    public boolean isOfUse(@Nullable Node<K, V> node, long now) {
        return node != null && isProven(node, now) && judge(node, now) != Freshness.EXPIRED;
    }
}
