package dev.larder.benchmarks.far;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.workload.Item;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every adapter does what the comparison takes for granted. */
class FarClientTest {
    @SuppressWarnings("NullAway.Init") // started before the first test
    private static ServerProcess redis;

    @SuppressWarnings("NullAway.Init") // started before the first test
    private static ServerProcess memcached;

    @BeforeAll
    static void startServers() throws IOException {
        redis = ServerProcess.redis();
        memcached = ServerProcess.memcached(64);
    }

    @AfterAll
    static void stopServers() {
        redis.close();
        memcached.close();
    }

    private static FarClient open(FarKind kind) {
        return kind.open(new FarKind.Ports(redis.port(), memcached.port()));
    }

    @ParameterizedTest
    @EnumSource
    void getGivesBackWhatWasPut(FarKind kind) {
        try (FarClient client = open(kind)) {
            client.put(17L, Item.of(17));

            assertThat(client.get(17L)).isEqualTo(Item.of(17));
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SPRING", "LARDER_NEAR", "JETCACHE_NEAR", "REDISSON_NEAR"})
    void bulkReadFindsWhatWasPut(FarKind kind) {
        try (FarClient client = open(kind)) {
            client.put(18L, Item.of(18));
            client.put(19L, Item.of(19));

            assertThat(client.getAll(List.of(18L, 19L))).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LARDER", "TAGGED", "TAGGED_OFTEN"})
    void loadedItemIsReadFromRedisByOthers(FarKind kind) throws IOException {
        try (FarClient first = open(kind);
                FarClient second = open(kind)) {
            first.load(20L);
            long before = Turns.redisReads(redis.port());

            assertThat(second.get(20L)).isEqualTo(Item.of(20));
            assertThat(Turns.redisReads(redis.port())).isGreaterThan(before);
        }
    }
}
