package dev.larder.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A place in one file of the bus's log, always between two records. Not thread-safe: its owner sees to that.
 *
 * <pre>
 *  file    'L' 'F' 'B' version 1 | number of the first record 8 | CRC-32C of the 12 bytes before 4 | records
 *  record  length of the payload 4 | number 8 | CRC-32C of length, number and payload 4 | payload
 * </pre>
 *
 * <p>The file is kept open, so that no other can have its identity and what was written to it before it was replaced can
 * still be read.
 */
final class LogCursor implements AutoCloseable {
    /** What follows the last record that could be read. */
    enum End {
        /** Nothing. */
        CLEAN,
        /** Bytes that are no whole record: torn, damaged, or just being written. */
        BROKEN
    }

    static final int HEADER = 16;
    static final int RECORD_HEADER = 16;
    private static final int PREFIX = 12;
    private static final int LONGEST_PAYLOAD = 16 << 20;
    private static final int CHUNK = 256 << 10;

    private final FileChannel channel;
    private final @Nullable Object identity;
    private long position = HEADER;
    private long next;

    private LogCursor(FileChannel channel, @Nullable Object identity, long first) {
        this.channel = channel;
        this.identity = identity;
        this.next = first;
    }

    /** A cursor at the first record of {@code file}; null where there is no log that can be read. */
    static @Nullable LogCursor open(Path file) throws IOException {
        BasicFileAttributes before = LocalDisk.attributes(file);
        if (before == null || !before.isRegularFile()) {
            return null;
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) { // replaced by nothing, just now
            return null;
        }
        LogCursor cursor = null;
        try {
            ByteBuffer header = read(channel, 0, HEADER);
            BasicFileAttributes after = LocalDisk.attributes(file);
            if (header.remaining() == HEADER
                    && isHeader(header)
                    && after != null
                    && java.util.Objects.equals(before.fileKey(), after.fileKey())) {
                cursor = new LogCursor(channel, before.fileKey(), header.getLong(Integer.BYTES));
            }
            return cursor;
        } finally {
            if (cursor == null) {
                channel.close();
            }
        }
    }

    private static boolean isHeader(ByteBuffer header) {
        return header.get(0) == 'L'
                && header.get(1) == 'F'
                && header.get(2) == 'B'
                && header.get(3) == Sealed.VERSION
                && header.getInt(PREFIX) == checksum(header, 0, 0);
    }

    /** The bytes of an empty log whose first record will have that number. */
    static byte[] empty(long first) {
        ByteBuffer out = ByteBuffer.allocate(HEADER);
        out.put((byte) 'L').put((byte) 'F').put((byte) 'B').put(Sealed.VERSION).putLong(first);
        return out.putInt(checksum(out, 0, 0)).array();
    }

    /** Whether {@code file} still names the file that this reads; false where the system cannot tell. */
    boolean isOf(@Nullable BasicFileAttributes file) {
        return identity != null && file != null && identity.equals(file.fileKey());
    }

    /** The number that the next record must have. */
    long next() {
        return next;
    }

    long position() {
        return position;
    }

    /** Gives {@code payloads} all records up to the end, or to the first that is none, and stands behind the last given. */
    End read(Consumer<ByteBuffer> payloads) throws IOException {
        int wanted = CHUNK;
        while (true) {
            long left = channel.size() - position;
            if (left <= 0) {
                return left == 0 ? End.CLEAN : End.BROKEN;
            }
            ByteBuffer in = read(channel, position, (int) Math.min(left, wanted));
            int needed = take(in, payloads);
            if (needed < 0 || needed > left - in.position()) {
                return End.BROKEN; // no record, or one that is not all there
            }
            wanted = Math.max(CHUNK, needed);
        }
    }

    /** Takes the whole records of {@code in}; how many bytes the next one needs, or -1 where there is none. */
    private int take(ByteBuffer in, Consumer<ByteBuffer> payloads) {
        while (in.remaining() >= RECORD_HEADER) {
            int start = in.position();
            int length = in.getInt(start);
            if (length < 0 || length > LONGEST_PAYLOAD) {
                return -1;
            }
            if (in.remaining() < RECORD_HEADER + length) {
                return RECORD_HEADER + length;
            }
            if (in.getLong(start + Integer.BYTES) != next || in.getInt(start + PREFIX) != checksum(in, start, length)) {
                return -1;
            }
            in.position(start + RECORD_HEADER);
            ByteBuffer payload = in.slice();
            payload.limit(length);
            in.position(start + RECORD_HEADER + length);
            position += RECORD_HEADER + length;
            next++;
            payloads.accept(payload);
        }
        return in.hasRemaining() ? RECORD_HEADER : 0;
    }

    /** Appends a record for each payload, in one write, at this place, which must be the end. The caller holds the lock. */
    void append(Iterable<byte[]> payloads) throws IOException {
        int length = 0;
        for (byte[] payload : payloads) {
            length = Math.addExact(length, RECORD_HEADER + payload.length);
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        long number = next;
        for (byte[] payload : payloads) {
            int start = out.position();
            out.putInt(payload.length).putLong(number++).putInt(0).put(payload);
            out.putInt(start + PREFIX, checksum(out, start, payload.length));
        }
        out.flip();
        try {
            while (out.hasRemaining()) {
                channel.write(out, position + out.position());
            }
        } catch (IOException e) {
            cut(e);
            throw e;
        }
        position += length;
        next = number;
    }

    /** A disk that is full took a part: it goes again, or else the next writer makes a new log. */
    private void cut(IOException failure) {
        try {
            channel.truncate(position);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(length);
        while (in.hasRemaining()) {
            if (channel.read(in, position + in.position()) < 0) {
                break; // it was cut meanwhile
            }
        }
        return in.flip();
    }

    /** Over the prefix at {@code start}, and {@code length} bytes behind the checksum's own place. */
    private static int checksum(ByteBuffer bytes, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(start + PREFIX).position(start));
        int payload = start + PREFIX + Integer.BYTES;
        crc.update(bytes.duplicate().limit(payload + length).position(payload));
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
