package dev.larder.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.workload.Item;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every adapter does what the comparison takes for granted. */
class PeerTest {
    @SuppressWarnings("NullAway.Init") // started before the first test
    private static RedisServer redis;

    @BeforeAll
    static void startRedis() throws IOException {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void emptyRedis() throws IOException {
        RedisServer.flush(redis.port());
    }

    @ParameterizedTest
    @EnumSource
    void getGivesBackWhatWasPut(PeerKind kind) {
        try (Peer peer = kind.open(1_000, redis.port())) {
            peer.put(17L, Item.of(17));

            assertThat(peer.get(17L)).isEqualTo(Item.of(17));
            assertThat(peer.get(18L)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LARDER", "SPRING_REDIS", "SPRING_REDIS_LOCKING", "JETCACHE", "REDISSON"})
    void sharedPeersFindInRedisWhatAnotherClientLoaded(PeerKind kind) {
        AtomicInteger loads = new AtomicInteger();
        Setup setup = Setup.shared(1_000, redis.port()).loading(key -> {
            loads.incrementAndGet();
            return Item.of(key);
        });

        try (Peer first = kind.open(setup);
                Peer second = kind.open(setup)) {
            assertThat(first.get(17L)).isEqualTo(Item.of(17));
            assertThat(second.get(17L)).isEqualTo(Item.of(17));
        }

        assertThat(loads).hasValue(1);
    }
}
