package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;

/**
 * Writes entries of a stream as bodies. What comes or goes between two bodies does no harm, since the next one goes on behind
 * the last id that was written. Confined to one thread.
 */
final class StreamBody implements FieldSink {
    static final int STEP_BYTES = 128 * 1024;

    private final Payload out;
    private StreamId reached = StreamId.ZERO;

    StreamBody(Payload out) {
        this.out = out;
    }

    /** Writes a body of up to about so many bytes, from the first entry or from where it was; says whether there are more. */
    boolean write(Entry open, boolean isFirst, int mostBytes) {
        StreamAccess stream = open.stream();
        reached = isFirst ? StreamId.ZERO : reached;
        int at = out.length();
        out.i32(0);
        long begin = stream.below(reached, true);
        int count = stream.count();
        long next = begin;
        while (next < count && out.length() - at < mostBytes) {
            stream.range(next++, 1, this);
        }
        out.patch(at, (int) (next - begin));
        out.raw(stream.last().name()).raw(stream.removed().name()).i64(stream.added());
        return next < count;
    }

    @Override
    public void field(Slice name, int valueBytes) {
        reached = StreamId.of(name);
        out.raw(name).number(valueBytes);
    }

    @Override
    public void piece(Slice bytes) {
        out.raw(bytes);
    }
}
