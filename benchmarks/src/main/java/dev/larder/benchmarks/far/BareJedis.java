package dev.larder.benchmarks.far;

import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;

/** Jedis with its pool of connections as it comes, GET and MGET, with the shared codec around them. */
final class BareJedis implements FarClient {
    private final JedisPooled redis;
    private final ItemJson json = new ItemJson();

    BareJedis(int port) {
        redis = new JedisPooled(
                new HostAndPort("127.0.0.1", port),
                DefaultJedisClientConfig.builder()
                        .timeoutMillis((int) Setup.REDIS_TIMEOUT.toMillis())
                        .build());
    }

    @Override
    public @Nullable Item get(Long key) {
        byte[] bytes = redis.get(name(key));
        return bytes == null ? null : json.decode(bytes);
    }

    @Override
    public int getAll(List<Long> keys) {
        int found = 0;
        for (byte[] bytes : redis.mget(keys.stream().map(BareJedis::name).toArray(byte[][]::new))) {
            found += bytes != null && json.decode(bytes) != null ? 1 : 0;
        }
        return found;
    }

    @Override
    public void put(Long key, Item item) {
        redis.setex(name(key), 3_600, json.encode(item));
    }

    @Override
    public void close() {
        redis.close();
    }

    private static byte[] name(Long key) {
        return ("jedis:" + key).getBytes(StandardCharsets.US_ASCII);
    }
}
