package dev.larder.redis;

import dev.larder.failure.TierException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps near tiers right by what Redis itself tells of changes: {@code CLIENT TRACKING} in its broadcasting mode. What the bus
 * brings is what processes of Larder changed; this is what anybody changed, and what expired or was evicted.
 *
 * <p>One {@link Watcher} for each master. Each partition of each cache is watched there by two prefixes: the pointer's name,
 * and that of the values of the generation read. Leases, tombstones and the rows of a rebuild are not told of.
 *
 * <p><b>Rules.</b> No step is taken with a view before the generation it names is watched ({@link #cover}), on a connection
 * to the same run of the same server: so what a step reads has been watched since before it was read. Where there is no such
 * connection the step is taken all the same, and nothing is proven. A partition that comes to another connection, because
 * the first one was lost or its slot has moved, is a gap: first it is watched, then near tiers are emptied, then proofs
 * count. A cache's proof is the oldest of its partitions'.
 *
 * <p>Confined to the executor, which runs one task at a time, except for {@link #add}, {@link #cover}, {@link #storing},
 * {@link #catchUp}, {@link #ping} and {@link #close}.
 */
final class Tracking implements Partition.Covering, Watcher.Owner, AutoCloseable {
    private static final Logger LOG = System.getLogger(Tracking.class.getName());
    private static final long NONE = -1;
    private static final long PLACE_MILLIS = 1_000;
    private static final long MAX_PAUSE_MILLIS = 500;
    private static final long MIN_PAUSE_MILLIS = 10;
    private static final int QUESTIONS_PER_SILENCE = 4;

    /** What a server must compare each changed name with, old generations included, before a connection begins anew. */
    private static final int MAX_PREFIXES = 10_000;

    private final Servers servers;
    private final BiFunction<Endpoint, Watcher.Owner, Watcher> watching;
    private final Executor executor;
    private final Map<Endpoint, Watcher> watchers = new ConcurrentHashMap<>();
    private final Map<Partition, Tracked> tracked = new ConcurrentHashMap<>();
    private final Map<String, Tracked> named = new ConcurrentHashMap<>();
    private final Map<Subscription, List<Tracked>> caches = new ConcurrentHashMap<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private int probed;
    private volatile boolean closed;

    /** A partition that {@code watch} tells of from now on. */
    private record Arrival(Tracked partition, Watch watch) {}

    /** {@code watching} makes a watcher for a server; nothing is asked of it before it is opened. */
    Tracking(Servers servers, BiFunction<Endpoint, Watcher.Owner, Watcher> watching, Executor executor) {
        this.servers = servers;
        this.watching = watching;
        this.executor = executor;
    }

    /**
     * Begins to watch a cache; call the result to stop. Waits, a second at most, until all of it is watched; where the server
     * is away it does not, and the subscriber is told of a gap later. Fails where the server will not be watched.
     */
    Runnable add(Subscription subscription, List<Partition> partitions) {
        List<Tracked> all = partitions.stream()
                .map(partition -> new Tracked(partition, subscription))
                .toList();
        subscription.watched(NONE);
        caches.put(subscription, all);
        all.forEach(one -> {
            tracked.put(one.partition(), one);
            named.put(one.partition().keys().prefix(), one);
        });
        awaitPlaces(all);
        all.forEach(one -> one.placed().complete(false));
        TierException refusal = refusal();
        if (refusal != null) {
            remove(subscription);
            throw new IllegalStateException(refusal.getMessage(), refusal);
        }
        return () -> remove(subscription);
    }

    private void awaitPlaces(List<Tracked> all) {
        CompletableFuture<Void> placed = Session.all(all.stream()
                .map(one -> one.partition()
                        .catchUp()
                        .thenCompose(view -> one.placed())
                        .toCompletableFuture())
                .toList());
        try {
            placed.get(PLACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "not watched yet; the near tier is not trusted until it is", e);
        }
    }

    private @Nullable TierException refusal() {
        return watchers.values().stream()
                .map(Watcher::refusal)
                .filter(Objects::nonNull)
                .findAny()
                .orElse(null);
    }

    private void remove(Subscription subscription) {
        List<Tracked> gone = caches.remove(subscription);
        if (gone != null) {
            gone.forEach(one -> {
                tracked.remove(one.partition());
                named.remove(one.partition().keys().prefix());
            });
        }
    }

    /**
     * Stores a value of this process, of which Redis tells this process too: it need not be dropped for that, unless something
     * else has happened to it since. So Redis is asked once more what it has, and the proof waits for the answer.
     */
    CompletionStage<Boolean> storing(
            Partition partition, String escapedKey, byte[] header, Supplier<CompletionStage<Boolean>> store) {
        Tracked one = tracked.get(partition);
        if (one == null) {
            return store.get();
        }
        one.storing(escapedKey, header);
        return store.get().whenComplete((stored, failure) -> {
            if (failure != null || !stored) {
                one.notStored(escapedKey, header);
            }
        });
    }

    /** A server may be another one now, or have other slots. */
    void catchUp() {
        tracked.keySet().forEach(partition -> {
            var unused = partition.catchUp();
        });
        executor.execute(this::prune);
    }

    /** Completes when a server that caches use, or would use, is watched. */
    CompletionStage<?> ping() {
        Endpoint any = servers.owner(0);
        return any == null
                ? CompletableFuture.completedFuture(null)
                : watcher(any).connected();
    }

    @Override
    public void close() {
        closed = true;
        watchers.values().forEach(Watcher::close);
    }

    @Override
    public CompletionStage<?> cover(Partition partition, View view) {
        return CompletableFuture.supplyAsync(() -> wanted(partition, view), executor)
                .thenCompose(stage -> stage);
    }

    private CompletionStage<?> wanted(Partition partition, View view) {
        Tracked one = tracked.get(partition);
        if (one == null || closed) {
            return CompletableFuture.completedFuture(null);
        }
        Endpoint owner = servers.owner(partition.slot());
        one.wanted(view, owner);
        return owner == null ? CompletableFuture.completedFuture(null) : track(one, watcher(owner));
    }

    private Watcher watcher(Endpoint at) {
        Watcher watcher = watchers.computeIfAbsent(at, fresh -> watching.apply(fresh, this));
        watcher.open();
        return watcher;
    }

    /** Has the generation of a partition's view watched, if there is a connection to the server that it is of. */
    private CompletionStage<?> track(Tracked one, Watcher watcher) {
        View view = one.view();
        Watch watch = watcher.watch();
        if (view == null || watch == null || !watch.run().equals(view.run())) {
            return CompletableFuture.completedFuture(null);
        }
        if (watch.prefixes() > MAX_PREFIXES) {
            watcher.fail(watch, "generations were replaced " + MAX_PREFIXES + " times");
            return CompletableFuture.completedFuture(null);
        }
        return watch.track(Tracked.prefixes(one.partition().keys(), view))
                .handleAsync(
                        (done, failure) -> {
                            if (failure != null) {
                                watcher.refused(watch, failure);
                            } else if (view.equals(one.view())) {
                                arrived(new Arrival(one, watch));
                            }
                            return null;
                        },
                        executor);
    }

    /** Gathers what arrives at about the same time: one gap will do for all partitions of a cache. */
    private void arrived(Arrival arrival) {
        if (arrival.partition().watch() == arrival.watch()) {
            return;
        }
        if (arrivals.isEmpty()) {
            executor.execute(this::settle);
        }
        arrivals.add(arrival);
    }

    private void settle() {
        Set<Subscription> gaps = new HashSet<>();
        for (Arrival arrival : arrivals) {
            if (!arrival.partition().placed().complete(true)) {
                gaps.add(arrival.partition().subscription());
            }
        }
        gaps.forEach(Subscription::gap);
        arrivals.forEach(arrival -> arrival.partition().watchedBy(arrival.watch()));
        arrivals.clear();
        prove();
    }

    @Override
    public void begun(Watcher watcher, Watch watch) {
        for (Tracked one : tracked.values()) {
            Endpoint owner = one.owner();
            if (owner != null && watcher.equals(watchers.get(owner))) {
                var unused = track(one, watcher);
            }
        }
    }

    @Override
    public @Nullable String probe(Watch watch) {
        List<Tracked> there =
                tracked.values().stream().filter(one -> one.watch() == watch).toList();
        if (there.isEmpty()) {
            return null;
        }
        return there.get(Math.floorMod(probed, there.size())).partition().keys().nothing();
    }

    @Override
    public void misplaced(Watch watch) {
        probed++;
    }

    @Override
    public void proven(Watch watch) {
        prove();
    }

    private void prove() {
        caches.forEach((subscription, partitions) -> subscription.watched(
                partitions.stream().mapToLong(Tracked::proofNanos).min().orElse(NONE)));
    }

    @Override
    public CompletableFuture<?> changed(List<String> names) {
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (String name : names) {
            Tracked one = named.get(name.substring(0, name.indexOf(':', name.indexOf('}')) + 1));
            CompletableFuture<?> dealt = one == null ? all : one.changed(name, executor);
            if (!dealt.isDone()) {
                all = CompletableFuture.allOf(all, dealt);
            }
        }
        return all;
    }

    @Override
    public void lost() {
        caches.keySet().forEach(Subscription::gap);
    }

    @Override
    public long pauseNanos() {
        long silenceMillis = TimeUnit.NANOSECONDS.toMillis(caches.keySet().stream()
                .mapToLong(Subscription::maxSilenceNanos)
                .min()
                .orElse(Long.MAX_VALUE));
        return TimeUnit.MILLISECONDS.toNanos(
                Math.max(MIN_PAUSE_MILLIS, Math.min(MAX_PAUSE_MILLIS, silenceMillis / QUESTIONS_PER_SILENCE)));
    }

    /** Lets go of servers that have no partition any more. */
    private void prune() {
        Set<Endpoint> used = new HashSet<>();
        tracked.keySet().forEach(partition -> {
            Endpoint owner = servers.owner(partition.slot());
            if (owner != null) {
                used.add(owner);
            }
        });
        watchers.forEach((at, watcher) -> {
            if (!used.isEmpty() && !used.contains(at) && watchers.remove(at, watcher)) {
                watcher.leave();
            }
        });
    }
}
