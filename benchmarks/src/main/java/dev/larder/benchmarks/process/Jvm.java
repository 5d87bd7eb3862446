package dev.larder.benchmarks.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM to start. Immutable.
 *
 * @param home of its JDK
 * @param options before the main class
 */
public record Jvm(Path home, List<String> options) {
    public Jvm {
        options = List.copyOf(options);
    }

    /** One like this process, quiet about the native access that drivers of Redis need. */
    public static Jvm ofThisJdk(List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.add("--enable-native-access=ALL-UNNAMED");
        all.add("--sun-misc-unsafe-memory-access=allow");
        return new Jvm(thisHome(), all);
    }

    /** Whether its JDK is the one that runs this process. */
    public boolean isOfThisJdk() {
        return home.equals(thisHome());
    }

    private static Path thisHome() {
        return Path.of(System.getProperty("java.home"));
    }

    /** Its launcher. */
    public Path java() {
        return home.resolve("bin").resolve("java");
    }
}
