package dev.larder.server.rdb;

import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a stream of Redis: nodes of entries, each a list pack, then what the stream knows, then its groups. Pure but for the
 * input.
 *
 * <pre>{@code
 *  node   ┌ id 16 ┐ list pack: how many │ how many deleted │ fields │ field … │ 0 │ entry …
 *  entry  flags │ time, less the node's │ number, less the node's │ [fields] │ field, value … or value … │ elements of it
 * }</pre>
 *
 * An entry with the node's own fields has only its values there.
 */
final class RdbStream {
    /** The type that Redis 7.0 writes. */
    static final int WRITTEN = 19;

    static final int DELETED = 1;
    static final int SAME_FIELDS = 2;
    private static final int OLD = 15;
    private static final int NEW = 21;
    private static final int MOST_FIELDS = 1 << 20;

    private final RdbInput in;
    private final Items into;
    private final Texts texts = new Texts();
    private StreamId last = StreamId.ZERO;

    private RdbStream(RdbInput in, Items into) {
        this.in = in;
        this.into = into;
    }

    /** Reads a value of type 15, 19 or 21. One with groups is of a foreign kind, since this server has none. */
    static void read(int type, RdbInput in, Items into) throws IOException {
        new RdbStream(in, into).read(type);
    }

    private void read(int type) throws IOException {
        for (long left = in.count(); left > 0; left--) {
            byte[] name = in.string();
            byte[] pack = in.string();
            if (pack.length > 0) { // else it was too long, which whoever asked is told of
                node(name, Packed.listpack(pack));
            }
        }
        long count = in.length();
        StreamId top = id();
        StreamId removed = StreamId.ZERO;
        long added = count;
        if (type != OLD) {
            id(); // of the first entry
            removed = id();
            added = in.length();
        }
        if (top.compareTo(last) < 0) {
            throw new RdbException("a stream's last id must not be below an entry's");
        }
        long groups = in.count();
        for (long left = groups; left > 0; left--) {
            group(type);
        }
        if (groups > 0) {
            into.foreign("streams with groups");
        } else {
            into.stream(top, removed, added);
        }
    }

    private StreamId id() throws IOException {
        long millis = in.length();
        return new StreamId(millis, in.length());
    }

    private void node(byte[] name, Packed pack) throws RdbException {
        if (name.length != StreamId.BYTES) {
            throw new RdbException("a stream's node must have an id of " + StreamId.BYTES + " bytes");
        }
        StreamId base = StreamId.of(Slice.of(name));
        pack.integer();
        pack.integer();
        List<byte[]> fields = new ArrayList<>();
        for (long left = count(pack); left > 0; left--) {
            fields.add(pack.nextOfListpack());
        }
        pack.integer();
        while (pack.hasNext()) {
            entry(base, fields, pack);
        }
    }

    private static long count(Packed pack) throws RdbException {
        long count = pack.integer();
        if (count < 0 || count > MOST_FIELDS) {
            throw new RdbException("an entry's fields must be 0 to " + MOST_FIELDS + " but were " + count);
        }
        return count;
    }

    private void entry(StreamId base, List<byte[]> fields, Packed pack) throws RdbException {
        long flags = pack.integer();
        long millis = base.millis() + pack.integer();
        StreamId id = new StreamId(millis, base.number() + pack.integer());
        boolean isSame = (flags & SAME_FIELDS) != 0;
        long count = isSame ? fields.size() : count(pack);
        texts.begin(0);
        for (int i = 0; i < count; i++) {
            add(isSame ? fields.get(i) : pack.nextOfListpack());
            add(pack.nextOfListpack());
        }
        pack.integer();
        if ((flags & DELETED) != 0) {
            return;
        }
        if (count == 0 || id.compareTo(last) <= 0) {
            throw new RdbException("entries of a stream must have fields, and ids that grow");
        }
        last = id;
        in.spend(texts.all().length());
        into.entry(id, texts.all().toBytes());
    }

    private void add(byte[] text) {
        texts.add(text, 0, text.length);
    }

    private void group(int type) throws IOException {
        in.string();
        int lengths = type == OLD ? 2 : 3;
        for (int i = 0; i < lengths; i++) {
            in.length();
        }
        for (long left = in.count(); left > 0; left--) {
            in.skip(StreamId.BYTES + Long.BYTES);
            in.length();
        }
        for (long consumers = in.count(); consumers > 0; consumers--) {
            in.string();
            in.skip(type == NEW ? 2 * Long.BYTES : Long.BYTES);
            for (long left = in.count(); left > 0; left--) {
                in.skip(StreamId.BYTES);
            }
        }
    }
}
