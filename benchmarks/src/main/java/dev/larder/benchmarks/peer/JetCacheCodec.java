package dev.larder.benchmarks.peer;

import com.alicp.jetcache.CacheValueHolder;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.nio.ByteBuffer;

/** The shared codec in JetCache's terms: its holder's two times, 8 bytes each, before the item. Thread-safe. */
public final class JetCacheCodec {
    private static final int TIMES_BYTES = 2 * Long.BYTES;

    private final ItemJson json = new ItemJson();

    public byte[] encode(Object value) {
        CacheValueHolder<?> holder = (CacheValueHolder<?>) value;
        byte[] item = json.encode((Item) holder.getValue());
        return ByteBuffer.allocate(TIMES_BYTES + item.length)
                .putLong(holder.getExpireTime())
                .putLong(holder.getAccessTime())
                .put(item)
                .array();
    }

    public Object decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        CacheValueHolder<Item> holder = new CacheValueHolder<>();
        holder.setExpireTime(buffer.getLong());
        holder.setAccessTime(buffer.getLong());
        holder.setValue(json.decode(bytes, TIMES_BYTES, bytes.length - TIMES_BYTES));
        return holder;
    }
}
