package dev.larder.stacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.redis.RedisServer;
import dev.larder.testkit.FakeOrigin;
import dev.larder.testkit.FakeOrigin.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Whole Larders over rows of real tiers: two machines with a folder each, and servers that stop. */
class StackLarderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir(cleanup = CleanupMode.NEVER) // threads of closed tiers may still be at work there
    private Path disk;

    private final RedisServer redis = RedisServer.start();
    private final String database = "jdbc:h2:mem:larder-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    private final FakeOrigin<String, String> origin = new FakeOrigin<>();
    private final List<Larder> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Larder::close);
        redis.close();
    }

    private Cache<String, String> cache(Duration maxSilence, String... tiers) {
        Larder larder = Larder.builder()
                .tiers(tiers)
                .maxSilence(maxSilence)
                .tierTimeout(Duration.ofSeconds(8))
                .open();
        opened.add(larder);
        return larder.cache("things", String.class, String.class)
                .timeToLive(Duration.ofHours(1))
                .loader(origin)
                .writer(origin)
                .build();
    }

    private String folder(String machine) {
        return "file:" + disk.resolve(machine);
    }

    /** Reads until the value is {@code expected}. */
    private static void awaitValue(Cache<String, String> cache, String expected) {
        await().atMost(PATIENCE).until(() -> expected.equals(cache.get("k")));
    }

    @Test
    void whatMemoryDoesNotKeepIsReadFromTheDiskAndNotFromRedis() {
        origin.set("k", "v");
        Cache<String, String> cache = cache(LONG, folder("here"), redis.uri());
        cache.get("k");
        await().atMost(PATIENCE).until(() -> {
            cache.get("k");
            return hasCopy("here");
        });

        redis.kill();

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(origin.calls(Call.LOAD)).isOne();
    }

    private boolean hasCopy(String machine) {
        try (Stream<Path> files = Files.walk(disk.resolve(machine))) {
            return files.anyMatch(file -> file.toString().endsWith(".v"));
        } catch (IOException | UncheckedIOException e) { // files come and go
            return false;
        }
    }

    @Test
    void changeOnOneMachineReachesTheOther() {
        origin.set("k", "v1");
        Cache<String, String> here = cache(Duration.ofSeconds(2), "memory:1MiB", folder("here"), redis.uri());
        Cache<String, String> there = cache(Duration.ofSeconds(2), "memory:1MiB", folder("there"), redis.uri());
        here.get("k");
        there.get("k");

        here.put("k", "v2");
        assertThat(here.get("k")).isEqualTo("v2");
        awaitValue(there, "v2");

        origin.set("k", "v3");
        there.remove("k");
        assertThat(there.get("k")).isEqualTo("v3");
        awaitValue(here, "v3");
    }

    @Test
    void removalHoldsForTheNextReadInEveryRow() {
        List<Cache<String, String>> rows = List.of(
                cache(Duration.ofSeconds(2), folder("here"), redis.uri()),
                cache(Duration.ofSeconds(2), redis.uri(), database),
                cache(Duration.ofSeconds(2), folder("three"), redis.uri(), database));

        for (Cache<String, String> row : rows) {
            for (int version = 0; version < 30; version++) {
                String value = "v" + version;
                origin.set("k", value);
                row.remove("k");
                assertThat(row.get("k")).isEqualTo(value);
                assertThat(row.get("k")).isEqualTo(value);
            }
        }
    }

    @Test
    void frontThatIsKilledIsGoneAroundAndServesNothingOldWhenItIsBack() {
        origin.set("k", "v1");
        Cache<String, String> one = cache(Duration.ofSeconds(2), redis.uri(), database);
        Cache<String, String> two = cache(Duration.ofSeconds(2), redis.uri(), database);
        one.get("k");
        two.get("k");

        redis.kill();
        assertThat(one.get("k")).isEqualTo("v1");
        one.put("k", "v2");
        assertThat(one.get("k")).isEqualTo("v2");
        awaitValue(two, "v2");
        redis.startAgain();

        for (int i = 0; i < 200; i++) {
            assertThat(one.get("k")).isEqualTo("v2");
            assertThat(two.get("k")).isEqualTo("v2");
        }
        assertThat(origin.calls(Call.LOAD)).isOne();
    }

    @Test
    void processThatStartsAgainDoesNotServeWhatItsFolderHeldFromBefore() {
        origin.set("k", "v1");
        Cache<String, String> before = cache(LONG, folder("here"), redis.uri());
        await().atMost(PATIENCE).until(() -> {
            before.get("k");
            return hasCopy("here");
        });
        opened.remove(0).close();
        Cache<String, String> elsewhere = cache(LONG, folder("there"), redis.uri());
        elsewhere.put("k", "v2");

        Cache<String, String> after = cache(LONG, folder("here"), redis.uri());

        assertThat(after.get("k")).isEqualTo("v2");
        assertThat(after.get("k")).isEqualTo("v2");
    }

    @Test
    void valuesForWhichTheFolderHasNoRoomAreReadFromBehind() {
        String large = "x".repeat(400 << 10);
        origin.set("k", large);
        Cache<String, String> cache = cache(LONG, folder("here") + "?maxBytes=256KiB", redis.uri());

        for (int i = 0; i < 5; i++) {
            assertThat(cache.get("k")).isEqualTo(large);
        }

        assertThat(origin.calls(Call.LOAD)).isOne();
    }

    @Test
    void folderThatIsRemovedIsGoneAround() throws IOException {
        origin.set("k", "v1");
        Cache<String, String> cache = cache(Duration.ofSeconds(2), folder("here"), redis.uri());
        cache.get("k");
        cache.get("k");

        delete(disk.resolve("here"));

        assertThat(cache.get("k")).isEqualTo("v1");
        cache.put("k", "v2");
        assertThat(cache.get("k")).isEqualTo("v2");
        assertThat(cache.get("k")).isEqualTo("v2");
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            if (!each.toFile().delete() && Files.isRegularFile(each)) {
                throw new IOException("cannot delete " + each);
            }
        }
    }

    @Test
    void rowsThatMakeNoSenseAreRefused() {
        String uri = redis.uri();

        assertThatThrownBy(() -> Larder.open("memory:1MiB", uri, folder("here")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is shared by the processes of one machine only")
                .hasMessageContaining("stood behind redis://");
        assertThatThrownBy(() -> Larder.open("memory:1MiB", uri, uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stood there twice");
        assertThatThrownBy(() -> Larder.open(folder("here"), uri, uri + "/1", uri + "/2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 3 shared tiers");
        assertThatThrownBy(() -> Larder.open(folder("here"), "nosuch://host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has a scheme that is not known here");
    }
}
