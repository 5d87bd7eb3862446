package dev.larder.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.RebuildException;
import dev.larder.failure.TierException;
import dev.larder.jdbc.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about keys and values that only a database can get wrong, and about what happens under load. */
abstract class EntriesClaims extends DatabaseClaims {
    EntriesClaims(TestDatabase database) {
        super(database);
    }

    @Test
    void keysThatACollationWouldConfuseAreKeptApart() {
        Peer peer = peer();
        List<String> keys = List.of(
                "",
                " ",
                "  ",
                "a",
                "a ",
                "a  ",
                "A",
                "ä",
                "a\u0308",
                "Ä",
                "ss",
                "ß",
                "\u0000",
                "a\u0000",
                "\uD83D",
                "\uDD11",
                "\uD83D\uDD11",
                "\uFFFD",
                "'; DROP TABLE x; --",
                "\\",
                "%",
                "_",
                "?",
                "1",
                "01",
                "1.0",
                "k".repeat(4_096),
                "k".repeat(4_095) + "K",
                "鍵".repeat(20_000),
                "k".repeat(65_536));

        keys.forEach(key -> Peers.store(peer, key, Peers.value("of " + key.hashCode() + " " + key.length())));

        assertThat(Peers.done(peer.cache().getAll(keys))).hasSameSizeAs(keys);
        assertThat(keys)
                .allSatisfy(key ->
                        assertThat(Peers.read(peer, key)).isEqualTo("of " + key.hashCode() + " " + key.length()));
        int left = keys.size();
        for (String key : keys) {
            Peers.done(peer.cache().invalidate(List.of(key)));
            assertThat(Peers.done(peer.cache().getAll(keys))).hasSize(--left).doesNotContainKey(key);
        }
    }

