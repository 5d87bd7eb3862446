package dev.larder.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads files of this repository, wherever in it the tests were started. */
final class Documents {
    private Documents() {}

    /** The text of the file at {@code path}, which is relative to the root of the repository. */
    static String text(String path) {
        try {
            return Files.readString(root().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source of the test class called {@code name}: here, in the testkit, or among the tests of tiers. */
    static String test(String name) {
        Path root = root();
        List<Path> folders = Stream.of(
                        "core-tests/src/test",
                        "coherence-tests/src/test",
                        "testkit/src/main",
                        "tiers/redis/src/test",
                        "tiers/memcached/src/test",
                        "tiers/jdbc/src/test",
                        "tiers/file/src/test")
                .map(root::resolve)
                .toList();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                Optional<Path> found =
                        files.filter(file -> file.endsWith(name + ".java")).findFirst();
                if (found.isPresent()) {
                    return Files.readString(found.get());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalArgumentException("there is no test class " + name + " in " + folders);
    }

    private static Path root() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(".mvn"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder with .mvn at or above " + start);
    }
}
