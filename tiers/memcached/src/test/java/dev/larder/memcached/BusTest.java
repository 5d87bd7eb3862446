package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bus on a bad network and a forgetful server: what is lost is replayed, or known to be lost. */
class BusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private MemcachedServer server;
    private Peers peers;
    private FaultProxy proxy;
    private Peer speaker;
    private Peer far;

    @BeforeEach
    void open() {
        server = MemcachedServer.start();
        peers = new Peers();
        proxy = server.proxy();
        speaker = peers.peer(server.port());
        far = peers.peer(proxy.port());
        awaitProofAfter(Ticker.system().nanos());
        far.heard().clear(); // on a busy machine it may have come late
    }

    @AfterEach
    void close() {
        peers.close();
        proxy.close();
        server.close();
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
    void scenario7MessageLostWhileDisconnectedIsAGap() {
        proxy.refuse(true);
        proxy.cut();
        done(speaker.cache().publishInvalidated(List.of("lost")));
        server.ask("md test:bp:" + head() + "\r\n", "HD");
        long healed = Ticker.system().nanos();
        proxy.refuse(false);

        awaitProofAfter(healed);
        assertThat(far.heard()).containsExactly("gap");
    }

    @Test
    void numberTakenAndNeverUsedIsAGapAndTheBusGoesOn() {
        server.ask("ma test:bp D1 v\r\nmn\r\n", "MN");

        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
        done(speaker.cache().publishInvalidated(List.of("after")));
        await().atMost(PATIENCE).until(() -> far.heard().contains("key after"));
    }

    @Test
    void headThatIsLostIsAGap() {
        server.ask("md test:bp\r\n", "HD");

        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
        done(speaker.cache().publishInvalidated(List.of("after")));
        await().atMost(PATIENCE).until(() -> far.heard().contains("key after"));
    }

    @Test
    void restartedServerIsAGap() {
        server.kill();
        server.startAgain();

        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(speaker.cache().publishInvalidated(List.of("after")));
            return far.heard().contains("key after");
        });
    }

    @Test
    void messageOfALaterVersionIsAGap() {
        String number = Long.toString(Long.parseLong(head()) + 1);
        server.ask("ms test:bp:" + number + " 6\r\nfuture\r\nma test:bp D1\r\nmn\r\n", "MN");

        await().atMost(PATIENCE).until(() -> far.heard().contains("gap"));
    }

    @Test
    void burstArrivesWholeAndInOrder() {
        List<String> keys = IntStream.range(0, 5_000).mapToObj(i -> "k" + i).toList();

        CompletableFuture<?>[] published = keys.stream()
                .map(key -> speaker.cache().publishInvalidated(List.of(key)).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        assertThat(CompletableFuture.allOf(published)).succeedsWithin(PATIENCE);

        await().atMost(PATIENCE).until(() -> far.heard().size() >= keys.size());
        assertThat(far.heard()).isEqualTo(keys.stream().map(key -> "key " + key).toList());
    }

    private String head() {
        return server.ask("mg test:bp v\r\nmn\r\n", "MN")
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }
}
