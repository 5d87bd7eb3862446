package dev.larder.file;

import dev.larder.file.Ages.Cutoff;
import dev.larder.file.Control.Rebuild;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One way through the whole folder, in bounded steps. It removes what nobody needs (generations that are not read, files
 * left by processes that died, what expired long unused) and counts what is left; a second way, if one is needed, removes
 * what was not used for longest. Not thread-safe.
 *
 * <p>It takes no stripe: what it removes could have been evicted at any moment, and a lease that goes too early only
 * costs a load. It never touches a tombstone of a generation that may still be switched to, nor a file or folder whose
 * name is none of {@link Names}; and it follows no link.
 */
final class Walk {
    private static final System.Logger LOG = System.getLogger(Walk.class.getName());
    /** A temporary file this old belongs to nobody alive. */
    private static final long ABANDONED_MILLIS = TimeUnit.MINUTES.toMillis(10);
    /** Whether a file expired is in its content, which is read only if it was not used for so long. */
    private static final long UNUSED_MILLIS = TimeUnit.MINUTES.toMillis(10);

    /** Entries live 30 days at most: tags that nobody used for longer are those of no entry. */
    private static final long UNUSED_TAGS_MILLIS = TimeUnit.DAYS.toMillis(31);

    /** What a folder is, and so what is expected in it. */
    private enum Level {
        ROOT,
        NAMESPACE,
        CACHE,
        GENERATION,
        BRANCH,
        LEAF,
        EMPTIED
    }

    /** What is to become of a generation's files. */
    private enum Fate {
        SERVED,
        NEXT,
        DEAD
    }

    private record Place(Path folder, Level level, Fate fate) {}

    private final Resources resources;
    private final Moment begun;
    private final Ages ages = new Ages();
    private final Deque<Place> ahead = new ArrayDeque<>();
    private final Cutoff cutoff;
    private long freedWithin;
    private long tagBytes;
    private int seen;

    private Walk(Resources resources, Moment begun, Cutoff cutoff) {
        this.resources = resources;
        this.begun = begun;
        this.cutoff = cutoff;
        ahead.push(new Place(resources.folder().path(), Level.ROOT, Fate.SERVED));
    }

    /** A way that counts. */
    static Walk counting(Resources resources) throws IOException {
        return new Walk(resources, resources.clock().now(), Cutoff.NOBODY);
    }

    /** After a way that counted: one that removes {@code bytes}, those first that were not used for longest. */
    Walk removing(long bytes) {
        return new Walk(resources, begun, ages.cutoff(bytes)); // ages are those of the same moment
    }

    /** What the files that stay take up. */
    long bytes() {
        return ages.total() + tagBytes;
    }

    /** Goes on until {@code maxFiles} files were looked at; false at the end. One leaf folder is finished once begun. */
    boolean step(int maxFiles) throws IOException {
        seen = 0;
        while (seen < maxFiles) {
            Place place = ahead.poll();
            if (place == null) {
                return false;
            }
            seen++;
            try {
                enter(place);
            } catch (NoSuchFileException | NotDirectoryException | DirectoryIteratorException e) {
                LOG.log(System.Logger.Level.DEBUG, "a folder changed while it was swept; the next sweep sees it", e);
            }
        }
        return true;
    }

    private void enter(Place place) throws IOException {
        switch (place.level()) {
            case ROOT -> folders(place, Names.NAMESPACE, Level.NAMESPACE, place.fate());
            case NAMESPACE -> folders(place, Names.CACHE, Level.CACHE, place.fate());
            case CACHE -> cache(place);
            case GENERATION -> folders(place, Names.BRANCH, Level.BRANCH, place.fate());
            case BRANCH -> folders(place, Names.BRANCH, Level.LEAF, place.fate());
            case LEAF -> leaf(place);
            case EMPTIED -> removeFolder(place.folder());
        }
    }

    private void folders(Place place, Pattern names, Level level, Fate fate) throws IOException {
        if (fate == Fate.DEAD) {
            ahead.push(new Place(place.folder(), Level.EMPTIED, fate)); // after all that is pushed now
        }
        for (Path inside : list(place.folder(), names.asMatchPredicate())) {
            ahead.push(new Place(inside, level, fate));
        }
    }

