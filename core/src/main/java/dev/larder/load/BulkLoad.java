package dev.larder.load;

import dev.larder.failure.TierException;
import dev.larder.load.Landing.Source;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.tier.Claim;
import dev.larder.tier.FarEntries;
import dev.larder.tier.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Flies many flights at once: one question to the far tier for all, one request for leases for those it lacks, one bulk
 * load for those won, one batch of fills. Keys whose lease another process holds come last, one by one.
 *
 * <p>Thread-safe; a group of flights is flown by one thread. No flight is left in the air, whatever fails.
 */
final class BulkLoad<K, V> {
    private final LoadPath<K, V> single;
    private final CacheContext<K, V> context;
    private final Origin<K, V> origin;
    private final @Nullable LeasedLoad<K, V> leased;

    BulkLoad(
            LoadPath<K, V> single, CacheContext<K, V> context, Origin<K, V> origin, @Nullable LeasedLoad<K, V> leased) {
        this.single = single;
        this.context = context;
        this.origin = origin;
        this.leased = leased;
    }

    void flyAll(Generation<K, V> generation, BulkRequest<K, V> request) {
        try {
            new Group(generation, request).fly();
        } catch (RuntimeException | Error e) { // before take-off, or while crashing: a key failed
            crashLeft(generation, request, e);
            throw e;
        }
    }

    /** Ends the flights that are under way still; to the others it does nothing. */
    private void crashLeft(Generation<K, V> generation, BulkRequest<K, V> request, Throwable cause) {
        request.flights().values().forEach(flight -> generation.flights().crash(flight, cause));
    }

    /** The flights of one call; confined to the thread that flies them. */
    private final class Group {
        private final Generation<K, V> generation;
        private final BulkRequest<K, V> request;
        private final Map<K, Flight<K, V>> inAir;
        private final Map<K, Lease> leases = new HashMap<>();
        private final Set<K> heldElsewhere = new HashSet<>();

        Group(Generation<K, V> generation, BulkRequest<K, V> request) {
            this.generation = generation;
            this.request = request;
            this.inAir = new LinkedHashMap<>(request.flights());
        }

        void fly() {
            inAir.values().forEach(Flight::begin);
            try {
                landThoseAlreadyThere();
                FarEntries<K, V> far = context.far();
                if (far != null && leased != null && !inAir.isEmpty()) {
                    askFarTier(far, leased);
                }
                if (request.loader() == null && request.bulkLoader() == null) {
                    landAll(key -> new Landing<>(null, Source.NOTHING));
                    return;
                }
                loadMissing();
                flyHeldElsewhere();
            } catch (Throwable e) { // whatever it is, those who wait must hear of it
                crashAll(e);
            }
        }

        private void landThoseAlreadyThere() {
            for (K key : List.copyOf(inAir.keySet())) {
                Landing<K, V> there = single.alreadyThere(generation, key, request.of(key));
                if (there != null) {
                    land(key, there);
                }
            }
        }

        private void askFarTier(FarEntries<K, V> far, LeasedLoad<K, V> leasing) {
            try {
                far.getAll(List.copyOf(inAir.keySet()), context.hasHeard()).forEach((key, found) -> {
                    Landing<K, V> served = leasing.served(found, request.of(key));
                    if (served != null) {
                        land(key, served);
                    }
                });
                if ((request.loader() != null || request.bulkLoader() != null) && !inAir.isEmpty()) {
                    long window = context.rules().staleWindow();
                    far.acquireAll(
                                    List.copyOf(inAir.keySet()),
                                    context.loadTimes().lease(),
                                    window)
                            .forEach((key, claim) -> take(key, claim, leasing));
                }
            } catch (TierException e) { // promise G4: the origin is asked for what is left
                return;
            }
        }

        private void take(K key, Claim<K, V> claim, LeasedLoad<K, V> leasing) {
            if (claim instanceof Claim.Hit<K, V> hit) {
                land(key, new Landing<>(hit.node(), Source.FAR));
            } else if (claim instanceof Claim.Won<K, V> won) {
                leases.put(key, won.lease());
            } else if (claim instanceof Claim.Lost<K, V> lost) {
                if (leasing.isServable(lost.stale())) {
                    land(key, new Landing<>(lost.stale(), Source.STALE));
                } else {
                    heldElsewhere.add(key);
                }
            }
        }

        private void loadMissing() {
            Set<K> keys = new HashSet<>(inAir.keySet());
            keys.removeAll(heldElsewhere);
            if (keys.isEmpty()) {
                return;
            }
            LeasedLoad<K, V>.@Nullable Renewal renewal =
                    leased == null || leases.isEmpty() ? null : leased.new Renewal(Map.copyOf(leases));
            Map<K, Node<K, V>> nodes;
            try {
                nodes = load(keys);
            } finally {
                if (renewal != null) {
                    renewal.stop();
                }
            }
            Set<K> refused = fill(nodes);
            nodes.forEach((key, node) -> land(
                    key, new Landing<>(refused.contains(key) ? context.nodes().overtaken(node) : node, Source.ORIGIN)));
        }

        private Map<K, Node<K, V>> load(Set<K> keys) {
            BulkLoader<K, V> bulkLoader = request.bulkLoader();
            if (bulkLoader != null) {
                return origin.loadAll(keys, bulkLoader);
            }
            Map<K, Node<K, V>> nodes = new HashMap<>();
            for (K key : keys) {
                try {
                    nodes.put(key, origin.load(key, Objects.requireNonNull(request.loader())));
                } catch (RuntimeException e) { // this key's flight crashes, the others go on
                    crash(key, e);
                }
            }
            return nodes;
        }

        /** Stores what was loaded in the far tier; gives the keys whose lease was lost meanwhile. */
        private Set<K> fill(Map<K, Node<K, V>> nodes) {
            Set<K> refused = new HashSet<>();
            FarEntries<K, V> far = context.far();
            if (far == null || leases.isEmpty()) {
                return refused;
            }
            try {
                far.fillAll(leases, nodes).forEach((key, stored) -> {
                    if (!stored) {
                        context.counters().add(Count.DISCARDED_LOADS);
                        refused.add(key);
                    }
                });
            } catch (TierException e) { // unknown whether they were stored; the near tier has its own fence
                return refused;
            }
            return refused;
        }

        private void flyHeldElsewhere() {
            for (K key : heldElsewhere) {
                Flight<K, V> flight = inAir.remove(key);
                if (flight != null) {
                    single.fly(generation, flight, request.of(key));
                }
            }
        }

        private void land(K key, Landing<K, V> landing) {
            Flight<K, V> flight = inAir.remove(key);
            if (flight == null) {
                return;
            }
            single.keep(generation, flight, landing.node());
            generation.flights().land(flight, landing);
            if (landing.source() == Source.STALE) {
                single.refresh(key, landing.node(), request.loader());
            }
        }

        private void landAll(Function<K, Landing<K, V>> landing) {
            for (K key : List.copyOf(inAir.keySet())) {
                land(key, landing.apply(key));
            }
        }

        private void crash(K key, Throwable cause) {
            Flight<K, V> flight = inAir.remove(key);
            Lease lease = leases.remove(key);
            if (lease != null && context.far() != null) {
                context.far().release(key, lease);
            }
            if (flight != null) {
                single.tellFailure(key, cause, request.of(key));
                generation.flights().crash(flight, cause);
            }
        }

        private void crashAll(Throwable cause) {
            for (K key : new ArrayList<>(inAir.keySet())) {
                crash(key, cause);
            }
            crashLeft(generation, request, cause); // one may have failed on landing
        }
    }
}
