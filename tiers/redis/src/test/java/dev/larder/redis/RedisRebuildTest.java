package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static dev.larder.redis.Peers.text;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.RebuildException;
import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rebuilds on a real Redis, under load, stalled and killed. */
class RedisRebuildTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROWS = 10_000;
    private static final int PORTION = 1_000;
    private static RedisServer server;

    private Peers peers;
    private Peer one;
    private Peer two;

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
        one = peers.peer(server.port());
        two = peers.peer(server.port());
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private static Map<String, FarValue> rows(int from, int to, long lifeMillis) {
        Map<String, FarValue> rows = new HashMap<>();
        for (int row = from; row < to; row++) {
            rows.put("k" + row, value("new " + row, lifeMillis));
        }
        return rows;
    }

    /** Writers change keys of their own while one rebuilds and all read: what was acknowledged is never undone. */
    @Test
    void scenario16RebuildUnderLoadHasNoGapAndUndoesNothing() {
        Seed seed = Seed.of("scenario16RebuildUnderLoadHasNoGapAndUndoesNothing");
        AtomicIntegerArray committed = new AtomicIntegerArray(ROWS);
        AtomicIntegerArray acknowledged = new AtomicIntegerArray(ROWS);
        AtomicInteger invalidations = new AtomicInteger();
        FarRebuild first = done(one.cache().rebuild());
        done(first.write(versions(committed, 0, ROWS)));
        assertThat(done(first.commit())).isTrue();
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(4, thread -> {
            RandomGenerator random = seed.generator(thread);
            if (thread == 0) {
                for (int round = 0; round < 3; round++) {
                    rebuild(one, committed);
                }
                over.set(true);
            }
            while (!over.get()) {
                int key = 2 * random.nextInt(ROWS / 2);
                if (thread == 1) {
                    int version = committed.incrementAndGet(key);
                    done(two.cache().invalidate(List.of("k" + key)));
                    acknowledged.set(key, version);
                    invalidations.incrementAndGet();
                } else {
                    readOrLoad(thread == 2 ? one : two, key, committed, acknowledged);
                    assertThat(read(two, "k" + (key + 1)))
                            .as("%s, key nobody changes", seed)
                            .isEqualTo("0");
                }
            }
        });

        assertThat(invalidations).hasPositiveValue();
        for (int key = 0; key < ROWS; key++) {
            String text = key % 50 == 0 ? read(one, "k" + key) : null;
            assertThat(text).as("%s, key %d", seed, key).isIn(null, Integer.toString(committed.get(key)));
        }
    }

    private static void rebuild(Peer peer, AtomicIntegerArray committed) {
        FarRebuild rebuild = done(peer.cache().rebuild());
        for (int from = 0; from < ROWS; from += PORTION) {
            done(rebuild.write(versions(committed, from, from + PORTION)));
        }
        assertThat(done(rebuild.commit())).isTrue();
    }

    private static Map<String, FarValue> versions(AtomicIntegerArray committed, int from, int to) {
        Map<String, FarValue> rows = new HashMap<>();
        for (int row = from; row < to; row++) {
            rows.put("k" + row, value(Integer.toString(committed.get(row))));
        }
        return rows;
    }

    private static void readOrLoad(Peer peer, int key, AtomicIntegerArray committed, AtomicIntegerArray acknowledged) {
        int atLeast = acknowledged.get(key);
        String token = Tokens.next();
        Acquired answer = done(peer.cache().acquire("k" + key, new LeaseRequest(token, 60_000, 0)));
        @Nullable FarValue found = answer instanceof Acquired.Hit hit ? hit.value() : null;
        if (found != null) {
            assertThat(Integer.parseInt(Objects.requireNonNull(text(found)))).isGreaterThanOrEqualTo(atLeast);
        } else if (answer instanceof Acquired.Won) {
            FarValue loaded = value(Integer.toString(committed.get(key)));
            Threads.letOthersRun();
            done(peer.cache().fill("k" + key, token, loaded));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 50, 99})
    void scenario16KilledRebuilderLeavesTheOldGenerationAndNoOrphans(int percent) {
        store(two, "k1", "old");
        Peer doomed = peers.peer(server.port());
        FarRebuild rebuild = done(doomed.cache().rebuild());
        done(rebuild.write(rows(0, ROWS * percent / 100, 1_500)));

        doomed.tier().close();

        assertThat(read(two, "k1")).isEqualTo("old");
        assertThat(failure(two.cache().rebuild())).isInstanceOf(RebuildException.class);
        server.cli("DEL", "{test:things}:rb", "{test:things}:next"); // as Redis does a minute later
        FarRebuild again = done(two.cache().rebuild());
        done(again.write(rows(0, 2, 60_000)));
        assertThat(done(again.commit())).isTrue();
        assertThat(read(one, "k1")).isEqualTo("new 1");
        assertThat(read(one, "k2")).isNull();
        await().atMost(PATIENCE)
                .until(() -> server.cli("EVAL", "return #redis.call('KEYS','{test:things}:*:v:*')", "0")
                        .equals("2"));
    }

    @Test
    void stalledRebuildSwitchesNothing() {
        store(one, "k1", "old");
        FarRebuild rebuild = done(one.cache().rebuild());
        done(rebuild.write(rows(0, 10, 60_000)));

        server.cli("DEL", "{test:things}:rb");

        assertThat(done(rebuild.commit())).isFalse();
        assertThat(done(rebuild.commit())).isFalse();
        assertThat(failure(rebuild.write(rows(0, 1, 60_000)))).isInstanceOf(RebuildException.class);
        done(rebuild.abort());
        assertThat(read(two, "k1")).isEqualTo("old");
    }

    @Test
    void runningRebuildKeepsItselfAlive() {
        FakeTicker ticker = new FakeTicker();
        try (Peers slow = new Peers(new ManualScheduler(ticker), ticker)) {
            Peer peer = slow.peer(server.port());
            FarRebuild rebuild = done(peer.cache().rebuild());
            server.cli("PEXPIRE", "{test:things}:rb", "30000");
            server.cli("PEXPIRE", "{test:things}:next", "30000");

            for (String control : List.of("{test:things}:rb", "{test:things}:next")) {
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
                    ticker.advance(Duration.ofMillis(500));
                    return Long.parseLong(server.cli("PTTL", control)) > 50_000;
                });
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                ticker.advance(Duration.ofMillis(500));
                assertThat(done(rebuild.commit())).isTrue();
            });
        }
    }

    @Test
    void rebuildThatRanTooLongDoesNotSwitch() {
        FakeTicker ticker = new FakeTicker();
        AtomicLong asleep = new AtomicLong(); // nanoseconds in which nothing was run, so that none of the pings need be
        try (Peers slow = new Peers(new ManualScheduler(ticker), () -> ticker.nanos() + asleep.get())) {
            Peer peer = slow.peer(server.port());
            FarRebuild rebuild = done(peer.cache().rebuild());

            asleep.set(TimeUnit.MILLISECONDS.toNanos(RedisRebuild.MAX_MILLIS + 1));

            assertThat(done(rebuild.commit())).isFalse();
        }
    }

    @Test
    void abortIsIdempotentAndHarmlessAfterACommit() {
        FarRebuild rebuild = done(one.cache().rebuild());
        done(rebuild.write(rows(0, 3, 60_000)));
        assertThat(done(rebuild.commit())).isTrue();

        done(rebuild.abort());
        done(rebuild.abort());

        assertThat(read(two, "k2")).isEqualTo("new 2");
        assertThat(done(rebuild.commit())).isTrue();
    }
}
