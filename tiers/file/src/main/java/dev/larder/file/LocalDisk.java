package dev.larder.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The real {@link Disk}. Immutable.
 *
 * <p>Nothing is forced to the medium: processes of one machine share the page cache, and after a crash of the machine the
 * folder is void as a whole, see {@link MachineClock}. A file that a killed process left half written has a name of its
 * own, {@link Names#temporary}, and is swept away later.
 */
final class LocalDisk implements Disk {
    /** Longer files are nobody's: no key and no value is that long. */
    static final int LONGEST_FILE = 256 << 20;

    /** How often a folder or file may be swept away from under a step. */
    private static final int MAX_TRIES = 5;

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> OVERWRITE = Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);

    private final Folder root;

    LocalDisk(Folder root) {
        this.root = root;
    }

    @Override
    public byte @Nullable [] read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            long length = channel.size();
            if (length > LONGEST_FILE) {
                return Disk.unreadable();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) length);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    return Disk.unreadable(); // somebody cut it meanwhile, which no process of ours does
                }
            }
            return bytes.array();
        } catch (NoSuchFileException e) { // the ordinary miss
            return null;
        } catch (IOException e) {
            if (isOther(file)) {
                return Disk.unreadable();
            }
            throw e;
        }
    }

    /** Whether something other than a regular file is in this place, such as a link. */
    private static boolean isOther(Path file) throws IOException {
        BasicFileAttributes found = attributes(file);
        return found != null && !found.isRegularFile();
    }

    @Override
    public void replace(Path file, byte[] bytes) throws IOException {
        for (int tries = 1; !replaceOnce(file, bytes, tries); tries++) {
            // A sweeper took the temporary file: the generation is not read any more. It must not fail the step.
        }
    }

    private boolean replaceOnce(Path file, byte[] bytes, int tries) throws IOException {
        Path temporary = file.resolveSibling(Names.temporary());
        create(temporary, bytes);
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (NoSuchFileException e) {
            if (tries == MAX_TRIES) {
                throw e;
            }
            return false;
        } catch (IOException e) {
            removeAfter(e, temporary);
            throw e;
        }
    }

    @Override
    public void overwrite(Path file, byte[] bytes) throws IOException {
        withFolder(file, () -> {
            try (FileChannel channel = FileChannel.open(file, OVERWRITE, root.ofFiles())) {
                writeAll(channel, bytes);
            }
            return true;
        });
    }

    @Override
    public boolean create(Path file, byte[] bytes) throws IOException {
        return withFolder(file, () -> {
            FileChannel channel;
            try {
                channel = FileChannel.open(file, CREATE, root.ofFiles());
            } catch (FileAlreadyExistsException e) { // an answer, not a failure
                return false;
            }
            try (channel) {
                writeAll(channel, bytes);
            } catch (IOException e) {
                removeAfter(e, file);
                throw e;
            }
            return true;
        });
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return Files.deleteIfExists(file);
    }

    @Override
    public long length(Path file) throws IOException {
        BasicFileAttributes found = attributes(file);
        return found == null ? -1 : found.size();
    }

    @Override
    public void touch(Path file, long wallMillis) throws IOException {
        FileTime used = FileTime.fromMillis(wallMillis);
        try {
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(used, null, null);
        } catch (NoSuchFileException e) { // replaced or removed since it was read
            return;
        }
    }

    /** What is at {@code file}, itself and not what it may link to; null for nothing. */
    static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) { // an answer
            return null;
        }
    }

    static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    @FunctionalInterface
    private interface Writing {
        boolean run() throws IOException;
    }

    /** Runs {@code writing}, and once more after making the folder of {@code file} if that was missing. */
    private boolean withFolder(Path file, Writing writing) throws IOException {
        for (int tries = 0; ; tries++) {
            try {
                return writing.run();
            } catch (NoSuchFileException e) {
                if (tries == MAX_TRIES) { // a sweeper that removes the folder as often as it is made: not in this world
                    throw e;
                }
                Path folder = file.getParent();
                if (folder != null) {
                    root.makeFolder(folder);
                }
            }
        }
    }

    private static void removeAfter(IOException failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) { // the sweeper finds it
            failure.addSuppressed(e);
        }
    }
}
