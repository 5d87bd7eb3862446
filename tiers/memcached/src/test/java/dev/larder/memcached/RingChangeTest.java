package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTier;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three real servers that a fourth one joins, or that one leaves, while processes with other lists go on. */
class RingChangeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> KEYS =
            IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();

    private final List<MemcachedServer> servers = new ArrayList<>();
    private Peers peers;
    private MemcachedServer fourth;

    @BeforeEach
    void start() {
        for (int i = 0; i < 3; i++) {
            servers.add(MemcachedServer.start());
        }
        fourth = MemcachedServer.start();
        peers = new Peers();
    }

    @AfterEach
    void stop() {
        peers.close();
        servers.forEach(MemcachedServer::close);
        fourth.close();
    }

    @Test
    void newServerIsAnsweredForAndGetsWhatIsRead() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));

        Peer joined = peer(more());

        assertThat(found(joined)).hasSize(KEYS.size());
        assertThat(found(old)).as("a process that was not told of it").hasSize(KEYS.size());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(itemsOfFourth()).isBetween(KEYS.size() / 10L, KEYS.size() / 2L));
    }

    @Test
    void everythingIsThereWhenTheWarmUpIsOver() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more() + "&warm-up=1s");

        assertThat(found(joined)).hasSize(KEYS.size());
        await().atMost(PATIENCE).until(() -> {
            found(joined);
            return !pointer().endsWith(" w");
        });

        assertThat(found(joined)).hasSize(KEYS.size());
        assertThat(found(old)).hasSize(KEYS.size());
    }

    @Test
    void coldJoinLosesTheKeysThatMoved() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));

        Peer joined = peer(more() + "&warm-up=0s");

        assertThat(found(joined)).hasSizeBetween(KEYS.size() / 2, KEYS.size() * 9 / 10);
        assertThat(found(old)).isEqualTo(found(joined));
    }

    @Test
    void invalidationByAProcessWithTheOldListHolds() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());
        assertThat(found(joined)).hasSize(KEYS.size());
        await().atMost(PATIENCE).until(() -> itemsOfFourth() > KEYS.size() / 10L);

        done(old.cache().invalidate(KEYS));

        assertThat(found(joined)).isEmpty();
        assertThat(found(old)).isEmpty();
    }

    @Test
    void invalidationByTheProcessThatJoinedHolds() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());

        done(joined.cache().invalidate(KEYS));

        assertThat(found(old)).isEmpty();
        assertThat(found(joined)).isEmpty();
    }

    @Test
    void writeWhileAServerWarmsUpIsWhatAllRead() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());

        for (String key : KEYS) {
            String token = Tokens.next();
            done(old.cache().beginWrite(key, token, 10_000));
            assertThat(read(joined, key)).isNull();
            done(old.cache().commitWrite(key, token, value("new")));
        }

        KEYS.forEach(key -> assertThat(read(joined, key)).isIn(null, "new"));
        assertThat(found(joined)).hasSizeGreaterThanOrEqualTo(KEYS.size() - 1);
    }

    @Test
    void softExpiryReachesWhatIsYetToBeCopied() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());

        for (String key : KEYS) {
            done(joined.cache().expire(key, 60_000));
        }

        for (String key : KEYS) {
            var value = done(old.cache().get(key));
            assertThat(value == null || Body.isSoftlyExpired(value)).isTrue();
        }
    }

    @Test
    void serverThatLeavesIsReadFromUntilItsKeysAreElsewhere() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer fewer = peer("?without=127.0.0.1:" + servers.get(2).port());

        assertThat(found(fewer)).hasSize(KEYS.size());
        assertThat(found(old)).hasSize(KEYS.size());
    }

    @Test
    void serverThatComesBackBringsNothingOldBack() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "old"));
        String without = "?warm-up=0s&without=127.0.0.1:" + servers.get(2).port();
        Peer fewer = peer(without);
        Set<String> stayed = found(fewer);
        assertThat(stayed).hasSizeBetween(KEYS.size() / 3, KEYS.size() * 9 / 10);
        List<String> moved = KEYS.stream().filter(key -> !stayed.contains(key)).toList();
        done(fewer.cache().invalidate(moved));

        endTurn();
        Peer back = peer("?warm-up=0s");

        assertThat(found(back)).isEqualTo(stayed);
        assertThat(found(old)).isEqualTo(stayed);
        assertThat(found(fewer)).isEqualTo(stayed);
        moved.forEach(key -> store(back, key, "new"));
        moved.forEach(key -> assertThat(read(old, key)).isEqualTo("new"));
    }

    @Test
    void ringThatChangedAMomentAgoWaitsForItsTurn() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());
        found(joined);
        String first = pointer();

        Peer third = peer("");
        assertThat(found(third)).hasSize(KEYS.size());
        assertThat(pointer()).isEqualTo(first);

        endTurn();
        await().atMost(PATIENCE).until(() -> {
            found(third);
            return !pointer().equals(first);
        });
        assertThat(found(third)).hasSize(KEYS.size());
    }

    @Test
    void ringStaysAsItIsWhileARebuildRuns() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        FarRebuild rebuild = done(old.cache().rebuild());
        Peer joined = peer(more());
        assertThat(found(joined)).hasSize(KEYS.size());
        assertThat(itemsOfFourth()).isZero();

        done(rebuild.write(KEYS.stream().collect(Collectors.toMap(key -> key, key -> value("rebuilt")))));
        assertThat(done(rebuild.commit())).isTrue();

        await().atMost(PATIENCE).until(() -> {
            found(joined);
            return itemsOfFourth() > 0;
        });
        KEYS.forEach(key -> assertThat(read(joined, key)).isEqualTo("rebuilt"));
    }

    @Test
    void clearHoldsForProcessesWithOtherLists() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        Peer joined = peer(more());
        assertThat(found(joined)).hasSize(KEYS.size());

        done(old.cache().clear());

        assertThat(found(joined)).isEmpty();
        KEYS.forEach(key -> store(joined, key, "new"));
        assertThat(found(old)).hasSize(KEYS.size());
    }

    @Test
    void listOfARingThatIsLostEmptiesTheCacheAndNoMore() {
        Peer old = peer("");
        KEYS.forEach(key -> store(old, key, "v"));
        found(peer(more()));
        String number = pointer().split(" ")[4];
        servers.forEach(server -> server.ask("md test:things:ring:" + number + "\r\n", ""));

        assertThat(found(old)).isEmpty();
        KEYS.forEach(key -> store(old, key, "new"));
        assertThat(found(old)).hasSize(KEYS.size());
    }

    private void endTurn() {
        servers.forEach(server -> server.ask("md test:things:turn\r\n", ""));
    }

    /** What the pointer says now. */
    private String pointer() {
        return servers.stream()
                .map(server -> server.ask("mg test:things:gen v\r\nmn\r\n", "MN"))
                .filter(answer -> answer.startsWith("VA"))
                .map(answer -> answer.split("\n")[1])
                .findFirst()
                .orElse("");
    }

    private long itemsOfFourth() {
        return fourth.ask("stats\r\n", "END")
                .lines()
                .filter(line -> line.startsWith("STAT curr_items "))
                .mapToLong(line -> Long.parseLong(line.substring("STAT curr_items ".length())))
                .sum();
    }

    private String more() {
        return "?more=127.0.0.1:" + fourth.port();
    }

    private Peer peer(String options) {
        FarTier tier = peers.tier("memcached://"
                + servers.stream().map(server -> "127.0.0.1:" + server.port()).collect(Collectors.joining(","))
                + options);
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, peers.cache(tier, "things", heard), heard);
    }

    private static Set<String> found(Peer peer) {
        return new TreeSet<>(done(peer.cache().getAll(KEYS)).keySet());
    }
}
