package dev.larder.write;

import dev.larder.failure.LarderException;
import dev.larder.failure.RebuildException;
import dev.larder.failure.TierException;
import dev.larder.load.CacheContext;
import dev.larder.load.NextGeneration;
import dev.larder.store.Node;
import dev.larder.tag.Begin;
import dev.larder.tier.FarEntries;
import dev.larder.tier.FarRebuild;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Replaces the whole content of a cache (promise G7): fills a generation that nobody reads, then switches.
 * Where there is a far tier, the generation is built there, and the near tier starts empty after the switch; else it is
 * built in the near tier. Thread-safe; one rebuild of a cache at a time.
 */
public final class RebuildPath<K, V> {
    private static final int BATCH = 500;
    /** How long the far tier may take to make a rebuild known to every process, beyond the bus's longest silence. */
    private static final long BEGIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final CacheContext<K, V> context;
    private final Invalidation<K, V> invalidation;

    public RebuildPath(CacheContext<K, V> context, Invalidation<K, V> invalidation) {
        this.context = context;
        this.invalidation = invalidation;
    }

    /** Serves the content of {@code entries} and nothing else from now on; closes the stream. */
    public RebuildReport rebuild(Stream<? extends Map.Entry<? extends K, ? extends V>> entries) {
        long begun = context.ticker().nanos();
        FarEntries<K, V> far = context.far();
        try (entries) {
            Tally tally = far == null ? rebuildNear(entries.iterator()) : rebuildFar(far, entries.iterator());
            context.failures().clear();
            return new RebuildReport(
                    tally.rows,
                    tally.superseded,
                    Duration.ofNanos(context.ticker().nanos() - begun));
        } catch (LarderException e) {
            throw e instanceof RebuildException ? e : failed(e);
        } catch (RuntimeException e) { // the origin's stream
            throw failed(e);
        }
    }

    private RebuildException failed(RuntimeException cause) {
        return new RebuildException(
                "the rebuild failed and the old generation goes on: " + cause + " (cache '" + context.name() + "')",
                cause);
    }

    private Tally rebuildNear(Iterator<? extends Map.Entry<? extends K, ? extends V>> entries) {
        NextGeneration<K, V> next = context.near().beginRebuild();
        Begin begin = context.begin();
        Tally tally = new Tally();
        try {
            while (entries.hasNext()) {
                tally.rows++;
                if (!next.offer(node(entries.next(), begin))) {
                    tally.superseded++;
                }
            }
            if (!context.near().switchTo(next)) {
                throw overtaken();
            }
            return tally;
        } finally {
            context.near().abandon(next);
        }
    }

    private Tally rebuildFar(FarEntries<K, V> far, Iterator<? extends Map.Entry<? extends K, ? extends V>> entries) {
        Begin begin = context.begin();
        FarEntries.Rebuilding rebuild =
                far.rebuild(BEGIN_NANOS + context.trust().maxSilenceNanos());
        Tally tally = new Tally();
        boolean switched = false;
        try {
            List<Node<K, V>> batch = new ArrayList<>();
            while (entries.hasNext()) {
                tally.rows++;
                batch.add(node(entries.next(), begin));
                if (batch.size() == BATCH || !entries.hasNext()) {
                    tally.superseded += far.write(rebuild, batch);
                    batch.clear();
                }
            }
            switched = commit(far, rebuild);
        } finally {
            if (!switched) {
                abort(rebuild.place());
            }
        }
        if (!switched) {
            throw overtaken();
        }
        forgetOldGeneration(far);
        return tally;
    }

    private boolean commit(FarEntries<K, V> far, FarEntries.Rebuilding rebuild) {
        try {
            return far.commit(rebuild);
        } catch (TierException e) { // it may have switched all the same: no process may go on serving the old values
            forgetOldGeneration(far);
            throw new RebuildException(
                    "the answer to the switch was lost, so either generation may be served; run the rebuild again"
                            + " (cache '" + context.name() + "')",
                    e);
        }
    }

    private void forgetOldGeneration(FarEntries<K, V> far) {
        invalidation.cleared();
        far.publishCleared();
    }

    private static void abort(FarRebuild rebuild) {
        try {
            rebuild.abort();
        } catch (TierException e) { // the tier is away: what was written there ends by its time to live
            return;
        }
    }

    private RebuildException overtaken() {
        return new RebuildException(
                "the cache was cleared, or the rebuild stalled, before it could switch; run it again (cache '"
                        + context.name() + "')",
                null);
    }

    private Node<K, V> node(Map.Entry<? extends K, ? extends V> entry, Begin begin) {
        K key = Objects.requireNonNull(entry.getKey(), "a rebuild's key");
        V value = Objects.requireNonNull(entry.getValue(), "a rebuild's value");
        return context.node(key, value, begin);
    }

    /** Counts of one rebuild; confined to its thread. */
    private static final class Tally {
        private long rows;
        private long superseded;
    }
}
