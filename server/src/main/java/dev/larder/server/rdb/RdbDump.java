package dev.larder.server.rdb;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A value as {@code DUMP} gives it: type, value, version of the form, sum. It is read twice, to check it and then to keep it:
 * some kilobytes can stand for tens of millions of elements, which must not be gathered on the heap.
 *
 * <pre>{@code ┌ type 1 ┐ value ┐ version 2 ┐ CRC-64 of all before 8 ┐}</pre>
 */
public final class RdbDump {
    /** What Redis 7.0 reads. */
    private static final int VERSION = 10;

    private static final int FOOT = 10;
    private static final long LONGEST = 64L << 20;
    private static final long BUDGET = 4 * LONGEST;
    private static final int KEPT = 256;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final ByteSink out = new ByteSink(KEPT);

    private RdbDump() {}

    /** An entry that is there, under its lock; of a hash, what has not expired. */
    public static byte[] of(Entry entry) {
        RdbDump dump = new RdbDump();
        int version = dump.value(entry);
        dump.little(version, Short.BYTES);
        byte[] bytes = java.util.Arrays.copyOf(dump.out.array(), dump.out.length() + Long.BYTES);
        long sum = Crc64.of(0, bytes, 0, dump.out.length());
        MemorySegment.ofArray(bytes).set(LONG, dump.out.length(), sum);
        return bytes;
    }

    private int value(Entry entry) {
        switch (entry.type()) {
            case STRING -> {
                u8(RdbValues.STRING);
                length(entry.length());
                entry.read(this::put);
            }
            case HASH -> {
                return hash(entry);
            }
            case LIST -> {
                u8(RdbValues.LIST);
                length(entry.elements().count());
                entry.elements().range(0, Integer.MAX_VALUE, new Elements());
            }
            case STREAM -> stream(entry);
            case SET -> {
                u8(RdbValues.SET);
                length(entry.members().count());
                entry.members().scan(0, Integer.MAX_VALUE, this::string);
            }
            case SORTED_SET -> {
                u8(RdbValues.SORTED_SET);
                length(entry.scores().count());
                entry.scores().scan(0, Integer.MAX_VALUE, (member, score) -> {
                    string(member);
                    little(Double.doubleToRawLongBits(score), Long.BYTES);
                });
            }
        }
        return VERSION;
    }

    private void stream(Entry entry) {
        u8(RdbStream.WRITTEN);
        StreamNodes nodes = StreamNodes.of(entry);
        length(nodes.count());
        nodes.each((name, pack) -> {
            string(Slice.of(name));
            string(Slice.of(pack));
        });
        StreamAccess stream = entry.stream();
        int count = stream.count();
        length(count);
        id(stream.last());
        id(count == 0 ? StreamId.ZERO : stream.id(0));
        id(stream.removed());
        length(stream.added());
        length(0); // groups
    }

    private void id(StreamId id) {
        length(id.millis());
        length(id.number());
    }

    private int hash(Entry entry) {
        boolean expires = entry.fields().expires();
        RdbDump fields = new RdbDump();
        Fields sink = new Fields(entry, fields, expires);
        entry.fields().scan(0, Integer.MAX_VALUE, sink);
        u8(expires ? RdbValues.HASH_WITH_EXPIRY : RdbValues.HASH);
        if (expires) {
            little(1, Long.BYTES); // so that what follows of each is its own time
        }
        length(sink.count);
        out.put(fields.out.array(), 0, fields.out.length());
        return expires ? RdbValues.NEWEST : VERSION;
    }

    /** Writes fields as they come. */
    private static final class Fields implements FieldSink {
        private final Entry entry;
        private final RdbDump dump;
        private final boolean expires;
        private int count;

        Fields(Entry entry, RdbDump dump, boolean expires) {
            this.entry = entry;
            this.dump = dump;
            this.expires = expires;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            count++;
            if (expires) {
                long expiresAt = entry.fields().expiresAt(Slice.of(name.toBytes()));
                dump.length(expiresAt == Entry.NEVER ? 0 : expiresAt);
            }
            dump.string(name);
            dump.length(valueBytes);
        }

        @Override
        public void piece(Slice bytes) {
            dump.put(bytes);
        }
    }

    /** Writes elements as they come. */
    private final class Elements implements FieldSink {
        @Override
        public void field(Slice name, int valueBytes) {
            length(valueBytes);
        }

        @Override
        public void piece(Slice bytes) {
            put(bytes);
        }
    }

    private void u8(int number) {
        out.put((byte) number);
    }

    private void little(long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            u8((int) (number >>> (Byte.SIZE * i)));
        }
    }

    private void length(long length) {
        if (length >= 0 && length < 1 << 6) {
            u8((int) length);
        } else if (length >= 0 && length < 1 << 14) {
            u8((int) (length >>> Byte.SIZE) | 0x40);
            u8((int) length);
        } else {
            boolean isShort = length >= 0 && length <= 0xFFFFFFFFL;
            u8(isShort ? 0x80 : 0x81);
            for (int shift = isShort ? 24 : 56; shift >= 0; shift -= Byte.SIZE) {
                u8((int) (length >>> shift));
            }
        }
    }

    private void string(Slice text) {
        length(text.length());
        put(text);
    }

    private void put(Slice text) {
        byte[] bytes = text.toBytes();
        out.put(bytes, 0, bytes.length);
    }

    // Reading.

    /** Whether the sum is right, and the version known. */
    public static boolean isSound(byte[] dump) {
        if (dump.length < FOOT + 1) {
            return false;
        }
        int version = (dump[dump.length - FOOT] & 0xFF) | (dump[dump.length - FOOT + 1] & 0xFF) << Byte.SIZE;
        long sum = MemorySegment.ofArray(dump).get(LONG, dump.length - Long.BYTES);
        return version <= RdbValues.NEWEST && sum == Crc64.of(0, dump, 0, dump.length - Long.BYTES);
    }

    /**
     * Reads a sound one and keeps nothing of it.
     *
     * @return of what kind it is where this server has none such, {@code streams with groups}, say; null for one that can be
     *     put into an entry
     * @throws RdbException where it is damaged, of a type that is not known, or more than can be taken at once
     */
    public static @Nullable String check(byte[] dump) throws IOException {
        Weighed items = new Weighed(BUDGET);
        RdbInput in = read(dump, items);
        if (items.foreign() == null && (items.isEmpty() || in.wasTooLong() || in.position() != dump.length - FOOT)) {
            throw new RdbException("the value is empty, too long or of a kind that cannot be kept");
        }
        return items.foreign();
    }

    /** Puts what is in a checked one into an entry that is open and not there, some at a time. */
    public static void putInto(byte[] dump, Entry entry, long now) throws IOException {
        Collected items = Collected.into(entry, now);
        read(dump, items);
        items.putInto(entry, now);
    }

    private static RdbInput read(byte[] dump, Items into) throws IOException {
        RdbInput in = new RdbInput(new ByteArrayInputStream(dump, 0, dump.length - FOOT), LONGEST, BUDGET);
        int type = in.u8();
        if (!RdbValues.isKnown(type)) {
            throw new RdbException("values of type " + type + " are not known");
        }
        RdbValues.read(type, in, into);
        return in;
    }
}
