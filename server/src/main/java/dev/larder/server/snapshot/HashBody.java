package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldAccess;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import java.util.ArrayList;
import java.util.List;

/** Writes fields of a hash as bodies; long ones each by itself, and later. Confined to one thread. */
final class HashBody implements FieldSink {
    private static final int LONG_VALUE = 64 * 1024;
    private static final int STEP = 32;

    private final Payload out;
    private final List<byte[]> later = new ArrayList<>();
    private FieldAccess fields;
    private boolean expires;
    private boolean skips;
    private int count;

    HashBody(Payload out, Entry entry) {
        this.out = out;
        this.fields = entry.fields();
    }

    /** Writes a body with the fields from a cursor on; returns the next cursor, 0 at the end. */
    long write(Entry entry, long cursor, int most) {
        fields = entry.fields();
        expires = fields.expires();
        count = 0;
        int at = out.length();
        out.i32(0);
        long next = fields.scan(cursor, most, this);
        out.patch(at, count);
        return next;
    }

    /** The same for a few of many. */
    long writeSome(Entry entry, long cursor) {
        return write(entry, cursor, STEP);
    }

    /** The names of fields that were left for {@link #writeOne}. */
    List<byte[]> later() {
        return later;
    }

    /** Writes a body with one field, if it is still there. */
    void writeOne(Entry entry, byte[] name) {
        fields = entry.fields();
        Slice wanted = Slice.of(name);
        int length = fields.length(wanted);
        out.i32(length < 0 ? 0 : 1);
        if (length >= 0) {
            head(wanted, length, fields.expiresAt(wanted));
            fields.read(wanted, out::raw);
        }
    }

    private void head(Slice name, int valueBytes, long expiresAt) {
        out.bytes(name).u8(expiresAt == Entry.NEVER ? 0 : 1);
        if (expiresAt != Entry.NEVER) {
            out.i64(expiresAt);
        }
        out.number(valueBytes);
    }

    @Override
    public void field(Slice name, int valueBytes) {
        skips = valueBytes > LONG_VALUE;
        if (skips) {
            later.add(name.toBytes());
        } else {
            count++;
            head(name, valueBytes, expires ? fields.expiresAt(name) : Entry.NEVER);
        }
    }

    @Override
    public void piece(Slice bytes) {
        if (!skips) {
            out.raw(bytes);
        }
    }
}
