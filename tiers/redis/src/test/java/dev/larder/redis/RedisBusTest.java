package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bus on a bad network: what is lost is replayed, or known to be lost. */
class RedisBusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static RedisServer server;

    private Peers peers;
    private FaultProxy proxy;
    private Peer speaker;
    private Peer far;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.cli("FLUSHALL");
        peers = new Peers();
        proxy = server.proxy();
        speaker = peers.peer(server.port());
        far = peers.peer(proxy.port());
        awaitProofAfter(Ticker.system().nanos());
    }

    @AfterEach
    void close() {
        peers.close();
        proxy.close();
    }

    private void awaitProofAfter(long nanos) {
        await().atMost(PATIENCE).until(() -> far.cache().lastProofNanos() > nanos);
    }

    @Test
    void scenario6BlackHoledBusGivesNoProofAndReplaysWhatItMissed() {
        proxy.blackOut();
        long dead = Ticker.system().nanos();
        done(speaker.cache().publishInvalidated(List.of("missed")));
        await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - dead > 3 * Peers.SILENCE.toNanos());

        assertThat(far.cache().lastProofNanos()).isLessThan(dead + Peers.SILENCE.toNanos());
        assertThat(far.heard()).isEmpty();

        proxy.heal();
        awaitProofAfter(dead + Peers.SILENCE.toNanos());
        assertThat(far.heard()).containsExactly("key missed");
    }

    @Test
    void positionIsNotHeardThroughABlackHole() {
        proxy.blackOut();
        done(speaker.cache().publishInvalidated(List.of("missed")));
        String position = position(speaker);
        long published = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - published > Peers.SILENCE.toNanos());
        assertThat(far.cache().hasHeard(position)).isFalse();

        proxy.heal();

        await().atMost(PATIENCE).until(() -> far.cache().hasHeard(position));
        assertThat(far.heard()).contains("key missed");
    }

    @Test
    void positionsOfARestartedServerAreNotComparedWithThoseBefore() {
        try (RedisServer own = RedisServer.start()) {
            Peer listener = peers.peer(own.port());
            Peer other = peers.peer(own.port());
            done(other.cache().publishInvalidated(List.of("before")));
            String before = position(other);
            await().atMost(PATIENCE).until(() -> listener.cache().hasHeard(before));
            own.cli("SAVE");

            own.kill();
            own.startAgain();
            await().atMost(PATIENCE).until(() -> listener.heard().contains("gap"));
            await().atMost(PATIENCE).until(() -> publishes(other, "after"));

            await().atMost(PATIENCE).until(() -> listener.cache().hasHeard(position(other)));
            assertThat(listener.heard()).contains("key after");
            assertThat(listener.cache().hasHeard(before)).isFalse();
        }
    }

    private static boolean publishes(Peer peer, String key) {
        return peer.cache()
                .publishInvalidated(List.of(key))
                .handle((done, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    private static String position(Peer peer) {
        return Objects.requireNonNull(peer.cache().position());
    }

    @Test
    void scenario7StreamTrimmedWhileDisconnectedIsAGap() {
        proxy.refuse(true);
        proxy.cut();
        done(speaker.cache().publishInvalidated(List.of("lost")));
        done(speaker.cache().publishInvalidated(List.of("last")));
        server.cli("XTRIM", "test:bp", "MAXLEN", "1");

        long healed = Ticker.system().nanos();
        proxy.refuse(false);

        awaitProofAfter(healed);
        assertThat(far.heard()).contains("gap");
        assertThat(far.heard().indexOf("gap")).isEqualTo(far.heard().size() - 1);
    }

    @Test
    void shortDisconnectionIsNoGap() {
        done(speaker.cache().publishInvalidated(List.of("before")));
        await().atMost(PATIENCE).until(() -> far.heard().contains("key before"));

        proxy.refuse(true);
        proxy.cut();
        done(speaker.cache().publishInvalidated(List.of("meanwhile")));
        proxy.refuse(false);

        awaitProofAfter(Ticker.system().nanos());
        assertThat(far.heard()).containsExactly("key before", "key meanwhile");
    }

    @Test
    void messageHeldInTheNetworkHoldsBackTheProofToo() {
        proxy.busLine().holdReplies();
        done(speaker.cache().publishInvalidated(List.of("k")));
        long published = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - published > Peers.SILENCE.toNanos());

        assertThat(far.cache().lastProofNanos()).isLessThanOrEqualTo(published);

        proxy.busLine().release();
        awaitProofAfter(published);
        assertThat(far.heard()).contains("key k");
    }

    @Test
    void streamThatIsDeletedIsAGap() {
        done(speaker.cache().publishInvalidated(List.of("lost")));
        server.cli("DEL", "test:bp");

        long deleted = Ticker.system().nanos();
        awaitProofAfter(deleted + 1);
        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
        done(speaker.cache().publishInvalidated(List.of("after")));
        await().atMost(PATIENCE).until(() -> far.heard().contains("key after"));
    }

    @Test
    void messageOfALaterVersionIsAGap() {
        server.cli("XADD", "test:bp", "*", "o", "x", "c", "things", "e", "future");

        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
    }

    @Test
    void foreignMessagesForOtherCachesAreSkipped() {
        Peer other = peers.peer(server.port(), "others");

        done(other.cache().publishInvalidated(List.of("k")));
        awaitProofAfter(Ticker.system().nanos());

        assertThat(far.heard()).isEmpty();
        assertThat(speaker.heard()).isEmpty();
    }

    @Test
    void restartedServerIsAGapEvenIfItKeptTheStream() {
        try (RedisServer own = RedisServer.start()) {
            Peer listener = peers.peer(own.port());
            Peer other = peers.peer(own.port());
            done(other.cache().publishInvalidated(List.of("saved")));
            await().atMost(PATIENCE).until(() -> listener.heard().contains("key saved"));
            own.cli("SAVE");

            own.kill();
            own.startAgain();

            await().atMost(PATIENCE).until(() -> listener.heard().contains("gap"));
        }
    }

    @Test
    void twoCachesOfOneTierShareTheBusAndHearEachTheirOwn() {
        Peer other = peers.peer(server.port(), "others");
        long connections = connections();
        Peer more = new Peer(far.tier(), peers.cache(far.tier(), "others", far.heard()), far.heard());

        done(other.cache().publishInvalidated(List.of("k")));

        await().atMost(PATIENCE).until(() -> far.heard().contains("key k"));
        await().atMost(PATIENCE).until(() -> more.cache().lastProofNanos() >= 0);
        assertThat(connections()).isEqualTo(connections);
    }

    @Test
    void burstArrivesWholeAndInFewMessages() {
        List<String> keys = IntStream.range(0, 10_000).mapToObj(i -> "k" + i).toList();

        Session.all(keys.stream()
                        .map(key ->
                                speaker.cache().publishInvalidated(List.of(key)).toCompletableFuture())
                        .toList())
                .join();

        await().atMost(PATIENCE).until(() -> far.heard().size() >= keys.size());
        assertThat(far.heard()).hasSize(keys.size()).doesNotHaveDuplicates();
        assertThat(Integer.parseInt(server.cli("XLEN", "test:bp"))).isLessThan(keys.size() / 4);
    }

    @Test
    void closedTierIsQuietForOthers() {
        store(speaker, "k", "v");
        far.tier().close();

        done(speaker.cache().publishInvalidated(List.of("k")));

        assertThat(far.heard()).isEmpty();
    }

    private static long connections() {
        return server.cli("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=larder"))
                .count();
    }
}
