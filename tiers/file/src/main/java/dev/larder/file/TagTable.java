package dev.larder.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of tags that is open, so that no other can have its identity. Thread-safe; whoever writes holds
 * {@link Locks.Guard#TAGS}, and so does whoever reads more than the header. Header and cells are written in place, each
 * within one block: a process that is killed has written it or has not, and if a system did otherwise the checksum tells.
 */
final class TagTable implements AutoCloseable {
    /** The file is not what was written. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException() {
            super("the file of a cache's tags is damaged");
        }
    }

    private final FileChannel channel;
    private final @Nullable Object identity;

    private TagTable(FileChannel channel, @Nullable Object identity) {
        this.channel = channel;
        this.identity = identity;
    }

    /** The file; null where there is none. The caller holds the lock, so that nobody replaces it meanwhile. */
    static @Nullable TagTable open(Path file) throws IOException {
        BasicFileAttributes found = LocalDisk.attributes(file);
        if (found == null || !found.isRegularFile()) {
            return null;
        }
        try {
            FileChannel channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            return new TagTable(channel, found.fileKey());
        } catch (NoSuchFileException e) { // somebody removed it just now
            return null;
        }
    }

    /** Whether {@code file} still names this; false where the system cannot tell. */
    boolean isOf(@Nullable BasicFileAttributes file) {
        return identity != null && file != null && identity.equals(file.fileKey());
    }

    /** The header; null where it is damaged, just being written, or this was closed. */
    @Nullable TagHeader header() throws IOException {
        try {
            ByteBuffer in = read(0, TagHeader.BYTES);
            byte[] bytes = new byte[in.remaining()];
            in.get(bytes);
            return TagHeader.decode(bytes);
        } catch (ClosedChannelException e) { // another thread saw that the file is another one
            return null;
        }
    }

    /** Whether the file is as long as {@code header} says. */
    boolean isWhole(TagHeader header) throws IOException {
        return channel.size() == header.fileBytes();
    }

    TagBin bin(TagHeader header, int number) throws IOException {
        TagBin bin = null;
        ByteBuffer in = read(TagHeader.offset(number), TagBin.BYTES);
        if (in.remaining() == TagBin.BYTES) {
            bin = TagBin.decode(header, number, in);
        }
        if (bin == null) {
            throw new DamagedException();
        }
        return bin;
    }

    List<TagRecord> records(TagHeader header) throws IOException {
        ByteBuffer in = read(TagHeader.offset(0), header.fileBytes() - TagHeader.offset(0));
        List<TagRecord> all = new ArrayList<>();
        for (int number = 0; number < header.bins(); number++) {
            in.position(number * TagBin.BYTES);
            TagBin bin = in.remaining() < TagBin.BYTES ? null : TagBin.decode(header, number, in);
            if (bin == null) {
                throw new DamagedException();
            }
            all.addAll(bin.records());
        }
        return all;
    }

    void write(TagHeader header) throws IOException {
        write(0, ByteBuffer.wrap(header.encode()));
    }

    void write(TagHeader header, int cell, TagRecord record) throws IOException {
        int bin = header.binOf(record.id());
        ByteBuffer out = ByteBuffer.allocate(TagRecord.BYTES);
        TagRecord.put(out, record, header.place(bin, cell));
        write(TagHeader.offset(bin) + cell * TagRecord.BYTES, out.flip());
    }

    private void write(long position, ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            channel.write(out, position + out.position());
        }
    }

    private ByteBuffer read(long position, int length) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(length);
        while (in.hasRemaining()) {
            if (channel.read(in, position + in.position()) < 0) {
                break; // it was cut
            }
        }
        return in.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
