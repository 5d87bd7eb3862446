package dev.larder.load;

import dev.larder.expiry.Freshness;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.failure.TierException;
import dev.larder.load.Landing.Source;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.tier.Claim;
import dev.larder.tier.FarEntries;
import dev.larder.tier.Lease;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A load that the processes sharing a far tier do once (promise G1): look there; if it has nothing
 * fresh ask for the lease; who wins loads, renews the lease meanwhile and fills; who loses serves what is stale, or looks
 * again in growing steps until the value or the lease is there.
 *
 * <p>A tier that does not answer is gone around: the origin is asked directly. Thread-safe; one call serves one flight.
 */
final class LeasedLoad<K, V> {
    private static final long FIRST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** A load that lasts longer loses its lease, so that a hung loader does not keep the key from others for ever. */
    private static final long LONGEST_LEASE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final CacheContext<K, V> context;
    private final FarEntries<K, V> far;
    private final Origin<K, V> origin;

    LeasedLoad(CacheContext<K, V> context, FarEntries<K, V> far, Origin<K, V> origin) {
        this.context = context;
        this.far = far;
        this.origin = origin;
    }

    /** Finds or loads the value of {@code key}. Whether it may be kept in the near tier is the caller's to decide. */
    Landing<K, V> run(K key, LoadRequest<K, V> request) {
        Node<K, V> found;
        try {
            found = far.get(key, context.hasHeard());
        } catch (TierException e) { // promise G4: the origin is asked instead
            return fromOrigin(key, request);
        }
        Landing<K, V> landing = served(found, request);
        if (landing != null) {
            return landing;
        }
        return request.loader() == null ? new Landing<>(null, Source.NOTHING) : leased(key, request);
    }

    /** What the far tier's entry answers without a load, if anything. */
    @Nullable Landing<K, V> served(@Nullable Node<K, V> found, LoadRequest<K, V> request) {
        if (found == null) {
            return null;
        }
        return switch (context.judge(found, context.ticker().nanos())) {
            case FRESH -> new Landing<>(found, Source.FAR);
            case REFRESH_DUE -> request.refresh() ? null : new Landing<>(found, Source.FAR);
            case STALE -> request.refresh() ? null : new Landing<>(found, Source.STALE);
            case STALE_IF_ERROR, EXPIRED -> null;
        };
    }

    private Landing<K, V> fromOrigin(K key, LoadRequest<K, V> request) {
        EntryLoader<K, V> loader = request.loader();
        return loader == null
                ? new Landing<>(null, Source.NOTHING)
                : new Landing<>(origin.load(key, loader), Source.ORIGIN);
    }

    private Landing<K, V> leased(K key, LoadRequest<K, V> request) {
        long deadline =
                Ticker.after(context.ticker().nanos(), context.loadTimes().longestWait(false));
        long pause = FIRST_POLL_NANOS;
        while (true) {
            Claim<K, V> claim;
            try {
                claim = far.acquire(key, context.loadTimes().lease(), softWindow(request));
            } catch (TierException e) { // as in run
                return fromOrigin(key, request);
            }
            if (claim instanceof Claim.Hit<K, V> hit) {
                return new Landing<>(hit.node(), Source.FAR);
            }
            if (claim instanceof Claim.Won<K, V> won) {
                return asHolder(key, request, won);
            }
            Claim.Lost<K, V> lost = (Claim.Lost<K, V>) claim;
            if (isServable(lost.stale())) {
                return new Landing<>(lost.stale(), Source.STALE);
            }
            Landing<K, V> awaited = awaitHolder(key, lost.leaseLeftNanos(), Math.min(pause, untilDeadline(deadline)));
            if (awaited != null) {
                return awaited;
            }
            pause = Math.min(pause * 2, LONGEST_POLL_NANOS);
        }
    }

    private long untilDeadline(long deadline) {
        long left = deadline - context.ticker().nanos();
        if (left <= 0) {
            throw new LoadTimeoutException(
                    "another process has been loading for longer than this one waits (cache '" + context.name() + "')",
                    null);
        }
        return left;
    }

    boolean isServable(@Nullable Node<K, V> stale) {
        return stale != null && context.judge(stale, context.ticker().nanos()).compareTo(Freshness.STALE) <= 0;
    }

    /** Pauses, then looks whether the holder has filled; null where it has not. */
    private @Nullable Landing<K, V> awaitHolder(K key, long leaseLeftNanos, long pauseNanos) {
        double spread = 0.5 + ThreadLocalRandom.current().nextDouble();
        try {
            context.scheduler().pause(Math.min((long) (pauseNanos * spread), Math.max(1, leaseLeftNanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AbandonedLoadException(e);
        }
        try {
            Node<K, V> found = far.get(key, context.hasHeard());
            boolean fresh = found != null
                    && context.judge(found, context.ticker().nanos()).compareTo(Freshness.REFRESH_DUE) <= 0;
            return fresh ? new Landing<>(found, Source.FAR) : null;
        } catch (TierException e) { // the next acquire finds out, and goes to the origin
            return null;
        }
    }

    private Landing<K, V> asHolder(K key, LoadRequest<K, V> request, Claim.Won<K, V> won) {
        EntryLoader<K, V> loader = Objects.requireNonNull(request.loader());
        Renewal renewal = new Renewal(Map.of(key, won.lease()));
        Node<K, V> node;
        try {
            node = origin.load(key, loader);
        } catch (RuntimeException | Error e) {
            far.release(key, won.lease());
            if (context.isOfUse(won.stale(), context.ticker().nanos(), context.proofNanos())) {
                return new Landing<>(won.stale(), Source.FALLBACK);
            }
            throw e;
        } finally {
            renewal.stop();
        }
        return new Landing<>(stored(won.lease(), node), Source.ORIGIN);
    }

    /** Fills; where the lease was destroyed meanwhile, gives a node that is for who launched the flight only. */
    private Node<K, V> stored(Lease lease, Node<K, V> node) {
        try {
            if (far.fill(lease, node)) {
                return node;
            }
        } catch (TierException e) { // unknown whether it was stored; the near tier has its own fence
            return node;
        }
        context.counters().add(Count.DISCARDED_LOADS);
        return context.nodes().overtaken(node);
    }

    /** A value with no more than this left needs a load. */
    long softWindow(LoadRequest<K, V> request) {
        long stale = context.rules().staleWindow();
        double refreshAhead = context.rules().refreshAhead();
        if (!request.refresh() || refreshAhead >= 1 || context.rules().timeToLive() == Ticker.NEVER) {
            return stale;
        }
        return Ticker.after(stale, (long) (context.rules().timeToLive() * (1 - refreshAhead)));
    }

    /** Keeps leases alive while their holder loads. */
    final class Renewal {
        private final Map<K, Lease> leases;
        private final long endNanos;
        private volatile boolean stopped;
        private volatile @Nullable Scheduled next;

        Renewal(Map<K, Lease> leases) {
            this.leases = leases;
            this.endNanos = context.ticker().nanos() + LONGEST_LEASE_NANOS;
            scheduleNext();
        }

        private void scheduleNext() {
            next = context.scheduler().schedule(this::renew, context.loadTimes().lease() / 3);
        }

        private void renew() {
            if (stopped || context.ticker().nanos() >= endNanos) {
                return;
            }
            leases.forEach(
                    (key, lease) -> far.renew(key, lease, context.loadTimes().lease()));
            scheduleNext();
        }

        void stop() {
            stopped = true;
            Scheduled waiting = next;
            if (waiting != null) {
                waiting.cancel();
            }
        }
    }
}
