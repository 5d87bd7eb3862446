package dev.larder.benchmarks.far;

import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import net.spy.memcached.CachedData;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.transcoders.Transcoder;
import org.jspecify.annotations.Nullable;

/** spymemcached as it comes, get and getBulk, with the shared codec as its transcoder. */
final class BareSpymemcached implements FarClient {
    private final MemcachedClient client;
    private final ItemTranscoder transcoder = new ItemTranscoder();

    BareSpymemcached(int port) {
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SLF4JLogger");
        try {
            client = new MemcachedClient(
                    new ConnectionFactoryBuilder()
                            .setOpTimeout(Setup.REDIS_TIMEOUT.toMillis())
                            .build(),
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable Item get(Long key) {
        return client.get("spy:" + key, transcoder);
    }

    @Override
    public int getAll(List<Long> keys) {
        return client.getBulk(keys.stream().map(key -> "spy:" + key).toList(), transcoder)
                .size();
    }

    @Override
    public void put(Long key, Item item) {
        try {
            client.set("spy:" + key, 3_600, item, transcoder).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("memcached refused an item", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while storing", e);
        }
    }

    @Override
    public void close() {
        client.shutdown();
    }

    /** The shared codec in spymemcached's terms. */
    private static final class ItemTranscoder implements Transcoder<Item> {
        private final ItemJson json = new ItemJson();

        @Override
        public boolean asyncDecode(CachedData data) {
            return false;
        }

        @Override
        public CachedData encode(Item item) {
            return new CachedData(0, json.encode(item), getMaxSize());
        }

        @Override
        public Item decode(CachedData data) {
            return json.decode(data.getData());
        }

        @Override
        public int getMaxSize() {
            return CachedData.MAX_SIZE;
        }
    }
}
