package dev.larder.server.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a snapshot's blocks, and goes on behind those that are damaged. Confined to one thread.
 */
final class BlockReader implements Closeable {
    private final FileChannel in;
    private final Path path;
    private final long size;
    private final byte[] head = new byte[Format.BLOCK_HEAD];
    private long id;
    private long entries;
    private long blocks;
    private long end;

    private long position = Format.ALIGNMENT;
    private byte[] payload = new byte[Format.BLOCK_BYTES];
    private int length;
    private int number;
    private long sound;

    /**
     * Opens a file and looks at both of its ends.
     *
     * @throws UnusableSnapshotException if it is no snapshot, or not whole, or of another version
     */
    BlockReader(Path path) throws IOException {
        this.path = path;
        this.in = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            size = in.size();
            readHead();
            readEnd();
            opened = true;
        } finally {
            if (!opened) {
                in.close();
            }
        }
    }

    private UnusableSnapshotException unusable(String what) {
        return new UnusableSnapshotException("snapshot '" + path + "' " + what);
    }

    private void readHead() throws IOException {
        byte[] bytes = new byte[Format.FILE_HEAD];
        boolean isThere = read(0, bytes, bytes.length);
        MemorySegment first = MemorySegment.ofArray(bytes);
        if (!isThere || first.get(Format.LONG, 0) != Format.MAGIC) {
            throw unusable("must begin with LARDSNAP but begins with other bytes: it is not one of Larder's");
        }
        int version = first.get(Format.INT, 8);
        if (version != Format.VERSION) {
            throw unusable("must be of version " + Format.VERSION + " but is of version " + version);
        }
        if (first.get(Format.INT, 28) != Format.sum(bytes, 0, 28)) {
            throw unusable("has a damaged header: its sum is wrong");
        }
        id = first.get(Format.LONG, 12);
    }

    private void readEnd() throws IOException {
        end = size - Format.BLOCK_HEAD - Format.END_PAYLOAD;
        byte[] last = new byte[Format.END_PAYLOAD];
        boolean isWhole = end >= Format.ALIGNMENT
                && end % Format.ALIGNMENT == 0
                && read(end, head, head.length)
                && Format.BlockHead.isHead(head, id)
                && Format.BlockHead.of(head).kind() == Format.END
                && read(end + Format.BLOCK_HEAD, last, last.length)
                && Format.BlockHead.of(head).sum() == Format.sum(last, 0, last.length);
        if (!isWhole) {
            throw unusable("must end with its end block but has none after " + size
                    + " bytes: it was cut off, or its end is damaged");
        }
        entries = MemorySegment.ofArray(last).get(Format.LONG, 0);
        blocks = MemorySegment.ofArray(last).get(Format.LONG, 8);
    }

    /** Reads so many bytes; false where the file has less. */
    private boolean read(long from, byte[] into, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, count);
        while (buffer.hasRemaining()) {
            if (in.read(buffer, from + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads the next sound block; false at the end. */
    boolean next() throws IOException {
        while (position < end) {
            long at = position;
            position += Format.ALIGNMENT;
            if (read(at, head, head.length) && Format.BlockHead.isHead(head, id) && readPayload(at)) {
                sound++;
                return true;
            }
        }
        return false;
    }

    private boolean readPayload(long at) throws IOException {
        Format.BlockHead block = Format.BlockHead.of(head);
        long after = at + Format.BLOCK_HEAD + block.length();
        if (block.kind() != Format.DATA || after > end) {
            return false;
        }
        if (payload.length < block.length() || payload.length > Math.max(block.length(), 2 * Format.BLOCK_BYTES)) {
            payload = new byte[Math.max(block.length(), Format.BLOCK_BYTES)];
        }
        if (!read(at + Format.BLOCK_HEAD, payload, block.length())
                || block.sum() != Format.sum(payload, 0, block.length())) {
            return false;
        }
        length = block.length();
        number = block.number();
        position = Format.aligned(after);
        return true;
    }

    byte[] payload() {
        return payload;
    }

    int length() {
        return length;
    }

    /** The number of the block that was read: one more than the one before, unless there is damage between. */
    int number() {
        return number;
    }

    /** Entries that were written. */
    long entries() {
        return entries;
    }

    /** Blocks that were written and not read soundly so far; to be asked at the end. */
    long damaged() {
        return blocks - sound;
    }

    long position() {
        return Math.min(position, size);
    }

    long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
