package dev.larder.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A disk that can be full, read-only or broken. Thread-safe. */
final class FaultyDisk implements Disk {
    /** What the disk does wrong. */
    enum Fault {
        NONE,
        /** Nothing can be added; removing works. */
        FULL,
        /** As {@link #FULL}, and a part of each new file stays behind, as if the process had been killed. */
        FULL_WITH_PARTS,
        /** Nothing can be changed. */
        READ_ONLY,
        /** Nothing works. */
        BROKEN
    }

    private final Disk real;
    volatile Fault fault = Fault.NONE;

    FaultyDisk(Disk real) {
        this.real = real;
    }

    private void add(Path file, byte[] bytes) throws IOException {
        if (fault == Fault.FULL_WITH_PARTS) {
            byte[] part = java.util.Arrays.copyOf(bytes, bytes.length / 2);
            real.create(file.resolveSibling(Names.temporary()), part);
        }
        if (fault == Fault.FULL || fault == Fault.FULL_WITH_PARTS) {
            throw new FileSystemException(file.toString(), null, "No space left on device");
        }
        change(file);
    }

    private void change(Path file) throws IOException {
        if (fault == Fault.READ_ONLY) {
            throw new FileSystemException(file.toString(), null, "Read-only file system");
        }
        use(file);
    }

    private void use(Path file) throws IOException {
        if (fault == Fault.BROKEN) {
            throw new FileSystemException(file.toString(), null, "Input/output error");
        }
    }

    @Override
    public byte @Nullable [] read(Path file) throws IOException {
        use(file);
        return real.read(file);
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        add(file, bytes);
        real.replace(file, bytes);
    }

    @Override
    public void overwrite(Path file, byte[] bytes) throws IOException {
        add(file, bytes);
        real.overwrite(file, bytes);
    }

    @Override
    public boolean create(Path file, byte[] bytes) throws IOException {
        add(file, bytes);
        return real.create(file, bytes);
    }

    @Override
    public boolean delete(Path file) throws IOException {
        change(file);
        return real.delete(file);
    }

    @Override
    public long length(Path file) throws IOException {
        use(file);
        return real.length(file);
    }

    @Override
    public void touch(Path file, long wallMillis) throws IOException {
        change(file);
        real.touch(file, wallMillis);
    }
}
