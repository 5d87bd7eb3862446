package dev.larder.benchmarks.far;

import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lettuce's blocking commands on one connection, GET and MGET, with the shared codec around them. */
final class BareLettuce implements FarClient {
    private final RedisClient client;
    private final RedisCommands<String, byte[]> redis;
    private final ItemJson json = new ItemJson();

    BareLettuce(int port) {
        client = RedisClient.create("redis://127.0.0.1:" + port);
        redis = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))
                .sync();
    }

    @Override
    public @Nullable Item get(Long key) {
        byte[] bytes = redis.get("lettuce:" + key);
        return bytes == null ? null : json.decode(bytes);
    }

    @Override
    public int getAll(List<Long> keys) {
        int found = 0;
        String[] names = keys.stream().map(key -> "lettuce:" + key).toArray(String[]::new);
        for (KeyValue<String, byte[]> each : redis.mget(names)) {
            found += each.hasValue() && json.decode(each.getValue()) != null ? 1 : 0;
        }
        return found;
    }

    @Override
    public void put(Long key, Item item) {
        redis.set("lettuce:" + key, json.encode(item), SetArgs.Builder.ex(3_600));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
