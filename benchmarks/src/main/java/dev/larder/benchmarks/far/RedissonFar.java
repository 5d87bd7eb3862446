package dev.larder.benchmarks.far;

import dev.larder.benchmarks.peer.RedissonCodec;
import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.workload.Item;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson's buckets: one key each, GET and MGET, its quickest way to read. */
final class RedissonFar implements FarClient {
    private final RedissonClient client;
    private final RedissonCodec codec = new RedissonCodec();

    RedissonFar(int port) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port).setTimeout((int)
                Setup.REDIS_TIMEOUT.toMillis());
        client = Redisson.create(config);
    }

    @Override
    public @Nullable Item get(Long key) {
        return client.<Item>getBucket("redisson:" + key, codec).get();
    }

    @Override
    public int getAll(List<Long> keys) {
        String[] names = keys.stream().map(key -> "redisson:" + key).toArray(String[]::new);
        return client.getBuckets(codec).get(names).size();
    }

    @Override
    public void put(Long key, Item item) {
        client.<Item>getBucket("redisson:" + key, codec).set(item, Duration.ofHours(1));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
