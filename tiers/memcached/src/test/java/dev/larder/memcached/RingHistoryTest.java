package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.text;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Servers join and leave while processes with all kinds of lists read, load, write and invalidate: whatever a call returns
 * is at least as new as the last change that had returned when it began.
 */
class RingHistoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int KEYS = 40;
    private static final int CHANGES = 14;
    private static final int READS_PER_CHANGE = 400;

    private final AtomicLongArray origin = new AtomicLongArray(KEYS);
    private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Peer> members = new CopyOnWriteArrayList<>();

    @Test
    void noReadIsOlderThanAChangeThatReturnedWhileServersComeAndGo() throws Exception {
        Seed seed = Seed.of("noReadIsOlderThanAChangeThatReturnedWhileServersComeAndGo");
        List<MemcachedServer> servers = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Peers peers = new Peers()) {
            for (int i = 0; i < 4; i++) {
                servers.add(MemcachedServer.start());
            }
            members.add(peer(peers, servers, ""));
            members.add(peer(peers, servers, ""));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RandomGenerator random = seed.generator(i);
                running.add(threads.submit(() -> readUntilOver(random)));
            }
            for (int i = 0; i < 2; i++) {
                RandomGenerator random = seed.generator(10 + i);
                boolean writes = i == 0;
                running.add(threads.submit(() -> changeUntilOver(random, writes)));
            }

            for (int change = 1; change <= CHANGES; change++) {
                long until = reads.get() + READS_PER_CHANGE;
                await().atMost(PATIENCE)
                        .until(() -> reads.get() >= until || running.stream().anyMatch(Future::isDone));
                servers.forEach(server -> server.ask("md test:things:turn\r\n", ""));
                Peer next = peer(peers, servers, options(servers, change));
                done(next.cache().get("0")); // this puts its ring into the pointer
                members.set(change % 2, next);
            }
            over.set(true);
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            servers.forEach(MemcachedServer::close);
        }

        System.out.println("reads: " + reads + ", answered by the tier: " + hits);
        assertThat(stale).isEmpty();
        assertThat(hits.get()).isGreaterThan(reads.get() / 20);
    }

    /** The fourth server joins, leaves; an anchor leaves, comes back; warm and cold. */
    private static String options(List<MemcachedServer> servers, int change) {
        String warm = change % 5 == 0 ? "?warm-up=0s" : "?warm-up=10m";
        return warm
                + switch (change % 4) {
                    case 1 -> "&more=127.0.0.1:" + servers.get(3).port();
                    case 3 -> "&without=127.0.0.1:" + servers.get(change % 3).port();
                    default -> "";
                };
    }

    private void readUntilOver(RandomGenerator random) {
        while (!over.get()) {
            int key = random.nextInt(KEYS);
            long least = acknowledged.get(key);
            Peer peer = members.get(random.nextInt(2));
            FarValue found = done(peer.cache().get(Integer.toString(key)));
            reads.incrementAndGet();
            if (found != null) {
                hits.incrementAndGet();
                long version = Long.parseLong(String.valueOf(text(found)));
                if (version < least) {
                    stale.add("key " + key + ": " + version + " after " + least);
                }
                continue;
            }
            String token = Tokens.next();
            if (done(peer.cache().acquire(Integer.toString(key), new LeaseRequest(token, 5_000, 0)))
                    instanceof Acquired.Won) {
                long version = origin.get(key);
                done(peer.cache().fill(Integer.toString(key), token, value(Long.toString(version))));
            }
        }
    }

    /** One thread alone changes a key: half of them, so that the last change is the newest. */
    private void changeUntilOver(RandomGenerator random, boolean writes) {
        while (!over.get()) {
            int key = 2 * random.nextInt(KEYS / 2) + (writes ? 0 : 1);
            String name = Integer.toString(key);
            Peer peer = members.get(random.nextInt(2));
            if (writes) {
                String token = Tokens.next();
                done(peer.cache().beginWrite(name, token, 5_000));
                long version = origin.incrementAndGet(key);
                done(peer.cache().commitWrite(name, token, value(Long.toString(version))));
                acknowledged.set(key, version);
            } else {
                long version = origin.incrementAndGet(key);
                done(peer.cache().invalidate(List.of(name)));
                acknowledged.set(key, version);
            }
        }
    }

    private static Peer peer(Peers peers, List<MemcachedServer> servers, String options) {
        FarTier tier = peers.tier("memcached://"
                + servers.stream()
                        .limit(3)
                        .map(server -> "127.0.0.1:" + server.port())
                        .collect(Collectors.joining(","))
                + options);
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, peers.cache(tier, "things", heard), heard);
    }
}
