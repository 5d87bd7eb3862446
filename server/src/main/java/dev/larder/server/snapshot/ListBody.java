package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.ListAccess;
import dev.larder.server.store.Slice;

/** Writes elements of a list as bodies. Confined to one thread. */
final class ListBody implements FieldSink {
    private static final int STEP_BYTES = 128 * 1024;
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private final Payload out;

    ListBody(Payload out) {
        this.out = out;
    }

    /** Up to how many bytes of elements are read for each time that the shard is locked. */
    static int step(boolean isLastTry) {
        return isLastTry ? MOST_BYTES : STEP_BYTES;
    }

    /** Writes a body with elements from one on, up to about so many bytes; returns which one is next, 0 at the end. */
    long write(Entry list, long from, int mostBytes) {
        ListAccess elements = list.elements();
        int at = out.length();
        out.i32(0);
        int count = elements.count();
        long next = from;
        while (next < count && out.length() - at < mostBytes) {
            elements.range(next++, 1, this);
        }
        out.patch(at, (int) (next - from));
        return next == count ? 0 : next;
    }

    @Override
    public void field(Slice name, int valueBytes) {
        out.number(valueBytes);
    }

    @Override
    public void piece(Slice bytes) {
        out.raw(bytes);
    }
}
