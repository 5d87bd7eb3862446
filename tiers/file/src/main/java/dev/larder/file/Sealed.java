package dev.larder.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What all files of the tier but the log have around their content, and tags around their header, so that any damage
 * shows. Pure.
 *
 * <pre>
 *  offset  bytes  content
 *  0       3      'L' 'F' and a letter for the kind of file
 *  3       1      format version, {@value #VERSION}
 *  4       n      the content
 *  4+n     4      CRC-32C of all bytes before
 * </pre>
 */
final class Sealed {
    /** The kinds of files. */
    enum Kind {
        VALUE('V'),
        LEASE('L'),
        CONTROL('C'),
        CLOCK('T'),
        USAGE('U'),
        TAGS('G');

        private final byte letter;

        Kind(char letter) {
            this.letter = (byte) letter;
        }
    }

    static final byte VERSION = 1;
    private static final int HEADER = 4;
    /** What a file is longer than its content. */
    static final int AROUND = HEADER + Integer.BYTES;

    private Sealed() {}

    /** A buffer for {@code contentBytes}, placed behind the header; give it to {@link #seal} when it is full. */
    static ByteBuffer begin(Kind kind, int contentBytes) {
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(contentBytes, AROUND));
        return out.put((byte) 'L').put((byte) 'F').put(kind.letter).put(VERSION);
    }

    @SuppressWarnings("ByteBufferBackingArray") // begin() allocated it
    static byte[] seal(ByteBuffer out) {
        int end = out.position();
        return out.putInt(checksum(out.array(), end)).array();
    }

    /** The content of a file of that kind; null where it is none, or damaged. */
    static @Nullable ByteBuffer open(Kind kind, byte[] file) {
        int end = file.length - Integer.BYTES;
        if (end < HEADER
                || file[0] != 'L'
                || file[1] != 'F'
                || file[2] != kind.letter
                || file[3] != VERSION
                || ByteBuffer.wrap(file).getInt(end) != checksum(file, end)) {
            return null;
        }
        return ByteBuffer.wrap(file, HEADER, end - HEADER);
    }

    private static int checksum(byte[] bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        return (int) crc.getValue();
    }
}
