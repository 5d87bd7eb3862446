package dev.larder.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An installed JDK. Immutable.
 *
 * @param feature its version: 17, 25
 * @param home its folder
 */
public record Jdk(int feature, Path home) {
    /** The JDK that runs this process, if it is of version {@code feature}; else the one that {@code JAVA17_HOME} names. */
    public static Jdk find(int feature) throws IOException {
        return find(feature, System.getenv());
    }

    static Jdk find(int feature, Map<String, String> environment) throws IOException {
        String variable = "JAVA" + feature + "_HOME";
        @Nullable String named =
                feature == Runtime.version().feature() ? System.getProperty("java.home") : environment.get(variable);
        if (named == null || !Files.isExecutable(Path.of(named).resolve("bin/java"))) {
            throw new IOException("JDK " + feature + " is to run the measurement, but " + variable + " was "
                    + (named == null ? "not set" : "'" + named + "', which has no bin/java")
                    + "; set it to a JDK's folder");
        }
        return new Jdk(feature, Path.of(named));
    }

    /** What pages call it. */
    public String title() {
        return "JDK " + feature;
    }

    public Jvm jvm(String... options) {
        return new Jvm(home, List.of(options));
    }
}
