package dev.larder.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the tier asks of a file system, so that tests can have one that is full, broken or slow. Thread-safe; blocks. No
 * operation follows a symbolic link at the path's own place. What cannot be done is an {@link IOException}.
 */
interface Disk {
    /** Stands for a file that is there and is of no use: too large, no regular file, or gone bad while it was read. */
    static byte[] unreadable() {
        return new byte[1];
    }

    /** The bytes of a file; null where there is none; {@link #unreadable} where there is something else. */
    byte @Nullable [] read(Path file) throws IOException;

    /** Makes the bytes of {@code file} these, in one step that readers see whole or not at all. */
    void replace(Path file, byte[] bytes) throws IOException;

    /** Makes the bytes of {@code file} these, in place; a reader at the same time may see a part of them. */
    void overwrite(Path file, byte[] bytes) throws IOException;

    /** Creates {@code file}; false where something is there already. A part of the bytes is never left behind. */
    boolean create(Path file, byte[] bytes) throws IOException;

    /** Removes {@code file}; false where there was none. */
    boolean delete(Path file) throws IOException;

    /** The length of a file; -1 where there is none. */
    long length(Path file) throws IOException;

    /** Notes that {@code file} was used at {@code wallMillis}; one that is gone is no failure. */
    void touch(Path file, long wallMillis) throws IOException;
}
