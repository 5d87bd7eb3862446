package dev.larder.stress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs jcstress, in JVMs of its own and of the JDK under test, for a second or two each test. {@code
 * -Dlarder.stress.millis} sets the time of each of five rounds.
 *
 * <p>The compiler shuffles what it may shuffle ({@code StressLCM} and the like), in another way in each JVM. Not tried is
 * each pair of interpreter and compilers, for that takes many times as long. What failed is printed; the whole of it, with
 * all outcomes and how often each was seen, is in {@code target/jcstress}.
 */
class JcstressTest {
    private static final int ROUND_MILLIS = Integer.getInteger("larder.stress.millis", 150);
    private static final int LIMIT_MINUTES = 15;
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED"; // jcstress sets affinities by JNA
    private static final String SHUFFLE =
            NATIVE + " -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN -XX:+StressCCP";
    private static final Pattern PASSED = Pattern.compile("\\[OK\\] dev\\.larder\\.\\S+");
    private static final Pattern TOTALS = Pattern.compile("Results: (\\d+) planned; (\\d+) passed");

    private final Path report = Path.of("target", "jcstress").toAbsolutePath();

    /** jcstress leaves its raw results where it is started. */
    @TempDir
    private Path folder;

    @Tag("long")
    @Test
    @Timeout(value = LIMIT_MINUTES + 1, unit = TimeUnit.MINUTES)
    void nothingForbiddenIsSeen() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "threads do not race on one processor");
        int tests = tests();

        String output = run();

        // With nothing to run jcstress is content, so count.
        assertThat(PASSED.matcher(output).results().map(MatchResult::group).distinct())
                .hasSize(tests);
        MatchResult totals = lastTotals(output);
        assertThat(totals.group(2)).as("runs that passed").isEqualTo(totals.group(1));
    }

    private String run() throws IOException, InterruptedException {
        Path output = Files.createDirectories(report).resolve("output.txt");
        Process jcstress = new ProcessBuilder(command())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended;
        try {
            ended = jcstress.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        } finally {
            jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
            jcstress.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(ended).as("ended within %s minutes", LIMIT_MINUTES).isTrue();
        assertThat(jcstress.exitValue()).as(() -> findings(text)).isZero();
        return text;
    }

    private List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                NATIVE,
                "-cp",
                classPath(),
                "org.openjdk.jcstress.Main",
                "-v",
                "-r",
                report.toString(),
                "-m",
                "quick",
                "-time",
                Integer.toString(ROUND_MILLIS),
                "-sc",
                "false",
                "-jvmArgs",
                SHUFFLE);
    }

    /** What is there of the class path: jcstress does not expect a folder that is not. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.exists(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** How many tests the annotation processor has listed. */
    private static int tests() throws IOException {
        try (InputStream list = JcstressTest.class.getResourceAsStream("/META-INF/TestList")) {
            return list == null
                    ? 0
                    : (int) new String(list.readAllBytes(), UTF_8).lines().count();
        }
    }

    private static MatchResult lastTotals(String output) {
        Matcher totals = TOTALS.matcher(output);
        int at = output.lastIndexOf("Results: ");
        assertThat(at >= 0 && totals.find(at)).as("jcstress gives totals").isTrue();
        return totals;
    }

    /** What went wrong: the part of the report before the tests that passed. */
    private static String findings(String output) {
        int start = Math.max(0, output.indexOf("RUN RESULTS:"));
        int end = output.indexOf("All remaining tests:", start);
        return output.substring(start, end < 0 ? output.length() : end);
    }
}
