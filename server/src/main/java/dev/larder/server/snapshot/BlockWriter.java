package dev.larder.server.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writes a snapshot's header and blocks, one after the other. Confined to one thread; leaves the channel open. */
final class BlockWriter {
    /** Written at a time, so that the channel's copy of it is small. */
    private static final int CHUNK = 64 * 1024;

    private final WritableByteChannel out;
    private final long id;
    private long position;
    private int blocks;

    BlockWriter(WritableByteChannel out, long id, long madeAt) throws IOException {
        this.out = out;
        this.id = id;
        write(Format.fileHead(id, madeAt), Format.FILE_HEAD);
    }

    long position() {
        return position;
    }

    int blocks() {
        return blocks;
    }

    private void write(byte[] bytes, int count) throws IOException {
        for (int at = 0; at < count; at += CHUNK) {
            ByteBuffer chunk = ByteBuffer.wrap(bytes, at, Math.min(CHUNK, count - at));
            while (chunk.hasRemaining()) {
                out.write(chunk);
            }
        }
        position += count;
    }

    private void block(int kind, byte[] payload, int length) throws IOException {
        byte[] gap = new byte[(int) (Format.aligned(position) - position)];
        write(gap, gap.length);
        Format.BlockHead head = new Format.BlockHead(kind, blocks, length, Format.sum(payload, 0, length));
        write(head.bytes(id), Format.BLOCK_HEAD);
        write(payload, length);
    }

    /** Writes what was put together, and clears it. */
    void data(Payload payload) throws IOException {
        if (payload.length() > 0) {
            block(Format.DATA, payload.bytes(), payload.length());
            blocks++;
            payload.clear();
        }
    }

    /** Ends the file. */
    void end(long entries) throws IOException {
        Payload payload = new Payload().i64(entries).i64(blocks);
        block(Format.END, payload.bytes(), payload.length());
    }
}
