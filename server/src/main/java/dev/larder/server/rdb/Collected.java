package dev.larder.server.rdb;

import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items of one value, to be put into an entry: when {@link #putInto} is called, or some at a time, as they come. Confined to
 * one thread.
 */
public final class Collected implements Items {
    /** So much gathers before it is put into an entry. */
    public static final int STEP_BYTES = 1 << 16;

    private final List<Item> items = new ArrayList<>();
    private final @Nullable Entry target;
    private final long now;
    private long bytes;

    /** Keeps all that comes. */
    public Collected() {
        this(null, 0);
    }

    private Collected(@Nullable Entry target, long now) {
        this.target = target;
        this.now = now;
    }

    /** Puts what comes into an entry, which is open, whenever {@value #STEP_BYTES} bytes have gathered. */
    static Collected into(Entry target, long now) {
        return new Collected(target, now);
    }

    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Item(Kind kind, byte[] name, byte[] value, long number) {}

    private enum Kind {
        STRING,
        FIELD,
        ELEMENT,
        MEMBER,
        SCORED,
        ENTRY,
        STREAM
    }

    private static final byte[] NONE = {};

    private void add(Kind kind, byte[] name, byte[] value, long number) {
        items.add(new Item(kind, name, value, number));
        bytes += name.length + value.length + Long.BYTES;
        if (target != null && bytes > STEP_BYTES) {
            putInto(target, now);
            clear();
        }
    }

    @Override
    public void string(byte[] value) {
        add(Kind.STRING, NONE, value, 0);
    }

    @Override
    public void field(byte[] name, byte[] value, long expiresAt) {
        add(Kind.FIELD, name, value, expiresAt);
    }

    @Override
    public void member(byte[] member) {
        add(Kind.MEMBER, member, NONE, 0);
    }

    @Override
    public void scored(byte[] member, double score) {
        add(Kind.SCORED, member, NONE, Double.doubleToRawLongBits(score));
    }

    @Override
    public void element(byte[] element) {
        add(Kind.ELEMENT, NONE, element, 0);
    }

    @Override
    public void entry(StreamId id, byte[] texts) {
        add(Kind.ENTRY, id.name().toBytes(), texts, 0);
    }

    @Override
    public void stream(StreamId last, StreamId removed, long added) {
        add(Kind.STREAM, last.name().toBytes(), removed.name().toBytes(), added);
    }

    @Override
    public void foreign(String kind) {
        // nothing of it comes
    }

    /** Whether there is nothing, which Redis never keeps. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** What the items take of memory, about. */
    public long bytes() {
        return bytes;
    }

    /** Forgets all. */
    public void clear() {
        items.clear();
        bytes = 0;
    }

    /** Puts all into an entry that is open, and is of this type or not there. Fields that have expired are left out. */
    public void putInto(Entry entry, long moment) {
        Slice name = new Slice();
        Slice value = new Slice();
        for (Item item : items) {
            name.set(item.name, 0, item.name.length);
            value.set(item.value, 0, item.value.length);
            switch (item.kind) {
                case STRING -> entry.set(value, Entry.NEVER);
                case FIELD -> {
                    if (item.number > moment) {
                        entry.fields().put(name, value, item.number);
                    }
                }
                case ELEMENT -> entry.elements().addLast(value);
                case MEMBER -> entry.members().add(name);
                case ENTRY -> entry.stream().append(StreamId.of(name), value);
                case STREAM -> entry.stream().state(StreamId.of(name), StreamId.of(value), item.number);
                case SCORED -> entry.scores().put(name, Double.longBitsToDouble(item.number));
            }
        }
    }
}
