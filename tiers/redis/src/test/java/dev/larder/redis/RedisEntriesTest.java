package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static dev.larder.redis.Peers.text;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.tier.FarValue;
import dev.larder.tier.TierFactory;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How entries lie in a real Redis. */
class RedisEntriesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HEX_SET =
            "redis.call('SET',KEYS[1],(ARGV[1]:gsub('..',function(h) return string.char(tonumber(h,16)) end)),'PX',ARGV[2])";
    private static RedisServer server;

    private Peers peers;
    private Peer peer;

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
        peer = peers.peer(server.port());
    }

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void factoryIsFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(TierFactory.class))
                .anySatisfy(factory -> assertThat(factory.schemes()).contains("redis", "rediss"));
    }

    @Test
    void valueAndLeaseOfEveryKeyShareASlot() {
        for (String key : List.of("k", "}", "{}x", "a{b}c", "ключ")) {
            String token = Peers.lease(peer, key, 60_000);
            List<String> names =
                    Arrays.stream(server.cli("KEYS", "*:l:*").split("\n")).toList();
            assertThat(names).hasSize(1);
            String slot = server.cli("CLUSTER", "KEYSLOT", names.get(0).replace(":l:", ":v:"));

            assertThat(server.cli("CLUSTER", "KEYSLOT", names.get(0))).isEqualTo(slot);
            done(peer.cache().release(key, token));
        }
    }

    @Test
    void readIsOneCommandThatTellsWhatIsLeft() {
        String token = Peers.lease(peer, "k", 60_000);
        done(peer.cache().fill("k", token, new FarValue(value("v", 60_000).bytes(), 60_000)));
        server.cli("CONFIG", "RESETSTAT");

        FarValue read = Objects.requireNonNull(done(peer.cache().get("k")));
        done(peer.cache().getAll(List.of("k", "none")));

        assertThat(read.leftMillis()).isBetween(1L, 60_000L);
        assertThat(server.cli("INFO", "commandstats"))
                .contains("cmdstat_mget:calls=2,")
                .doesNotContain("cmdstat_pttl");
    }

    /** As a Larder left it there that did not store the moment of its end yet. */
    @Test
    void entryThatDoesNotTellItsEndIsReadWithWhatRedisSaysIsLeft() {
        store(peer, "k", "v");
        String name = server.cli("KEYS", "*:v:k");
        String hex = HexFormat.of().formatHex(value("old", 3_600_000).bytes());
        server.cli("EVAL", HEX_SET, "1", name, hex, "50000");

        FarValue read = Objects.requireNonNull(done(peer.cache().get("k")));

        assertThat(text(read)).isEqualTo("old");
        assertThat(read.leftMillis()).isBetween(1L, 50_000L);
    }

    @Test
    void entryMadeStaleForLessThanItsLifeTellsTheNearerEnd() {
        String token = Peers.lease(peer, "k", 60_000);
        done(peer.cache().fill("k", token, new FarValue(value("v", 600_000).bytes(), 600_000)));

        done(peer.cache().expire("k", 30_000));

        FarValue read = Objects.requireNonNull(done(peer.cache().get("k")));
        assertThat(read.bytes()[0]).isEqualTo((byte) 'S');
        assertThat(read.leftMillis()).isBetween(1L, 30_000L);
    }

    @Test
    void tenMegabytesComeBack() {
        byte[] bytes = value("x").bytes().clone();
        byte[] big = Arrays.copyOf(bytes, 10 << 20);
        String token = Peers.lease(peer, "big", 60_000);

        assertThat(done(peer.cache().fill("big", token, new FarValue(big, 60_000))))
                .isTrue();

        FarValue read = Objects.requireNonNull(done(peer.cache().get("big")));
        assertThat(read.bytes()).isEqualTo(big);
        assertThat(done(peer.cache().getAll(List.of("big"))).keySet()).containsExactly("big");
    }

    @Test
    void keyOfAMegabyteWorks() {
        String key = "k".repeat(1 << 20);

        store(peer, key, "v");

        assertThat(read(peer, key)).isEqualTo("v");
    }

    @Test
    void emptyKeyIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> peer.cache().get(""));
        assertThatIllegalArgumentException().isThrownBy(() -> peer.cache().invalidate(List.of("a", "")));
    }

    @Test
    void lifeThatIsOverIsRefusedAtOnce() {
        FarValue dead = new FarValue(value("v").bytes(), 0);

        assertThatIllegalArgumentException().isThrownBy(() -> peer.cache().fill("k", "token", dead));
        assertThatIllegalArgumentException().isThrownBy(() -> peer.cache().commitWrite("k", "token", dead));
    }

    @Test
    void longestLifeIsAccepted() {
        String token = Peers.lease(peer, "k", 60_000);

        assertThat(done(peer.cache().fill("k", token, value("v", Long.MAX_VALUE))))
                .isTrue();

        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void scriptsAreSentAgainAfterTheServerForgotThem() {
        store(peer, "a", "v");

        server.cli("SCRIPT", "FLUSH");

        store(peer, "b", "v");
        done(peer.cache().invalidate(List.of("a")));
        assertThat(read(peer, "a")).isNull();
        assertThat(read(peer, "b")).isEqualTo("v");
    }

    @Test
    void remainingLifeIsNeverMoreThanTheValueWasGiven() {
        store(peer, "k", "v");
        String name = server.cli("KEYS", "*:v:*");

        server.cli("PERSIST", name);
        assertThat(Objects.requireNonNull(done(peer.cache().get("k"))).leftMillis())
                .isBetween(1L, Peers.LONG_MILLIS);

        server.cli("PEXPIRE", name, "900000");
        assertThat(Objects.requireNonNull(done(peer.cache().get("k"))).leftMillis())
                .isBetween(1L, Peers.LONG_MILLIS);
    }

    @Test
    void getAllIsOneRoundTrip() {
        Map<String, String> expected = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            store(peer, "k" + i, "v" + i);
            expected.put("k" + i, "v" + i);
        }
        try (FaultProxy proxy = server.proxy()) {
            Peer far = peers.peer(proxy.port());
            assertThat(read(far, "k1")).isEqualTo("v1");
            proxy.delay(100);
            List<String> keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();

            long begun = Ticker.system().nanos();
            Map<String, FarValue> found = done(far.cache().getAll(keys));
            long tookMillis = Duration.ofNanos(Ticker.system().nanos() - begun).toMillis();

            assertThat(found).hasSameSizeAs(expected);
            found.forEach((key, value) -> assertThat(text(value)).isEqualTo(expected.get(key)));
            assertThat(tookMillis).isBetween(90L, 199L);
        }
    }

    @Test
    void getAllTakesAnyNumberOfKeys() {
        List<String> keys = IntStream.range(0, 12_345).mapToObj(i -> "k" + i).toList();
        store(peer, "k0", "first");
        store(peer, "k5000", "middle");
        store(peer, "k12344", "last");

        Map<String, FarValue> found = done(peer.cache().getAll(keys));

        assertThat(found).containsOnlyKeys("k0", "k5000", "k12344");
        assertThat(text(found.get("k5000"))).isEqualTo("middle");
        assertThat(done(peer.cache().getAll(List.of()))).isEmpty();
    }

    @Test
    void clearTakesTheSameTimeForAnyNumberAndSweepsLater() {
        Peer other = peers.peer(server.port(), "others");
        store(other, "k", "v");
        for (int i = 0; i < 3_000; i++) {
            store(peer, "k" + i, "v");
        }

        done(peer.cache().clear());

        assertThat(done(peer.cache().getAll(List.of("k0", "k2999")))).isEmpty();
        assertThat(read(other, "k")).isEqualTo("v");
        assertThat(server.cli("EVAL", "return #redis.call('KEYS','{test:things}:*:v:*')", "0"))
                .isEqualTo("3000");
        await().atMost(PATIENCE)
                .until(() -> server.cli("KEYS", "{test:things}:*:v:*").isEmpty());
        await().atMost(PATIENCE)
                .until(() -> server.cli("EXISTS", "{test:things}:old").equals("0"));
        assertThat(read(other, "k")).isEqualTo("v");
    }

    @Test
    void flushedServerIsUsedOnWithANewGeneration() {
        store(peer, "k", "old");
        String late = Peers.lease(peer, "late", 60_000);

        server.cli("FLUSHALL");

        assertThat(done(peer.cache().fill("late", late, value("old")))).isFalse();
        assertThat(read(peer, "k")).isNull();
        store(peer, "k", "new");
        assertThat(read(peers.peer(server.port()), "k")).isEqualTo("new");
    }
}
