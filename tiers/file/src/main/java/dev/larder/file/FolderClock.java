package dev.larder.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The file system's own clock: the time it gives a file that is written to now. All processes see the same, and it is the
 * one that the times of other files come from. A reading is a few milliseconds behind on Linux, and up to a second on file
 * systems that keep seconds only. Immutable; the caller holds {@link Locks.Guard#CLOCK}.
 */
final class FolderClock implements WallClock {
    private final Path file;
    private final Folder folder;

    FolderClock(Folder folder) {
        this.file = folder.path().resolve(Names.NOW);
        this.folder = folder;
    }

    @Override
    public long millis() throws IOException {
        try {
            FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                            folder.ofFiles())
                    .close();
        } catch (FileAlreadyExistsException e) {
            touch();
        }
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .lastModifiedTime()
                .toMillis();
    }

    private void touch() throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            LocalDisk.writeAll(channel, new byte[1]);
        }
    }
}
