package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.memcached.MemcachedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code larder warm} over real Memcached servers of which one joins, and what it refuses. */
class WarmCommandTest {
    private static final int KEYS = 300;

    @TempDir
    Path directory;

    private final CommandRun command = new CommandRun("warm");

    @Test
    void serverThatJoinsGetsTheValuesOfTheListBeforeAnybodyAsks() throws IOException {
        Path list = Files.write(directory.resolve("keys.txt"), keys());
        try (MemcachedServer first = MemcachedServer.start();
                MemcachedServer second = MemcachedServer.start()) {
            fill(first.uri());

            int code = command.with(
                    "--tiers",
                    "memory:1MiB," + first.uri() + "?more=127.0.0.1:" + second.port(),
                    "--cache",
                    "products",
                    "--keys",
                    list.toString(),
                    "--rate",
                    "5000/s");

            assertThat(code).as(command.err.toString()).isZero();
            assertThat(command.out.toString()).startsWith("300 keys read: 300 found, 0 not there; 0 could not be read");
            assertThat(second.items()).isBetween(KEYS / 10L, (long) KEYS);
        }
    }

    @Test
    void keysOfALogAreWhatThePatternFinds() throws IOException {
        Path log = Files.write(
                directory.resolve("access.log"),
                List.of("GET /p/k1 200", "GET /about 200", "GET /p/k1 200", "GET /p/none 404"));
        try (MemcachedServer server = MemcachedServer.start()) {
            fill(server.uri());

            int code = command.with(
                    "--tiers",
                    server.uri(),
                    "--cache",
                    "products",
                    "--keys",
                    log.toString(),
                    "--pattern",
                    "/p/(\\w+)",
                    "--passes",
                    "2");

            assertThat(code).as(command.err.toString()).isZero();
            assertThat(command.out.toString())
                    .startsWith("4 keys read: 2 found, 2 not there; 0 could not be read; 1 lines without a key");
        }
    }

    @Test
    void otherTiersAreReadToo() throws IOException {
        Path list = Files.write(directory.resolve("keys.txt"), keys());
        String tier = "file:" + directory.resolve("tier");
        fill(tier);

        int code = command.with("--tiers", tier, "--cache", "products", "--keys", list.toString(), "--rate", "9999");

        assertThat(code).as(command.err.toString()).isZero();
        assertThat(command.out.toString()).startsWith("300 keys read: 300 found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cache c --keys KEYS | Missing required option: '--tiers=URI'",
                "--tiers none --keys KEYS | Missing required option: '--cache=NAME'",
                "--tiers memory:1MiB --cache c --keys KEYS | --tiers must name one shared tier but named 0",
                "--tiers redis://a,redis://b --cache c --keys KEYS | but named 2",
                "--tiers redis://a --cache c/d --keys KEYS | --cache must be letters",
                "--tiers redis://a --cache c --namespace , --keys KEYS | --namespace must be letters",
                "--tiers redis://a --cache c --keys nowhere | --keys must name a file that can be read",
                "--tiers redis://a --cache c --keys . | --keys must name a file that can be read",
                "--tiers redis://a --cache c --keys KEYS --rate 0/s | --rate must be a number from 1 to 999999",
                "--tiers redis://a --cache c --keys KEYS --rate fast | but was 'fast'",
                "--tiers redis://a --cache c --keys KEYS --pattern ( | --pattern must be a regular expression",
                "--tiers redis://a --cache c --keys KEYS --passes 0 | --passes must be within 1…10 but was 0",
                "--tiers redis://a --cache c --keys - --passes 2 | --passes must be 1 where"
            })
    void wrongOptionIsRefusedWithItsRule(String arguments, String because) throws IOException {
        Path list = Files.createFile(directory.resolve("keys.txt"));

        int code = command.with(arguments.replace("KEYS", list.toString()).split(" "));

        assertThat(code).isEqualTo(2);
        command.assertOneLine(because);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1nothing | a tier must be named by a URI",
                "foo:bar | is none that processes share",
                "memcached://127.0.0.1:0 | the port must be",
                "memcached://user:sesame@127.0.0.1:1 | 127.0.0.1:1"
            })
    void tierThatIsWrongOrAwayIsRefusedByName(String tier, String because) throws IOException {
        Path list = Files.createFile(directory.resolve("keys.txt"));

        int code = command.with("--tiers", tier, "--cache", "c", "--keys", list.toString());

        assertThat(code).isEqualTo(3);
        assertThat(command.err.toString()).contains(because).doesNotContain("sesame");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(command.with("--help")).isZero();
        assertThat(command.out.toString())
                .contains("--tiers", "--cache", "--keys", "--pattern", "--rate", "--passes", "--namespace");
    }

    private static List<String> keys() {
        return IntStream.range(0, KEYS).mapToObj(i -> "k" + i).toList();
    }

    private static void fill(String tier) {
        try (Larder larder = Larder.open("memory:1MiB", tier)) {
            larder.ping(Duration.ofSeconds(20));
            Cache<String, String> products =
                    larder.cache("products", String.class, String.class).build();
            keys().forEach(key -> products.put(key, "value of " + key));
        }
    }
}
