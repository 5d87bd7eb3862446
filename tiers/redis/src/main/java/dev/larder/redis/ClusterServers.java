package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a Redis Cluster, each on a connection of our own. Thread-safe.
 *
 * <p>Not the client library's cluster connections: those follow a slot to another node by themselves, and what this tier
 * must say first on a new connection would not be said first.
 *
 * <p>Who has which slot is asked of any node every five seconds, at once where a node says that it has not, and every half
 * second while a node is away.
 */
final class ClusterServers implements Servers {
    /** More than a cluster of some ten nodes needs to spread a cache evenly, and few enough to clear one by one. */
    static final int PARTITIONS = 64;

    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long TROUBLED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MAX_TRIES = 40;
    private static final int MAX_PAUSED = 4_096;

    private record Node(Link link, Heartbeat heartbeat) {}

    private final RedisClient client;
    private final RedisAddress address;
    private final Link.Greeting greeting;
    private final Later later;
    private final Ticker ticker;
    private final Runnable changed;
    private final Map<Endpoint, Node> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger paused = new AtomicInteger();
    private final CompletableFuture<ClusterLayout> first = new CompletableFuture<>();
    private volatile @Nullable ClusterLayout layout;
    private @Nullable CompletableFuture<ClusterLayout> asking;
    private volatile boolean closed;

    /** What it lives in; {@code changed} hears, after each answer, that a slot may have another owner. */
    record Surroundings(Later later, Ticker ticker, Runnable changed) {}

    ClusterServers(RedisClient client, RedisAddress address, Link.Greeting greeting, Surroundings in) {
        this.client = client;
        this.address = address;
        this.greeting = greeting;
        this.later = in.later();
        this.ticker = in.ticker();
        this.changed = in.changed();
    }

    @Override
    public void open() {
        watch();
    }

    @Override
    public int partitions() {
        return PARTITIONS;
    }

    @Override
    public @Nullable Session ready(int slot) {
        ClusterLayout known = layout;
        Endpoint owner = known == null ? null : known.owner(slot);
        Node node = owner == null ? null : nodes.get(owner);
        return node == null ? null : node.link().ready();
    }

    private void watch() {
        if (closed) {
            return;
        }
        var unused = ask().whenComplete((found, failure) -> {
            boolean isWhole = failure == null
                    && nodes.values().stream().allMatch(node -> node.link().ready() != null);
            later.schedule(this::watch, isWhole ? CALM_NANOS : TROUBLED_NANOS);
        });
    }

    @Override
    public <T extends @Nullable Object> CompletionStage<T> call(int slot, Function<Session, CompletionStage<T>> call) {
        return call(slot, call, 1);
    }

    private <T extends @Nullable Object> CompletionStage<T> call(
            int slot, Function<Session, CompletionStage<T>> call, int tries) {
        return session(slot)
                .thenCompose(session -> call.apply(session).exceptionallyCompose(failure -> {
                    Refusal refusal = Refusal.of(failure);
                    if (refusal == Refusal.NONE || tries == MAX_TRIES) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    if (refusal != Refusal.LATER) {
                        moved(slot, String.valueOf(Session.unwrap(failure).getMessage()));
                    }
                    return pause().thenCompose(rested -> call(slot, call, tries + 1));
                }));
    }

    private CompletionStage<Session> session(int slot) {
        ClusterLayout known = layout;
        if (known != null) {
            return session(known, slot);
        }
        if (first.getNumberOfDependents() > MAX_PAUSED) {
            return CompletableFuture.failedFuture(new TierException(address + " is still connecting", null));
        }
        return first.thenCompose(found -> session(found, slot));
    }

    private CompletionStage<Session> session(ClusterLayout known, int slot) {
        Endpoint owner = known.owner(slot);
        return owner == null
                ? CompletableFuture.failedFuture(new TierException("no node of " + address + " has slot " + slot, null))
                : node(owner).link().session();
    }