    @Test
    void valuesOfAnySizeComeBackAsTheyWere() {
        Peer peer = peer();
        RandomGenerator random = Seed.of("valuesOfAnySizeComeBackAsTheyWere").generator(0);

        for (int length : new int[] {0, 1, 127, 8_191, 65_537, 1_048_577, 12_000_000}) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            Peers.store(peer, "k" + length, Peers.value(payload, -1));

            assertThat(Peers.payload(Peers.done(peer.cache().get("k" + length))))
                    .isEqualTo(payload);
        }
    }

    @Test
    void veryLongLivesDoNotOverflow() {
        Peer peer = peer();

        Peers.store(peer, "k", Peers.value(new byte[] {1}, Long.MAX_VALUE));
        Peers.done(peer.cache().acquire("other", new LeaseRequest(Tokens.next(), Long.MAX_VALUE, Long.MAX_VALUE)));

        assertThat(Peers.done(peer.cache().get("k"))).isNotNull();
        assertThat(Peers.done(peer.cache().acquire("other", new LeaseRequest(Tokens.next(), 1_000, 0))))
                .isInstanceOf(Acquired.Lost.class);
    }

    @Test
    void bytesThatSomebodyDamagedAreReturnedAndTheirReaderDecides() {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("v"));

        change("UPDATE $t_entries SET content = " + bytes("00"));

        FarValue damaged = Peers.done(peer.cache().get("k"));
        assertThat(damaged).isNotNull();
        assertThat(damaged.bytes()).containsExactly(0);
    }

    @Test
    void rowOfAnotherKeyWithTheSameHashIsNotServed() {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("v"));

        change("UPDATE $t_entries SET entry_key = " + bytes("7A"));

        assertThat(Peers.read(peer, "k")).isNull();
        assertThat(Peers.done(peer.cache().getAll(List.of("k")))).isEmpty();
        Peers.store(peer, "k", Peers.value("new"));
        assertThat(Peers.read(peer, "k")).isEqualTo("new");
    }

    @Test
    void tablesDroppedUnderARunningProcessAreMadeAgain() {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("v"));

        for (String table : List.of("caches", "entries", "old", "feeds", "messages", "tag_clocks", "tags", "duties")) {
            change("DROP TABLE $t_" + table);
        }

        assertThat(Peers.read(peer, "k")).isNull();
        await().atMost(Duration.ofSeconds(15)).until(() -> peer.heard().contains("gap"));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> { // once the cache was cleared for it
                            String key = Tokens.next();
                            Peers.store(peer, key, Peers.value("new"));
                            assertThat(Peers.read(peer, key)).isEqualTo("new");
                        });
    }

    @Test
    void processThatMayNotCreateTablesSaysWhatIsMissing() {
        Peer peer = peer("larder.createTables=false");

        assertThat(Peers.failure(peer.cache().get("k")))
                .hasMessageContaining("lacks a table")
                .hasMessageContaining("JdbcTables");
        for (String statement : JdbcTables.ddl(dialect().scheme(), prefix)) {
            change(statement);
        }

        Peers.store(peer, "k", Peers.value("v"));
        assertThat(Peers.read(peer, "k")).isEqualTo("v");
    }

    @Test
    void processesThatStartAtOnceCreateTheTablesOnce() {
        List<Peer> started = Threads.race(6, number -> peer());

        started.forEach(peer -> Peers.done(peer.cache().invalidate(List.of("k"))));
        Peers.store(started.get(0), "k", Peers.value("v"));
        assertThat(started).allSatisfy(peer -> assertThat(Peers.read(peer, "k")).isEqualTo("v"));
    }

    @Test
    void overlappingBulksOfManyProcessesDoNotLockEachOtherOut() {
        List<Peer> all = List.of(peer(), peer(), peer());
        Seed seed = Seed.of("overlappingBulksOfManyProcessesDoNotLockEachOtherOut");
        FarRebuild rebuild = Peers.done(all.get(0).cache().rebuild());

        Threads.run(6, number -> {
            RandomGenerator random = seed.generator(number);
            for (int round = 0; round < 15; round++) {
                List<String> keys = random.ints(80, 0, 120)
                        .distinct()
                        .mapToObj(i -> "k" + i)
                        .toList();
                if (number == 0) {
                    Map<String, FarValue> rows = new HashMap<>();
                    keys.forEach(key -> rows.put(key, Peers.value("row")));
                    Peers.done(rebuild.write(rows));
                } else {
                    Peers.done(all.get(number % 3).cache().invalidate(keys));
                }
            }
        });

        assertThat(Peers.done(rebuild.commit())).isTrue();
    }

    @Test
    void manyOperationsAtOnceAreAllAnswered() {
        Peer peer = peer("larder.pool=4");
        List<CompletableFuture<Acquired>> asked = new ArrayList<>();

        IntStream.range(0, 3_000)
                .forEach(i -> asked.add(peer.cache()
                        .acquire("k" + i, new LeaseRequest(Tokens.next(), Peers.LONG_MILLIS, 0))
                        .toCompletableFuture()));

        assertThat(asked).allSatisfy(answer -> assertThat(Peers.done(answer)).isInstanceOf(Acquired.Won.class));
    }

    @Test
    void operationThatWaitsTooLongForARowFailsAndLeavesNothingBehind() throws SQLException {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("v"));

        try (Connection other = database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE " + prefix + "_entries SET used_at = used_at + 1");

            assertThat(Peers.failure(peer.cache().invalidate(List.of("k")))).isInstanceOf(TierException.class);
            assertThat(Peers.read(peer, "k")).isEqualTo("v");
            other.rollback();
        }

        Peers.done(peer.cache().invalidate(List.of("k")));
        assertThat(Peers.read(peer, "k")).isNull();
    }

    @Test
    void leasesAskedForTogetherAreAnsweredAsOneByOne() {
        Peer one = peer("larder.pool=1");
        Peer two = peer();
        Seed seed = Seed.of("leasesAskedForTogetherAreAnsweredAsOneByOne");
        RandomGenerator random = seed.generator(0);
        for (int i = 0; i < 60; i++) {
            Peers.store(two, "fresh" + i, Peers.value("v" + i));
            Peers.store(two, "stale" + i, Peers.value("s" + i));
            Peers.done(two.cache().expire("stale" + i, Peers.LONG_MILLIS));
            Peers.lease(two, "lost" + i);
        }
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            keys.addAll(List.of("fresh" + i, "stale" + i, "lost" + i, "absent" + i));
        }
        Collections.shuffle(keys, new Random(random.nextLong()));
        Map<String, String> tokens = new HashMap<>();
        Map<String, CompletableFuture<Acquired>> asked = new HashMap<>();

        for (String key : keys) {
            tokens.put(key, Tokens.next());
            asked.put(
                    key,
                    one.cache()
                            .acquire(key, new LeaseRequest(tokens.getOrDefault(key, ""), Peers.LONG_MILLIS, 0))
                            .toCompletableFuture());
        }

        asked.forEach((key, answer) -> {
            Acquired acquired = Peers.done(answer);
            String number = key.replaceAll("[a-z]", "");
            switch (key.substring(0, 4)) {
                case "fres" ->
                    assertThat(acquired)
                            .isInstanceOfSatisfying(
                                    Acquired.Hit.class,
                                    hit -> assertThat(Peers.payload(hit.value()))
                                            .isEqualTo(("v" + number).getBytes(UTF_8)));
                case "stal" ->
                    assertThat(acquired)
                            .isInstanceOfSatisfying(
                                    Acquired.Won.class,
                                    won -> assertThat(Peers.payload(won.stale()))
                                            .isEqualTo(("s" + number).getBytes(UTF_8)));
                case "lost" -> assertThat(acquired).isInstanceOf(Acquired.Lost.class);
                default -> assertThat(acquired).isEqualTo(new Acquired.Won(null));
            }
        });
        Map<String, CompletableFuture<Boolean>> filled = new HashMap<>();
        keys.forEach(key -> filled.put(
                key,
                one.cache()
                        .fill(key, tokens.getOrDefault(key, ""), Peers.value("new"))
                        .toCompletableFuture()));
        filled.forEach((key, stored) ->
                assertThat(Peers.done(stored)).as(key).isEqualTo(key.startsWith("stale") || key.startsWith("absent")));
    }

    @Test
    void ofManyProcessesThatAskForTheSameKeysTogetherOneGetsEach() {
        List<Peer> all = List.of(peer(), peer(), peer());
        Peers.done(all.get(0).cache().get("k"));

        List<List<Acquired>> answers = Threads.race(3, number -> {
            List<CompletableFuture<Acquired>> asked = new ArrayList<>();
            IntStream.range(0, 300)
                    .forEach(i -> asked.add(all.get(number)
                            .cache()
                            .acquire("k" + i, new LeaseRequest(Tokens.next(), Peers.LONG_MILLIS, 0))
                            .toCompletableFuture()));
            return asked.stream().map(Peers::done).toList();
        });

        for (int i = 0; i < 300; i++) {
            int key = i;
            assertThat(answers.stream().map(each -> each.get(key)))
                    .filteredOn(Acquired.Won.class::isInstance)
                    .as("winners of k%d", key)
                    .hasSize(1);
        }
    }

    @Test
    void closedTierRefusesAndLeavesNobodyWaiting() {
        Peer peer = peer("larder.pool=1");
        List<CompletableFuture<?>> asked = new ArrayList<>();
        IntStream.range(0, 200).forEach(i -> asked.add(peer.cache().get("k" + i).toCompletableFuture()));

        peer.tier().close();

        CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]));
        assertThat(all.handle((done, failure) -> true)).succeedsWithin(Duration.ofSeconds(10));
        assertThat(Peers.failure(peer.cache().get("k"))).hasMessageContaining("is closed");
    }

    @Test
    void rebuildThatStalledTooLongNeitherWritesNorSwitches() {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("old"));
        FarRebuild stalled = Peers.done(peer.cache().rebuild());

        change("UPDATE $t_caches SET rebuild_end = 1");

        assertThat(Peers.failure(stalled.write(Map.of("k", Peers.value("row")))))
                .isInstanceOf(RebuildException.class);
        assertThat(Peers.done(stalled.commit())).isFalse();
        assertThat(Peers.read(peer, "k")).isEqualTo("old");
        FarRebuild next = Peers.done(peer.cache().rebuild());
        Peers.done(next.write(Map.of("k", Peers.value("new"))));
        assertThat(Peers.done(next.commit())).isTrue();
        assertThat(Peers.read(peer, "k")).isEqualTo("new");
    }

    @Test
    void rebuildOlderThanItsTombstonesDoesNotSwitch() {
        Peer peer = peer();
        FarRebuild old = Peers.done(peer.cache().rebuild());

        change("UPDATE $t_caches SET rebuild_begin = rebuild_begin - " + Entries.TOMBSTONE_MILLIS);

        assertThat(Peers.done(old.commit())).isFalse();
    }

    @Test
    void invalidationIsHeededByARebuildWhoseLifeHasLapsedToo() {
        Peer peer = peer();
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(rebuild.write(Map.of("k", Peers.value("row"))));

        change("UPDATE $t_caches SET rebuild_end = 1");
        Peers.done(peer.cache().invalidate(List.of("k")));
        change("UPDATE $t_caches SET rebuild_end = " + Long.MAX_VALUE); // as if the database's clock had gone back

        assertThat(Peers.done(rebuild.commit())).isTrue();
        assertThat(Peers.read(peer, "k")).isNull();
    }
}
