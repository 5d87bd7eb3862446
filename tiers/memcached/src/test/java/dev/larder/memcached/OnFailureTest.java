package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.tier.Acquired;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three real servers behind proxies, of which one cannot be reached for a while and keeps what it held, and a fourth for the
 * gutter. The first one is the anchor and is always there.
 */
class OnFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> KEYS =
            IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();
    private static final String NEXT = "on-failure=next";

    private final List<MemcachedServer> servers = new ArrayList<>();
    private final List<FaultProxy> proxies = new ArrayList<>();
    private Peers peers;

    @BeforeEach
    void start() {
        for (int i = 0; i < 4; i++) {
            servers.add(MemcachedServer.start());
            proxies.add(servers.get(i).proxy());
        }
        peers = new Peers();
    }

    @AfterEach
    void stop() {
        peers.close();
        proxies.forEach(FaultProxy::close);
        servers.forEach(MemcachedServer::close);
    }

    @Test
    void keysOfAServerThatIsAwayAreHeldByTheOthersMeanwhile() {
        Peer peer = peer(NEXT);
        KEYS.forEach(key -> store(peer, key, "v"));

        away(2);
        awaitOut(peer, 2);

        Set<String> left = found(peer);
        assertThat(left).as("the other servers' keys").hasSizeBetween(KEYS.size() / 3, KEYS.size() * 9 / 10);
        KEYS.stream().filter(key -> !left.contains(key)).forEach(key -> store(peer, key, "again"));
        assertThat(found(peer)).hasSize(KEYS.size());
        done(peer.cache().invalidate(KEYS));
        assertThat(found(peer)).isEmpty();
    }

    @Test
    void serverThatIsBackBringsNothingOldAndIsGivenWhatTheOthersHeld() {
        Peer peer = peer(NEXT);
        KEYS.forEach(key -> store(peer, key, "old"));
        away(2);
        awaitOut(peer, 2);
        Set<String> left = found(peer);
        List<String> lost = KEYS.stream().filter(key -> !left.contains(key)).toList();
        done(peer.cache().invalidate(lost.subList(0, lost.size() / 2)));
        List<String> renewed = lost.subList(lost.size() / 2, lost.size());
        renewed.forEach(key -> store(peer, key, "new"));

        back(2);
        awaitIn(peer);

        assertThat(pointer()).as("warm").endsWith(" w");
        lost.subList(0, lost.size() / 2)
                .forEach(key -> assertThat(read(peer, key)).isNull());
        renewed.forEach(key -> assertThat(read(peer, key)).isEqualTo("new"));
        left.forEach(key -> assertThat(read(peer, key)).isEqualTo("old"));
    }

    @Test
    void whatTheOthersHeldIsNotReadInTheNextOutage() {
        Peer peer = peer(NEXT + "&warm-up=0s");
        KEYS.forEach(key -> store(peer, key, "v"));
        away(2);
        awaitOut(peer, 2);
        Set<String> left = found(peer);
        List<String> lost = KEYS.stream().filter(key -> !left.contains(key)).toList();
        lost.forEach(key -> store(peer, key, "old"));
        back(2);
        awaitIn(peer);
        done(peer.cache().invalidate(lost));
        lost.forEach(key -> store(peer, key, "new"));

        away(2);
        awaitOut(peer, 2);

        assertThat(found(peer)).isEqualTo(left);
    }

    @Test
    void processThatStartsDuringTheOutageDoesNotBringTheServerBack() {
        Peer peer = peer(NEXT);
        KEYS.forEach(key -> store(peer, key, "v"));
        away(2);
        awaitOut(peer, 2);
        Set<String> left = found(peer);
        KEYS.stream().filter(key -> !left.contains(key)).forEach(key -> store(peer, key, "v"));
        endTurn();

        Peer late = peer(NEXT);

        assertThat(found(late)).hasSize(KEYS.size());
        assertThat(found(peer)).hasSize(KEYS.size());
    }

    @Test
    void processThatPutsNobodyOutFollowsAndTakesBackIn() {
        Peer peer = peer(NEXT);
        Peer other = peer("on-failure=miss");
        KEYS.forEach(key -> store(peer, key, "v"));
        assertThat(found(other)).hasSize(KEYS.size());
        away(2);
        awaitOut(peer, 2);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(other.cache().invalidate(KEYS)); // without a read that would tell it of the ring
            return true;
        });
        assertThat(found(other)).isEmpty();
        peer.tier().close();

        back(2);

        awaitIn(other);
    }

    @Test
    void whoCannotReachTwoOfThreePutsNobodyOut() {
        Peer peer = peer(NEXT);
        KEYS.forEach(key -> store(peer, key, "v"));
        String before = pointer();

        away(2);
        away(3);
        AtomicInteger looks = new AtomicInteger();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            found(peer);
            assertThat(pointer()).isEqualTo(before);
            return looks.incrementAndGet() > 25;
        });

        back(3);
        awaitOut(peer, 2);
    }

    @Test
    void gutterHasTheKeysForAMinuteAndOthersKeepTheirs() {
        String gutter = "on-failure=gutter&gutter=127.0.0.1:" + proxies.get(3).port();
        Peer peer = peer(gutter);
        KEYS.forEach(key -> store(peer, key, "v"));
        assertThat(server(4).items()).isZero();
        long before = server(3).items();

        away(2);
        awaitOut(peer, 2);
        Set<String> left = found(peer);
        List<String> lost = KEYS.stream().filter(key -> !left.contains(key)).toList();
        lost.forEach(key -> storeForLong(peer, key, "again"));

        assertThat(found(peer)).hasSize(KEYS.size());
        assertThat(server(4).items()).isEqualTo(lost.size());
        assertThat(server(3).items()).isEqualTo(before);
        lost.forEach(key -> assertThat(leftMillis(peer, key)).isBetween(1L, 60_000L));

        back(2);
        awaitIn(peer);
        lost.forEach(key -> assertThat(read(peer, key)).isEqualTo("again"));
        done(peer.cache().invalidate(lost));
        assertThat(found(peer)).isEqualTo(left);
    }

    @Test
    void writeThatBeganOnAServerThatWentAwayLeavesNothingOld() {
        Peer peer = peer(NEXT);
        KEYS.forEach(key -> store(peer, key, "old"));
        List<String> tokens = KEYS.stream().map(key -> Tokens.next()).toList();
        for (int i = 0; i < KEYS.size(); i++) {
            done(peer.cache().beginWrite(KEYS.get(i), tokens.get(i), 60_000));
        }

        away(2);
        awaitOut(peer, 2);
        for (int i = 0; i < KEYS.size(); i++) {
            done(peer.cache().commitWrite(KEYS.get(i), tokens.get(i), value("new")));
        }

        KEYS.forEach(key -> assertThat(read(peer, key)).isIn(null, "new"));
    }

    private static long leftMillis(Peer peer, String key) {
        var found = done(peer.cache().get(key));
        return found == null ? 0 : found.leftMillis();
    }

    private static void storeForLong(Peer peer, String key, String text) {
        String token = Tokens.next();
        assertThat(done(peer.cache().acquire(key, new LeaseRequest(token, 10_000, 0))))
                .isInstanceOf(Acquired.Won.class);
        assertThat(done(peer.cache().fill(key, token, value(text, 3_600_000)))).isTrue();
    }

    private void away(int number) {
        proxies.get(number - 1).refuse(true);
        proxies.get(number - 1).cut();
    }

    private void back(int number) {
        proxies.get(number - 1).refuse(false);
    }

    /** Reads until the pointer names a ring of which the server is out; a ring may change at once for that. */
    private void awaitOut(Peer peer, int number) {
        String place = "127.0.0.1:" + proxies.get(number - 1).port() + "*1";
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            endTurn();
            found(peer);
            return ring().endsWith(" " + place);
        });
    }

    private void awaitIn(Peer peer) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            endTurn();
            found(peer);
            return ring().endsWith(" -");
        });
    }

    private void endTurn() {
        server(1).ask("md test:things:turn\r\nmn\r\n", "MN");
    }

    private String pointer() {
        return server(1).ask("mg test:things:gen v\r\nmn\r\n", "MN").split("\n")[1];
    }

    /** The ring that the pointer names: its number, servers, gutter and who is out. */
    private String ring() {
        return server(1)
                .ask("mg test:things:ring:" + pointer().split(" ")[4] + " v\r\nmn\r\n", "MN")
                .split("\n")[1];
    }

    private MemcachedServer server(int number) {
        return servers.get(number - 1);
    }

    /** The first server is the anchor, and the third and second have values, too. */
    private Peer peer(String options) {
        String more = IntStream.of(1, 2)
                .mapToObj(i -> "127.0.0.1:" + proxies.get(i).port())
                .collect(Collectors.joining(","));
        return peers.peer(peers.tier("memcached://127.0.0.1:" + proxies.get(0).port()
                + "?out-after=200ms&back-after=200ms&connect-timeout=1s&more=" + more + "&" + options));
    }

    private static Set<String> found(Peer peer) {
        return new TreeSet<>(done(peer.cache().getAll(KEYS)).keySet());
    }
}
