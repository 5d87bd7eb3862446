package dev.larder.benchmarks.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

final class ReplayTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int replay(String... arguments) {
        return new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void printsWhatEachPolicyHit() throws IOException {
        String plain = write("a.txt", "1\n2\n1\n2\n");
        Path packed = folder.resolve("b.sized.txt.gz");
        try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(packed))) {
            bytes.write("-7,100\n-7,200\n".getBytes(StandardCharsets.UTF_8));
        }

        int exit = replay("--trace", plain + "," + packed, "--sizes", "1,100%", "--policies", "lru");

        assertThat(exit).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("""
                trace,policy,size,requests,hit_ratio
                a,lru,1,4,0.00
                a,lru,2,4,50.00
                b,lru,1,2,50.00
                b,lru,1,2,50.00
                """);
    }

    @ParameterizedTest
    @MethodSource("dev.larder.benchmarks.replay.ReplayedCache#names")
    void everyPolicyHitsAllThatFits(String policy) throws IOException {
        Trace trace =
                new Trace("t", IntStream.range(0, 1000).mapToLong(i -> i % 10).toArray());

        assertThat(Outcome.of(trace, policy, 100, 1).mean()).isEqualTo(99.0);
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        String trace = write("a.txt", "1\n");
        assertThat(replay("--trace", trace, "--sizes", "1", "--policies", "best"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--policies must be among larder, caffeine")
                .contains("'best'");
        assertThat(replay("--trace", trace, "--sizes", "1", "--rounds", "0")).isEqualTo(2);
        assertThat(replay("--trace", trace, "--sizes", "1", "--policies", "lru", "--page"))
                .isEqualTo(2);
        Path bad = Path.of(write("bad.txt", "1\nx\n"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trace.read(bad))
                .withMessageEndingWith("line 2: a key must be a decimal number of 64 bits but was 'x'");
        Path empty = Path.of(write("empty.txt", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Trace.read(empty)).withMessageEndingWith("no requests");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trace.read(folder))
                .withMessageContaining("readable file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101%", "x", "%", "0%", "1.5"})
    void sizesThatAreNoneAreRefused(String text) {
        assertThatThrownBy(() -> new CacheSize.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
