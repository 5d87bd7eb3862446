package dev.larder.file;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks at folders before they are used for the first time, so that a symbolic link in the place of one is refused and not
 * followed. Files are opened without following links anyway; a folder in the middle of a path cannot be. Bounded: it
 * forgets all when it holds more than a few generations' folders. Thread-safe.
 */
final class Branches {
    private static final int MAX_KNOWN = 4 * Names.BRANCHES * Names.BRANCHES;

    private final Path cacheFolder;
    private final Set<Path> known = ConcurrentHashMap.newKeySet();

    Branches(Path cacheFolder) {
        this.cacheFolder = cacheFolder;
    }

    /** Fails where something that is no folder stands between the cache's folder and the files of {@code spot}. */
    void check(String generation, Spot spot) throws IOException {
        Path leaf = Objects.requireNonNull(spot.value().getParent());
        if (known.contains(leaf)) {
            return;
        }
        if (isFolder(cacheFolder.resolve(generation))
                && isFolder(Objects.requireNonNull(leaf.getParent()))
                && isFolder(leaf)) {
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.add(leaf);
        }
    }

    /** False where there is nothing yet. */
    private static boolean isFolder(Path path) throws IOException {
        BasicFileAttributes found = LocalDisk.attributes(path);
        if (found != null && !found.isDirectory()) {
            throw new Folder.RefusedException(
                    "'" + path + "' must be a folder but is something else, such as a symbolic"
                            + " link, which is not followed. Remove it.");
        }
        return found != null;
    }
}
