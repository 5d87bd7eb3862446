package dev.larder.memcached;

import static dev.larder.memcached.Peers.text;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.Seed;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Servers cannot be reached for a while, one after another, keep what they held and are reached again, while others have
 * their keys and two processes read, load, write and invalidate: whatever a read returns is at least as new as the last change
 * that had been acknowledged when it began.
 */
class OutageHistoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 40;
    private static final int OUTAGES = 3;

    private final AtomicLongArray origin = new AtomicLongArray(KEYS);
    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<MemcachedServer> servers = new ArrayList<>();
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final List<Peer> members = new ArrayList<>();

    @Test
    void noReadIsOlderThanAnAcknowledgedChangeWhileServersAreAwayAndBack() throws Exception {
        Seed seed = Seed.of("noReadIsOlderThanAnAcknowledgedChangeWhileServersAreAwayAndBack");
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Peers peers = new Peers()) {
            for (int i = 0; i < 3; i++) {
                servers.add(MemcachedServer.start());
                proxies.add(servers.get(i).proxy());
            }
            members.add(peer(peers));
            members.add(peer(peers));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                RandomGenerator reading = seed.generator(i);
                RandomGenerator changing = seed.generator(10 + i);
                boolean writes = i == 0;
                running.add(threads.submit(() -> readUntilOver(reading)));
                running.add(threads.submit(() -> changeUntilOver(changing, writes)));
            }

            for (int outage = 0; outage < OUTAGES; outage++) {
                FaultProxy proxy = proxies.get(1 + outage % 2);
                proxy.refuse(true);
                proxy.cut();
                awaitRing(" 127.0.0.1:" + proxy.port() + "*1");
                awaitWork();
                proxy.refuse(false);
                awaitRing(" -");
                awaitWork();
            }
            over.set(true);
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            proxies.forEach(FaultProxy::close);
            servers.forEach(MemcachedServer::close);
        }

        System.out.println("reads: " + reads + ", answered by the tier: " + hits + ", changes: " + changes);
        assertThat(stale).isEmpty();
        assertThat(hits.get()).isGreaterThan(reads.get() / 20);
    }

    /** Until some more reads and changes went well. */
    private void awaitWork() {
        long hitsUntil = hits.get() + 200;
        long changesUntil = changes.get() + 40;
        await().atMost(PATIENCE).until(() -> hits.get() >= hitsUntil && changes.get() >= changesUntil);
    }

    private void awaitRing(String end) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            MemcachedServer anchor = servers.get(0);
            anchor.ask("md test:things:turn\r\nmn\r\n", "MN");
            String number = anchor.ask("mg test:things:gen v\r\nmn\r\n", "MN")
                    .split("\n")[1]
                    .split(" ")[4];
            return anchor.ask("mg test:things:ring:" + number + " v\r\nmn\r\n", "MN")
                    .split("\n")[1]
                    .endsWith(end);
        });
    }

    private void readUntilOver(RandomGenerator random) {
        while (!over.get()) {
            int key = random.nextInt(KEYS);
            String name = Integer.toString(key);
            long least = acknowledged.get(key);
            Peer peer = members.get(random.nextInt(2));
            reads.incrementAndGet();
            FarValue found = tried(peer.cache().get(name));
            if (found != null) {
                hits.incrementAndGet();
                long version = Long.parseLong(String.valueOf(text(found)));
                if (version < least) {
                    stale.add("key " + key + ": " + version + " after " + least);
                }
                continue;
            }
            String token = Tokens.next();
            if (tried(peer.cache().acquire(name, new LeaseRequest(token, 5_000, 0))) instanceof Acquired.Won) {
                long version = origin.get(key);
                tried(peer.cache().fill(name, token, value(Long.toString(version))));
            }
        }
    }

    /** One thread alone changes a key: half of them, so that the last change is the newest. */
    private void changeUntilOver(RandomGenerator random, boolean writes) {
        while (!over.get()) {
            int key = 2 * random.nextInt(KEYS / 2) + (writes ? 0 : 1);
            String name = Integer.toString(key);
            Peer peer = members.get(random.nextInt(2));
            String token = Tokens.next();
            boolean hasBegun = !writes || isDone(peer.cache().beginWrite(name, token, 5_000));
            long version = origin.incrementAndGet(key);
            boolean isAcknowledged = writes
                    ? hasBegun && tried(peer.cache().commitWrite(name, token, value(Long.toString(version)))) != null
                    : isDone(peer.cache().invalidate(List.of(name)));
            if (isAcknowledged) {
                acknowledged.set(key, version);
                changes.incrementAndGet();
            }
        }
    }

    private static boolean isDone(CompletionStage<Void> stage) {
        return Boolean.TRUE.equals(tried(stage.thenApply(done -> true)));
    }

    /** The result of {@code stage}; null where it fails. */
    private static <T> @Nullable T tried(CompletionStage<? extends @Nullable T> stage) {
        try {
            return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException away) {
            return null;
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("a call was not answered", e);
        }
    }

    private Peer peer(Peers peers) {
        String more = IntStream.of(1, 2)
                .mapToObj(i -> "127.0.0.1:" + proxies.get(i).port())
                .collect(Collectors.joining(","));
        return peers.peer(peers.tier("memcached://127.0.0.1:" + proxies.get(0).port()
                + "?on-failure=next&out-after=200ms&back-after=200ms&connect-timeout=1s&more=" + more));
    }
}
