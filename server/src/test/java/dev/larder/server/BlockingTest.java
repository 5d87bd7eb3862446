package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that wait, between several connections: on this server as on a real Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlockingTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private RealRedis redis;
    private LarderServer server;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("io-threads", "3"));
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    @BeforeEach
    void empty() throws IOException {
        for (String which : List.of("larder", "redis")) {
            try (Wire wire = wire(which)) {
                wire.ask("FLUSHALL");
            }
        }
    }

    private Wire wire(String which) throws IOException {
        return new Wire(which.equals("redis") ? redis.port() : server.port());
    }

    private static void awaitWaiting(Wire asking, int count) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!asking.ask("INFO", "clients").contains("blocked_clients:" + count + "\r")) {
            assertThat(System.nanoTime())
                    .as("blocked_clients should become " + count)
                    .isLessThan(end);
        }
    }

    private static void send(Wire wire, String... words) throws IOException {
        wire.send(Wire.request(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whoWaitedFirstIsServedFirst(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire first = wire(which);
                Wire second = wire(which);
                Wire third = wire(which)) {
            send(first, "BLPOP", "other", "list", "0");
            awaitWaiting(asking, 1);
            send(second, "BRPOP", "list", "list", "0");
            awaitWaiting(asking, 2);
            send(third, "BLMPOP", "0", "1", "list", "LEFT", "COUNT", "5");
            awaitWaiting(asking, 3);

            assertThat(asking.ask("RPUSH", "list", "a", "b", "c", "d")).isEqualTo(":4");

            assertThat(first.reply()).isEqualTo("ARRAY[$list, $a]");
            assertThat(second.reply()).isEqualTo("ARRAY[$list, $d]");
            assertThat(third.reply()).isEqualTo("ARRAY[$list, ARRAY[$b, $c]]");
            assertThat(asking.ask("EXISTS", "list")).isEqualTo(":0");
            awaitWaiting(asking, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void elementGoesOnToWhoWaitsForItsNextList(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire moving = wire(which);
                Wire popping = wire(which)) {
            send(popping, "BLPOP", "next", "0");
            awaitWaiting(asking, 1);
            send(moving, "BLMOVE", "list", "next", "LEFT", "RIGHT", "0");
            awaitWaiting(asking, 2);

            asking.ask("LPUSH", "list", "a");

            assertThat(moving.reply()).isEqualTo("$a");
            assertThat(popping.reply()).isEqualTo("ARRAY[$next, $a]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whateverMakesAKeyServes(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire waiting = wire(which)) {
            send(waiting, "BZPOPMIN", "scores", "0");
            awaitWaiting(asking, 1);
            asking.ask("SET", "scores", "no sorted set");
            asking.ask("DEL", "scores");
            asking.ask("RPUSH", "scores", "none either");
            asking.ask("ZADD", "other", "2", "b", "1", "a");
            asking.ask("RENAME", "other", "scores");
            assertThat(waiting.reply()).isEqualTo("ARRAY[$scores, $a, $1]");

            send(waiting, "BZMPOP", "0", "1", "union", "MAX");
            awaitWaiting(asking, 1);
            asking.ask("ZUNIONSTORE", "union", "1", "scores");
            assertThat(waiting.reply()).isEqualTo("ARRAY[$union, ARRAY[ARRAY[$b, $2]]]");

            send(waiting, "BRPOPLPUSH", "copy", "target", "0");
            awaitWaiting(asking, 1);
            asking.ask("RPUSH", "list", "a");
            asking.ask("COPY", "list", "copy");
            assertThat(waiting.reply()).isEqualTo("$a");

            send(waiting, "BLPOP", "moved", "0");
            awaitWaiting(asking, 1);
            asking.ask("SELECT", "1");
            asking.ask("RPUSH", "moved", "b");
            asking.ask("SWAPDB", "0", "1");
            assertThat(waiting.reply()).isEqualTo("ARRAY[$moved, $b]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void transactionIsSeenAsAWhole(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire waiting = wire(which)) {
            send(waiting, "BLPOP", "list", "0");
            awaitWaiting(asking, 1);
            asking.ask("MULTI");
            asking.ask("RPUSH", "list", "gone", "before");
            asking.ask("DEL", "list");
            asking.ask("EXEC");
            asking.ask("MULTI");
            asking.ask("RPUSH", "list", "a");
            asking.ask("LPUSH", "list", "b");
            asking.ask("EXEC");

            assertThat(waiting.reply()).isEqualTo("ARRAY[$list, $b]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void unblockedByAnotherConnection(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire waiting = wire(which)) {
            String id = waiting.ask("CLIENT", "ID").substring(1);
            assertThat(asking.ask("CLIENT", "UNBLOCK", id)).isEqualTo(":0");
            send(waiting, "BLPOP", "list", "0");
            awaitWaiting(asking, 1);
            assertThat(asking.ask("CLIENT", "UNBLOCK", id)).isEqualTo(":1");
            assertThat(waiting.reply()).isEqualTo("nil");

            send(waiting, "BLMOVE", "list", "other", "LEFT", "LEFT", "1000");
            awaitWaiting(asking, 1);
            assertThat(asking.ask("CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1");
            assertThat(waiting.reply()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
            awaitWaiting(asking, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whoHasGoneTakesNothing(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire staying = wire(which)) {
            try (Wire going = wire(which)) {
                send(going, "BLPOP", "list", "0");
                awaitWaiting(asking, 1);
                send(staying, "BLPOP", "list", "0");
                awaitWaiting(asking, 2);
            }
            awaitWaiting(asking, 1);
            asking.ask("RPUSH", "list", "a");
            assertThat(staying.reply()).isEqualTo("ARRAY[$list, $a]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void requestsBehindAWaitingOneWaitToo(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire waiting = wire(which)) {
            send(waiting, "BLPOP", "list", "0");
            send(waiting, "RPUSH", "list", "mine");
            awaitWaiting(asking, 1);
            send(waiting, "LLEN", "list");
            send(waiting, "BLPOP", "list", "0.01");
            send(waiting, "BLPOP", "list", "0.01");
            asking.ask("RPUSH", "list", "theirs");

            assertThat(waiting.replies(5))
                    .containsExactly("ARRAY[$list, $theirs]", ":1", ":1", "ARRAY[$list, $mine]", "nil");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void refusalEndsTheWaitingAndLosesNothing(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire moving = wire(which);
                Wire popping = wire(which)) {
            asking.ask("SET", "string", "x");
            send(moving, "BLMOVE", "list", "string", "LEFT", "RIGHT", "0");
            awaitWaiting(asking, 1);
            send(popping, "BLPOP", "list", "0");
            awaitWaiting(asking, 2);
            asking.ask("RPUSH", "list", "a");

            assertThat(moving.reply()).startsWith("-WRONGTYPE");
            assertThat(popping.reply()).isEqualTo("ARRAY[$list, $a]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void allWhoReadAStreamGetWhatComes(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire first = wire(which);
                Wire second = wire(which);
                Wire third = wire(which)) {
            third.ask("HELLO", "3");
            asking.ask("XADD", "stream", "1-1", "f", "old");
            send(first, "XREAD", "BLOCK", "0", "STREAMS", "none", "stream", "$", "$");
            awaitWaiting(asking, 1);
            send(second, "XREAD", "COUNT", "1", "BLOCK", "0", "STREAMS", "stream", "1-5");
            awaitWaiting(asking, 2);
            send(third, "XREAD", "BLOCK", "0", "STREAMS", "stream", "$");
            awaitWaiting(asking, 3);
            asking.ask("XADD", "stream", "1-2", "f", "new");

            assertThat(first.reply()).isEqualTo("ARRAY[ARRAY[$stream, ARRAY[ARRAY[$1-2, ARRAY[$f, $new]]]]]");
            assertThat(third.reply()).isEqualTo("{$stream, ARRAY[ARRAY[$1-2, ARRAY[$f, $new]]]}");
            awaitWaiting(asking, 1);
            asking.ask("XDEL", "stream", "1-1");
            asking.ask("XADD", "stream", "1-6", "f", "last");

            assertThat(second.reply()).isEqualTo("ARRAY[ARRAY[$stream, ARRAY[ARRAY[$1-6, ARRAY[$f, $last]]]]]");
            awaitWaiting(asking, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whoReadsAStreamWaitsThroughOtherValuesOfItsKey(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire popping = wire(which);
                Wire reading = wire(which)) {
            asking.ask("XADD", "source", "9-1", "f", "v");
            send(popping, "BLPOP", "key", "0");
            awaitWaiting(asking, 1);
            send(reading, "XREAD", "BLOCK", "0", "STREAMS", "key", "0");
            awaitWaiting(asking, 2);
            asking.ask("SET", "key", "1");
            asking.ask("DEL", "key");
            asking.ask("ZADD", "key", "1", "a");
            asking.ask("RENAME", "source", "key");

            assertThat(reading.reply()).isEqualTo("ARRAY[ARRAY[$key, ARRAY[ARRAY[$9-1, ARRAY[$f, $v]]]]]");
            asking.ask("DEL", "key");
            asking.ask("RPUSH", "key", "a");
            assertThat(popping.reply()).isEqualTo("ARRAY[$key, $a]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whoWaitsForOneKindOfValueHindersNobodyWhoWaitsForAnother(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire popping = wire(which);
                Wire scoring = wire(which)) {
            send(popping, "BLPOP", "key", "0");
            awaitWaiting(asking, 1);
            send(scoring, "BZPOPMIN", "key", "0");
            awaitWaiting(asking, 2);
            asking.ask("ZADD", "key", "1", "a", "2", "b", "3", "c");
            assertThat(scoring.reply()).isEqualTo("ARRAY[$key, $a, $1]");
            assertThat(scoring.ask("BZMPOP", "0", "1", "key", "MIN"))
                    .as("one who comes later")
                    .isEqualTo("ARRAY[$key, ARRAY[ARRAY[$b, $2]]]");
            awaitWaiting(asking, 1);

            send(scoring, "BZPOPMAX", "other", "0");
            awaitWaiting(asking, 2);
            asking.ask("RPUSH", "other", "x", "y");
            asking.ask("RENAME", "other", "key");
            assertThat(popping.reply()).isEqualTo("ARRAY[$key, $x]");
            asking.ask("ZADD", "scores", "4", "d");
            asking.ask("RPUSH", "other", "in the way");
            asking.ask("RENAME", "scores", "other");
            assertThat(scoring.reply()).isEqualTo("ARRAY[$other, $d, $4]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void whoWaitsForSeveralKeysIsServedFromTheOneThatCameFirst(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire waiting = wire(which)) {
            send(waiting, "BLPOP", "one", "other", "0");
            awaitWaiting(asking, 1);
            transaction(asking, "RPUSH other a", "RPUSH one b");
            assertThat(waiting.reply()).isEqualTo("ARRAY[$other, $a]");
            asking.ask("FLUSHALL");

            send(waiting, "BZMPOP", "0", "3", "no", "one", "other", "MAX");
            awaitWaiting(asking, 1);
            transaction(asking, "ZADD other 1 a", "ZADD one 2 b", "DEL other");
            assertThat(waiting.reply()).isEqualTo("ARRAY[$one, ARRAY[ARRAY[$b, $2]]]");
            asking.ask("FLUSHALL");

            send(waiting, "XREAD", "BLOCK", "0", "STREAMS", "one", "other", "one", "$", "$", "5");
            awaitWaiting(asking, 1);
            transaction(asking, "XADD other 3-1 f a", "XADD one 4-1 f b", "XADD other 3-2 f c");
            assertThat(waiting.reply())
                    .isEqualTo("ARRAY[ARRAY[$other, ARRAY[ARRAY[$3-1, ARRAY[$f, $a]], ARRAY[$3-2, ARRAY[$f, $c]]]]]");
            assertThat(waiting.ask("XREAD", "BLOCK", "0", "STREAMS", "one", "other", "0", "3-1"))
                    .as("what is there at once is of all")
                    .contains("$one", "$other");
        }
    }

    private static void transaction(Wire wire, String... commands) throws IOException {
        wire.ask("MULTI");
        for (String command : commands) {
            wire.ask(command.split(" "));
        }
        assertThat(wire.ask("EXEC")).startsWith("ARRAY[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"larder", "redis"})
    void readersAreUnblockedAndSeeATransactionAsAWhole(String which) throws IOException {
        try (Wire asking = wire(which);
                Wire reading = wire(which)) {
            String id = reading.ask("CLIENT", "ID").substring(1);
            send(reading, "XREAD", "BLOCK", "0", "STREAMS", "stream", "$");
            awaitWaiting(asking, 1);
            asking.ask("CLIENT", "UNBLOCK", id);
            assertThat(reading.reply()).isEqualTo("nil");
            send(reading, "XREAD", "BLOCK", "1", "STREAMS", "stream", "$");
            assertThat(reading.reply()).isEqualTo("nil");
            send(reading, "XREAD", "BLOCK", "0", "STREAMS", "stream", "$");
            awaitWaiting(asking, 1);
            asking.ask("CLIENT", "UNBLOCK", id, "ERROR");
            assertThat(reading.reply()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK");

            send(reading, "XREAD", "BLOCK", "0", "STREAMS", "stream", "$");
            awaitWaiting(asking, 1);
            asking.ask("MULTI");
            asking.ask("XADD", "stream", "1-1", "f", "1");
            asking.ask("XADD", "stream", "MAXLEN", "1", "1-2", "f", "2");
            asking.ask("EXEC");
            assertThat(reading.reply()).isEqualTo("ARRAY[ARRAY[$stream, ARRAY[ARRAY[$1-2, ARRAY[$f, $2]]]]]");
        }
    }

    @Test
    void eachElementIsTakenOnce() throws Exception {
        int each = 400;
        Set<String> taken = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(caught(failures, () -> consume(taken, each))));
            int number = i;
            threads.add(Thread.ofPlatform().start(caught(failures, () -> {
                try (Wire wire = wire("larder")) {
                    for (int n = 0; n < each; n++) {
                        wire.ask("RPUSH", "queue" + n % 2, number + ":" + n);
                    }
                }
            })));
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertThat(failures).isEmpty();
        assertThat(taken).hasSize(4 * each);
        try (Wire wire = wire("larder")) {
            assertThat(wire.ask("EXISTS", "queue0", "queue1")).isEqualTo(":0");
            awaitWaiting(wire, 0);
        }
    }

    private void consume(Set<String> taken, int count) throws IOException {
        try (Wire wire = wire("larder")) {
            for (int n = 0; n < count; n++) {
                String reply = wire.ask("BLPOP", "queue0", "queue1", "30");
                assertThat(taken.add(reply.substring(reply.indexOf(", ") + 2)))
                        .as(reply)
                        .isTrue();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Runnable caught(List<Throwable> failures, Work work) {
        return () -> {
            try {
                work.run();
            } catch (IOException | AssertionError | RuntimeException e) {
                failures.add(e);
            }
        };
    }
}