    private void cache(Place place) throws IOException {
        List<Path> found = list(place.folder(), Names.GENERATION.asMatchPredicate());
        try (TagFile tags = new TagFile(place.folder(), resources)) { // after the list, which follows no link
            tagBytes += tags.sweep(begun.wallMillis() - UNUSED_TAGS_MILLIS);
        }
        // After the list: a generation is named in the control file before its folder is made.
        Control control = withoutDeadRebuild(place.folder());
        for (Path generation : found) {
            String name = String.valueOf(generation.getFileName());
            Fate fate = name.equals(control.current())
                    ? Fate.SERVED
                    : name.equals(control.nextGeneration()) ? Fate.NEXT : Fate.DEAD;
            ahead.push(new Place(generation, Level.GENERATION, fate));
        }
    }

    /** The cache's generations; a rebuild whose process died has its place no more. */
    private Control withoutDeadRebuild(Path cacheFolder) throws IOException {
        Moment now = resources.clock().now();
        try (Generations generations = new Generations(cacheFolder, resources)) {
            return generations.change(before -> {
                Rebuild running = before.next();
                return running == null || !running.term().isOver(now) ? before : new Control(before.current(), null);
            });
        }
    }

    private void leaf(Place place) throws IOException {
        boolean isDead = place.fate() == Fate.DEAD;
        for (Path file :
                list(place.folder(), name -> isDead || Names.ENTRY.matcher(name).matches())) {
            BasicFileAttributes found = LocalDisk.attributes(file);
            if (found == null) {
                continue;
            }
            seen++;
            boolean leaves = isDead || (found.isRegularFile() && leaves(place.fate(), file, found));
            if (!leaves || !resources.disk().delete(file)) {
                ages.add(age(found), Usage.allocated(found.size()));
            }
        }
        if (isDead) {
            removeFolder(place.folder());
        }
    }

    private long age(BasicFileAttributes file) {
        return begun.wallMillis() - file.lastModifiedTime().toMillis();
    }

    private boolean leaves(Fate fate, Path file, BasicFileAttributes found) throws IOException {
        boolean isLease = file.toString().endsWith(Names.LEASE);
        if (found.size() == 0 && !isLease) {
            return fate == Fate.SERVED; // a tombstone is of no use any more there
        }
        int part = Ages.part(age(found));
        if (part == cutoff.part() && freedWithin < cutoff.bytesWithin()) {
            freedWithin += Usage.allocated(found.size());
            return true;
        }
        return part > cutoff.part() || (age(found) >= UNUSED_MILLIS && isOver(isLease, file));
    }

    private boolean isOver(boolean isLease, Path file) throws IOException {
        byte[] bytes = resources.disk().read(file);
        if (bytes == null) {
            return false;
        }
        if (isLease) {
            LeaseFile lease = LeaseFile.decode(bytes);
            return lease == null || lease.term().isOver(begun);
        }
        ValueFile value = ValueFile.decode(bytes);
        return value == null || value.life().isOver(begun);
    }

    /** What is in {@code folder} under such names; temporary files that nobody needs are removed on the way. */
    private List<Path> list(Path folder, Predicate<String> names) throws IOException {
        BasicFileAttributes itself = LocalDisk.attributes(folder);
        if (itself == null || !itself.isDirectory()) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path each : all) {
                String name = String.valueOf(each.getFileName());
                if (names.test(name)) {
                    found.add(each);
                } else if (Names.TEMPORARY.matcher(name).matches()) {
                    removeAbandoned(each);
                }
            }
        }
        return found;
    }

    private void removeAbandoned(Path temporary) throws IOException {
        BasicFileAttributes found = LocalDisk.attributes(temporary);
        if (found != null && age(found) >= ABANDONED_MILLIS) {
            resources.disk().delete(temporary);
        }
    }

    private static void removeFolder(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) { // somebody with an old view has just stored something there
            LOG.log(System.Logger.Level.DEBUG, "a folder was used while it was removed; the next sweep sees it", e);
        }
    }
}
