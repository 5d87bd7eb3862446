package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.tags;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange.Kind;
import dev.larder.failure.TierException;
import dev.larder.memcached.Peers.Peer;
import dev.larder.protocol.memcached.Key;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarTier;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three real servers, of which one dies, hangs, comes back, or is left out for a while. */
class RingOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> KEYS =
            IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();

    private final List<MemcachedServer> servers = new ArrayList<>();
    private Peers peers;

    /** One that holds values, and neither the pointer nor the bus. */
    private MemcachedServer victim;

    @BeforeEach
    void start() {
        for (int i = 0; i < 3; i++) {
            servers.add(MemcachedServer.start());
        }
        peers = new Peers();
        Ring ring = new Ring(servers.stream()
                .map(server -> new HostAndPort("127.0.0.1", server.port(), 1))
                .toList());
        Keyspace keys = new Keyspace("test", "things");
        Set<Integer> needed = Set.copyOf(List.of(owner(ring, keys.pointer()), owner(ring, new BusKeys("test").head())));
        victim = IntStream.range(0, 3)
                .filter(i -> !needed.contains(i))
                .mapToObj(servers::get)
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        peers.close();
        servers.forEach(MemcachedServer::close);
    }

    @Test
    void keysOfADeadServerAreMissesAndTheOthersAreServed() {
        Peer peer = peer(servers);
        KEYS.forEach(key -> store(peer, key, "v"));
        assertThat(found(peer)).hasSize(KEYS.size());

        victim.kill();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> found(peer).size() < KEYS.size());
        Set<String> left = found(peer);
        String gone =
                KEYS.stream().filter(key -> !left.contains(key)).findFirst().orElseThrow();

        assertThat(left).hasSizeBetween(KEYS.size() / 3, KEYS.size() * 9 / 10);
        assertThat(read(peer, gone)).isNull();
        String token = Tokens.next();
        assertThat(done(peer.cache().acquire(gone, new LeaseRequest(token, 10_000, 0))))
                .isEqualTo(new Acquired.Won(null));
        assertThat(done(peer.cache().fill(gone, token, value("loaded")))).isTrue();
        assertThat(read(peer, gone)).as("it is stored nowhere else").isNull();
        assertThat(failure(peer.cache().invalidate(List.of(gone)))).isInstanceOf(TierException.class);
        done(peer.cache().invalidate(List.of(left.iterator().next())));
    }

    @Test
    void serverThatRestartsIsEmptyAndUsedAgain() {
        Peer peer = peer(servers);
        KEYS.forEach(key -> store(peer, key, "v"));

        victim.kill();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> found(peer).size() < KEYS.size());
        Set<String> left = found(peer);
        victim.startAgain();
        await().atMost(PATIENCE).untilAsserted(() -> done(peer.tier().ping()));

        assertThat(found(peer)).isEqualTo(left);
        done(peer.cache().invalidate(KEYS));
        KEYS.forEach(key -> store(peer, key, "new"));
        assertThat(found(peer)).hasSize(KEYS.size());
    }

    @Test
    void hungServerIsGivenUpAndTheOthersAreServed() {
        Peer peer = peer(servers);
        KEYS.forEach(key -> store(peer, key, "v"));

        victim.pause();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> !found(peer).isEmpty());
        assertThat(found(peer)).hasSizeBetween(KEYS.size() / 3, KEYS.size() * 9 / 10);

        victim.resume();
        await().atMost(PATIENCE).until(() -> found(peer).size() == KEYS.size());
    }

    @Test
    void serverThatWasLeftOutForAWhileBringsNothingOldBack() {
        List<MemcachedServer> fewer =
                servers.stream().filter(server -> server != victim).toList();
        Peer before = peer(servers);
        KEYS.forEach(key -> store(before, key, "old"));
        before.tier().close();

        Peer meanwhile = peer(fewer);
        assertThat(found(meanwhile)).isEmpty();
        KEYS.forEach(key -> store(meanwhile, key, "newer"));
        done(meanwhile.cache().invalidate(KEYS));
        meanwhile.tier().close();

        assertThat(found(peer(servers))).isEmpty();
    }

    @Test
    void serverOfThePointerThatWasLeftOutForAWhileBringsNothingOldBack() {
        Peer before = peer(servers);
        KEYS.forEach(key -> store(before, key, "old"));
        long clock = done(tags(before).change("t", Kind.REMOVED));
        MemcachedServer left =
                servers.stream().filter(this::hasPointer).findFirst().orElseThrow();
        before.tier().close();

        Peer meanwhile = peer(servers.stream().filter(server -> server != left).toList());
        assertThat(found(meanwhile)).isEmpty();
        KEYS.forEach(key -> store(meanwhile, key, "newer"));
        done(meanwhile.cache().invalidate(KEYS));
        done(tags(meanwhile).change("t", Kind.REMOVED));
        meanwhile.tier().close();

        Peer back = peer(servers);
        assertThat(hasPointer(left)).isTrue();
        assertThat(found(back)).isEmpty();
        assertThat(TagReading.isSameEpoch(done(tags(back).now()), clock)).isFalse();
        KEYS.forEach(key -> store(back, key, "newest"));
        assertThat(found(peer(servers))).as("it is noticed once").hasSize(KEYS.size());
    }

    @Test
    void anchorThatCannotTellWhatItWasUsedForEmptiesTheCacheOnce() {
        Peer before = peer(servers);
        KEYS.forEach(key -> store(before, key, "old"));
        before.tier().close();
        victim.ask("md test:things:anchors\r\nmn\r\n", "MN");

        Peer after = peer(servers);

        assertThat(found(after)).isEmpty();
        KEYS.forEach(key -> store(after, key, "new"));
        assertThat(found(peer(servers))).hasSize(KEYS.size());
    }

    @Test
    void anchorThatForgotIsToldAgainByWhoeverRuns() {
        FakeTicker ticker = new FakeTicker();
        try (Peers minutes = new Peers(new ManualScheduler(ticker), ticker)) {
            Peer peer = peer(minutes, servers);
            store(peer, "k", "v");
            victim.ask("md test:things:anchors\r\nmn\r\n", "MN");

            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                ticker.advance(Duration.ofSeconds(20));
                read(peer, "k");
                return victim.ask("mg test:things:anchors v\r\nmn\r\n", "MN").startsWith("VA");
            });
        }
    }

    private boolean hasPointer(MemcachedServer server) {
        return server.ask("mg test:things:gen v\r\nmn\r\n", "MN").startsWith("VA");
    }

    @Test
    void secondProcessWithTheSameServersInAnotherOrderAgrees() {
        Peer one = peer(servers);
        Peer two = peer(List.of(servers.get(2), servers.get(0), servers.get(1)));

        KEYS.forEach(key -> store(one, key, "v"));
        assertThat(found(two)).hasSize(KEYS.size());

        done(two.cache().invalidate(KEYS));
        assertThat(found(one)).isEmpty();
    }

    @Test
    void deadServerOfThePointerFailsTheCache() {
        Peer peer = peer(servers);
        store(peer, "k", "v");

        servers.stream().filter(server -> server != victim).forEach(MemcachedServer::kill);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(failure(peer.cache().get("k"))).isInstanceOf(TierException.class));
    }

    private Peer peer(List<MemcachedServer> ring) {
        return peer(peers, ring);
    }

    private static Peer peer(Peers peers, List<MemcachedServer> ring) {
        FarTier tier = peers.tier("memcached://"
                + ring.stream().map(server -> "127.0.0.1:" + server.port()).collect(Collectors.joining(",")));
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, peers.cache(tier, "things", heard), heard);
    }

    private static Set<String> found(Peer peer) {
        return done(peer.cache().getAll(KEYS)).keySet();
    }

    private static int owner(Ring ring, Key key) {
        return ring.owner(key.bytes());
    }
}
