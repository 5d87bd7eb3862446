package dev.larder.benchmarks.workload;

import dev.larder.codec.Codec;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The one codec all peers share, so that a comparison of caches is not one of serializers. Thread-safe. */
public final class ItemJson implements Codec<Item> {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final ObjectWriter WRITER = MAPPER.writerFor(Item.class);
    private static final ObjectReader READER = MAPPER.readerFor(Item.class);

    @Override
    public String name() {
        return "bench-json";
    }

    @Override
    public byte[] encode(Item value) {
        return WRITER.writeValueAsBytes(value);
    }

    @Override
    public Item decode(byte[] bytes, int offset, int length) {
        return READER.readValue(bytes, offset, length);
    }

    /** The item in all of {@code bytes}. */
    public Item decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }
}
