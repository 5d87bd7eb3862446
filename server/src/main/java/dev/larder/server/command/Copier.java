package dev.larder.server.command;

import dev.larder.server.store.Sink;
import dev.larder.server.store.Slice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies a value piece by piece into an array. Used again and again, by one thread. */
public final class Copier implements Sink {
    private static final byte[] NOTHING = {};

    private byte[] target = NOTHING;
    private int at;

    /** Copies to {@code offset} of an array, which has room for all of it. */
    public Copier to(byte[] array, int offset) {
        target = array;
        at = offset;
        return this;
    }

    @Override
    public void piece(Slice bytes) {
        MemorySegment.copy(bytes.memory(), ValueLayout.JAVA_BYTE, bytes.offset(), target, at, bytes.length());
        at += bytes.length();
    }
}