    private CompletionStage<Void> pause() {
        CompletableFuture<Void> rested = new CompletableFuture<>();
        if (paused.incrementAndGet() > MAX_PAUSED) {
            paused.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new TierException("more than " + MAX_PAUSED + " calls wait for " + address + " to settle", null));
        }
        later.schedule(
                () -> {
                    paused.decrementAndGet();
                    rested.complete(null);
                },
                PAUSE_NANOS);
        return rested;
    }

    /** A node said that it has not the slot, and perhaps who has. */
    private void moved(int slot, String answer) {
        String[] words = answer.split(" ", -1);
        int colon = answer.lastIndexOf(':');
        if (words.length == 3 && words[0].equals("MOVED") && words[2].lastIndexOf(':') > 0) {
            String host = words[2].substring(0, words[2].lastIndexOf(':'));
            Endpoint owner = new Endpoint(host, Integer.parseInt(answer.substring(colon + 1)));
            synchronized (this) {
                ClusterLayout known = layout;
                if (known != null && !owner.equals(known.owner(slot))) {
                    layout = known.moved(slot, owner);
                }
            }
        }
        var unused = ask();
    }

    /** Asks the nodes, one after the other, until one knows who has what; callers at a time share one question. */
    private CompletableFuture<ClusterLayout> ask() {
        CompletableFuture<ClusterLayout> mine = new CompletableFuture<>();
        synchronized (this) {
            if (asking != null) {
                return asking;
            }
            asking = mine;
        }
        Set<Endpoint> candidates = new LinkedHashSet<>();
        nodes.forEach((endpoint, node) -> {
            if (node.link().ready() != null) {
                candidates.add(endpoint);
            }
        });
        candidates.addAll(address.endpoints());
        ask(candidates.iterator(), mine);
        return mine;
    }

    private void ask(Iterator<Endpoint> candidates, CompletableFuture<ClusterLayout> answer) {
        Endpoint asked = candidates.next();
        node(asked)
                .link()
                .session()
                .thenCompose(session -> session.redis().clusterSlots())
                .thenApply(slots -> ClusterLayout.read(slots, asked))
                .whenComplete((found, failure) -> {
                    if (failure != null && candidates.hasNext()) {
                        ask(candidates, answer);
                        return;
                    }
                    synchronized (this) {
                        asking = null;
                        layout = failure == null ? found : layout;
                    }
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                        first.completeExceptionally(failure);
                        return;
                    }
                    keep(found.masters());
                    answer.complete(found);
                    first.complete(found);
                    changed.run();
                });
    }

    private Node node(Endpoint endpoint) {
        Node there = nodes.get(endpoint);
        if (there != null) {
            return there;
        }
        Link link = new Link(address + " (node " + endpoint + ")", () -> connect(endpoint), greeting, later, ticker);
        Node fresh = new Node(link, new Heartbeat(link, later, ticker));
        Node other = nodes.putIfAbsent(endpoint, fresh);
        if (other != null) {
            return other;
        }
        if (closed) {
            link.close();
        } else {
            link.open();
            fresh.heartbeat().beat();
        }
        return fresh;
    }

    private void keep(Set<Endpoint> masters) {
        masters.forEach(this::node);
        nodes.forEach((endpoint, node) -> {
            if (!masters.contains(endpoint) && nodes.remove(endpoint, node)) {
                Session session = node.link().ready();
                close(node);
                if (session != null) {
                    session.close();
                }
            }
        });
    }

    private static void close(Node node) {
        node.heartbeat().close();
        node.link().close();
    }

    @Override
    public CompletionStage<StatefulRedisConnection<String, byte[]>> connect(int slot) {
        return ask().thenCompose(known -> {
            Endpoint owner = known.owner(slot);
            return owner == null
                    ? CompletableFuture.failedFuture(
                            new TierException("no node of " + address + " has slot " + slot, null))
                    : Clients.connect(client, Clients.server(owner, address.options()));
        });
    }

    @Override
    public @Nullable Endpoint owner(int slot) {
        ClusterLayout known = layout;
        return known == null ? null : known.owner(slot);
    }

    @Override
    public CompletionStage<StatefulRedisConnection<String, byte[]>> connect(Endpoint owner) {
        return Clients.connect(client, Clients.server(owner, address.options()));
    }

    @Override
    public CompletionStage<Session> connected() {
        return ask().thenCompose(known -> known.masters().stream()
                .findAny()
                .map(master -> node(master).link().connected())
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new TierException(address + " has no node with a slot; create the cluster first", null))));
    }

    @Override
    public void close() {
        closed = true;
        nodes.values().forEach(ClusterServers::close);
    }
}
