package dev.larder.load;

import dev.larder.event.Events;
import dev.larder.expiry.ExpiryRules;
import dev.larder.expiry.Freshness;
import dev.larder.stats.Counters;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.store.Store;
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
 * @param trust when the near tier is believed
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
        Trust trust,
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
     * Up to when everything that other processes had invalidated has reached the near tier. To be asked before it is looked
     * at: a message that takes an entry away right after the look must not vouch for it.
     */
    public long proofNanos() {
        return far == null ? Ticker.NEVER : far.lastProofNanos();
    }

    /**
     * Whether everything that other processes had invalidated {@code maxSilence} ago is known to have reached
     * {@code node}: by the bus's {@code proof}, or because the value was read from the origin since.
     */
    public boolean isProven(Node<K, V> node, long now, long proof) {
        return Math.max(proof, node.bornNanos()) >= now - trust.maxSilenceNanos();
    }

    /** Whether {@code node}, as far as other processes could make it untrue, may be served at {@code now}. */
    public boolean isTrusted(Node<K, V> node, long now, long proof) {
        return trust.servesUnproven() || isProven(node, now, proof);
    }

    /**
     * Whether all that this reader waits for has been heard here. To be asked before anything is looked at: what is found
     * in the near tier afterwards, and each flight that can be joined then, has heard it too.
     */
    public boolean hasHeard() {
        Awaited awaited = trust.awaited();
        return awaited == null || awaited.isHeard();
    }

    /** {@code node} if it may be seen by a reader for whom {@code heard} was true before he looked; else null. */
    public @Nullable Node<K, V> seen(@Nullable Node<K, V> node, boolean heard) {
        Awaited awaited = trust.awaited();
        boolean isLater = awaited != null && node != null && node.bornNanos() > awaited.sinceNanos();
        return heard || isLater ? node : null;
    }

    /** The entry of {@code key} in {@code store}, if this reader may see it; not a use of it. */
    public @Nullable Node<K, V> peek(Store<K, V> store, K key) {
        boolean heard = hasHeard();
        return seen(store.peek(key), heard);
    }

    /** The same cache for a reader who waits for {@code awaited}. */
    public CacheContext<K, V> after(Awaited awaited) {
        Trust stricter = new Trust(trust.maxSilenceNanos(), trust.servesUnproven(), awaited);
        return new CacheContext<>(
                name, rules, loadTimes, near, far, stricter, nodes, tagging, failures, limit, counters, events, ticker,
                scheduler, executor);
    }

    /** Whether {@code node} may be served as fresh at {@code now}. */
    public boolean isFresh(@Nullable Node<K, V> node, long now, long proof) {
        return node != null && isTrusted(node, now, proof) && judge(node, now).compareTo(Freshness.REFRESH_DUE) <= 0;
    }

    /** Whether {@code node} may be served when the origin fails or is slow at {@code now}. */
    public boolean isOfUse(@Nullable Node<K, V> node, long now, long proof) {
        return node != null && isTrusted(node, now, proof) && judge(node, now) != Freshness.EXPIRED;
    }
}
