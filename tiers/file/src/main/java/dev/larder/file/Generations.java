package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The names of one cache's generations, in a file that is replaced in one step.
 *
 * <p>Every step of every process asks {@link #view}, so it must be cheap and never old. The file read last is kept open:
 * while it is, no other file can have its identity, so that one look at the identity of what has the name now tells
 * whether it is still the same. Whoever replaces the file does so under the cache's lock; a look needs none.
 *
 * <p>Thread-safe: what is known is volatile and immutable; it is replaced under this object's lock.
 */
final class Generations implements AutoCloseable {
    /** What one file said. It is open as long as this is {@link #known}. Told from another by its own identity. */
    private static final class Seen {
        final FileChannel channel;
        final @Nullable Object identity;
        final Control control;

        Seen(FileChannel channel, @Nullable Object identity, Control control) {
            this.channel = channel;
            this.identity = identity;
            this.control = control;
        }
    }

    private final Path folder;
    private final Path file;
    private final Resources resources;
    /** The same in every process, whatever name the tier's folder has there. */
    private final int lock;

    private volatile @Nullable Seen known;

    /** {@code folder} is the cache's own. */
    Generations(Path folder, Resources resources) {
        Path namespace = Objects.requireNonNull(folder.getParent());
        this.folder = folder;
        this.file = folder.resolve(Names.CONTROL);
        this.resources = resources;
        this.lock = (namespace.getFileName() + "/" + folder.getFileName()).hashCode();
    }

    /** The generations as they are at some moment during the call. Makes them where there are none. */
    Control view() throws IOException {
        Seen seen = known;
        if (seen != null && seen.identity != null) {
            BasicFileAttributes now = LocalDisk.attributes(file);
            // Compared while the file was open for certain: `known` is replaced before it is closed.
            if (now != null && seen.identity.equals(now.fileKey()) && known == seen) {
                return seen.control;
            }
        }
        try (Held held = hold()) {
            Objects.requireNonNull(held);
            return current();
        }
    }

    /** Replaces the generations by what {@code change} makes of them, in one step; the same again changes nothing. */
    Control change(UnaryOperator<Control> change) throws IOException {
        try (Held held = hold()) {
            Objects.requireNonNull(held);
            Control before = current();
            Control after = change.apply(before);
            if (!after.equals(before)) {
                resources.disk().replace(file, after.encode());
                see(after);
            }
            return after;
        }
    }

    private Held hold() throws IOException {
        return resources.locks().hold(Guard.CACHE, lock);
    }

    /** What the file says. One that is missing or damaged is made anew: then nothing written before is read. */
    private Control current() throws IOException {
        resources.folder().makeFolder(folder);
        byte[] bytes = resources.disk().read(file);
        Control control = bytes == null ? null : Control.decode(bytes);
        if (control == null) {
            control = Control.fresh();
            resources.disk().replace(file, control.encode());
        }
        see(control);
        return control;
    }

    /** Notes what the file says, under the cache's lock, so that nobody replaces it meanwhile. */
    private synchronized void see(Control control) throws IOException {
        Seen before = known;
        BasicFileAttributes now = LocalDisk.attributes(file);
        if (now == null || (before != null && Objects.equals(before.identity, now.fileKey()))) {
            return;
        }
        known = new Seen(
                FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)),
                now.fileKey(),
                control);
        if (before != null) {
            before.channel.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        Seen last = known;
        known = null;
        if (last != null) {
            last.channel.close();
        }
    }
}
