package dev.larder.server.rdb;

import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a stream's entries into nodes as Redis has them, see {@link RdbStream}. Confined to one thread. */
final class StreamNodes implements FieldSink {
    private static final int MOST_ENTRIES = 100;
    private static final int MOST_BYTES = 4_096;

    private final List<Node> nodes = new ArrayList<>();
    private final Texts texts = new Texts();
    private StreamId id = StreamId.ZERO;
    private byte[] packed = {};
    private int filled;

    /** One node, and the list pack of its entries. */
    private static final class Node {
        private final StreamId base;
        private final List<byte[]> fields;
        private final List<StreamId> ids = new ArrayList<>();
        private final List<List<byte[]>> entries = new ArrayList<>();
        private int bytes;

        Node(StreamId base, List<byte[]> fields) {
            this.base = base;
            this.fields = fields;
        }

        private byte[] pack() {
            ListpackWriter out = new ListpackWriter();
            out.add(entries.size());
            out.add(0);
            out.add(fields.size());
            fields.forEach(field -> out.add(field, 0, field.length));
            out.add(0);
            for (int i = 0; i < entries.size(); i++) {
                List<byte[]> entry = entries.get(i);
                List<byte[]> own = odd(entry, 0);
                boolean isSame = areSame(own, fields);
                out.add(isSame ? RdbStream.SAME_FIELDS : 0);
                out.add(ids.get(i).millis() - base.millis());
                out.add(ids.get(i).number() - base.number());
                if (!isSame) {
                    out.add(own.size());
                }
                List<byte[]> written = isSame ? odd(entry, 1) : entry;
                written.forEach(text -> out.add(text, 0, text.length));
                out.add(written.size() + (isSame ? 3L : 4L));
            }
            return out.bytes();
        }
    }

    /** The fields of an entry from 0 on, its values from 1 on. */
    private static List<byte[]> odd(List<byte[]> entry, int from) {
        List<byte[]> found = new ArrayList<>();
        for (int i = from; i < entry.size(); i += 2) {
            found.add(entry.get(i));
        }
        return found;
    }

    private static boolean areSame(List<byte[]> one, List<byte[]> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = Arrays.equals(one.get(i), other.get(i));
        }
        return same;
    }

    /** Takes a name and a list pack. */
    @FunctionalInterface
    interface Taker {
        void node(byte[] name, byte[] pack);
    }

    private StreamNodes() {}

    /** The nodes of a stream that is there. */
    static StreamNodes of(Entry entry) {
        StreamNodes all = new StreamNodes();
        entry.stream().range(0, Long.MAX_VALUE, all);
        return all;
    }

    int count() {
        return nodes.size();
    }

    void each(Taker taker) {
        nodes.forEach(node -> taker.node(node.base.name().toBytes(), node.pack()));
    }

    @Override
    public void field(Slice name, int valueBytes) {
        id = StreamId.of(name);
        packed = texts.take(valueBytes);
        filled = 0;
    }

    @Override
    public void piece(Slice bytes) {
        MemorySegment.copy(bytes.memory(), bytes.offset(), MemorySegment.ofArray(packed), filled, bytes.length());
        filled += bytes.length();
        if (filled == texts.all().length()) {
            List<byte[]> entry = new ArrayList<>();
            texts.each((array, offset, length) -> entry.add(Arrays.copyOfRange(array, offset, offset + length)));
            add(entry);
        }
    }

    private void add(List<byte[]> entry) {
        Node node = latest();
        if (node == null || node.entries.size() == MOST_ENTRIES || node.bytes > MOST_BYTES) {
            node = new Node(id, odd(entry, 0));
            nodes.add(node);
        }
        node.ids.add(id);
        node.entries.add(entry);
        node.bytes += filled;
    }

    private @Nullable Node latest() {
        return nodes.isEmpty() ? null : nodes.getLast();
    }
}
