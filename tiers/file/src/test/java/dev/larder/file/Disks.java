package dev.larder.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** What tests look at below a folder, while it may be changing. */
final class Disks {
    private Disks() {}

    static List<Path> files(Path folder, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (wanted.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE; // the sweeper was faster
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    static List<Path> values(Path folder) {
        return files(folder, file -> file.toString().endsWith(Names.VALUE));
    }

    static List<Path> leases(Path folder) {
        return files(folder, file -> file.toString().endsWith(Names.LEASE));
    }

    static List<Path> temporary(Path folder) {
        return files(
                folder, file -> Names.TEMPORARY.matcher("" + file.getFileName()).matches());
    }

    static Path named(Path folder, String name) {
        List<Path> found = files(folder, file -> file.endsWith(name));
        if (found.size() != 1) {
            throw new AssertionError("one file " + name + " was expected but there are " + found);
        }
        return found.get(0);
    }

    static long allocated(Path folder) {
        return files(
                        folder,
                        file -> file.toString().endsWith(Names.VALUE)
                                || file.toString().endsWith(Names.LEASE))
                .stream()
                .mapToLong(file -> Usage.allocated(file.toFile().length()))
                .sum();
    }

    /** What the only file of tags begins with. */
    static TagHeader tagHeader(Path folder) throws IOException {
        byte[] start = Arrays.copyOf(Files.readAllBytes(named(folder, Names.TAGS)), TagHeader.BYTES);
        return Objects.requireNonNull(TagHeader.decode(start));
    }
}
