package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.redisson.client.codec.BaseCodec;
import org.redisson.client.codec.LongCodec;
import org.redisson.client.protocol.Decoder;
import org.redisson.client.protocol.Encoder;

/** The shared codec in Redisson's terms; keys as decimal text. Thread-safe. */
public final class RedissonCodec extends BaseCodec {
    private final ItemJson json = new ItemJson();

    @Override
    public Decoder<Object> getValueDecoder() {
        return (buffer, state) -> json.decode(ByteBufUtil.getBytes(buffer));
    }

    @Override
    public Encoder getValueEncoder() {
        return value -> encoded((Item) value);
    }

    @Override
    public Decoder<Object> getMapKeyDecoder() {
        return LongCodec.INSTANCE.getMapKeyDecoder();
    }

    @Override
    public Encoder getMapKeyEncoder() {
        return LongCodec.INSTANCE.getMapKeyEncoder();
    }

    private ByteBuf encoded(Item item) {
        return Unpooled.wrappedBuffer(json.encode(item));
    }
}
