package dev.larder.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole Larders, each a near tier over one folder, as processes of one machine open them. */
class FileCoherenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path disk;

    private final FakeOrigin<String, String> origin = new FakeOrigin<>();
    private final List<Larder> larders = new ArrayList<>();

    @AfterEach
    void close() {
        larders.forEach(Larder::close);
        await().atMost(PATIENCE)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("larder-file")));
    }

    private Cache<String, String> process() {
        Larder larder = Larder.builder()
                .tiers("memory:16MiB", "file:" + disk.resolve("shop") + "?maxBytes=64MiB")
                .maxSilence(Duration.ofSeconds(1))
                .tierTimeout(Duration.ofSeconds(5))
                .open();
        larders.add(larder);
        return larder.cache("things", String.class, String.class)
                .timeToLive(Duration.ofHours(1))
                .loader(origin)
                .writer(origin)
                .tags((key, value) -> List.of("all"))
                .build();
    }

    /** Reads until a read is answered by the near tier: then the bus has given its proof. */
    private static void awaitNearHit(Cache<String, String> cache, String value) {
        await().atMost(PATIENCE).until(() -> {
            long before = cache.stats().of(Count.NEAR_HITS);
            assertThat(cache.get("k")).isEqualTo(value);
            return cache.stats().of(Count.NEAR_HITS) > before;
        });
    }

    @Test
    void valueLoadedByOneIsReadByOthersAndRemovedForAll() {
        Cache<String, String> one = process();
        Cache<String, String> two = process();
        origin.set("k", "v1");
        awaitNearHit(one, "v1");
        awaitNearHit(two, "v1");
        assertThat(origin.loads()).isEqualTo(1);

        origin.set("k", "v2");
        one.remove("k");

        assertThat(one.get("k")).isEqualTo("v2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
    }

    @Test
    void putIsSeenByOthers() {
        Cache<String, String> one = process();
        Cache<String, String> two = process();
        origin.set("k", "v1");
        awaitNearHit(two, "v1");

        one.put("k", "v2");

        assertThat(origin.value("k")).isEqualTo("v2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
        assertThat(origin.loads()).isEqualTo(1);
    }

    @Test
    void restartedProcessStartsWarm() {
        origin.set("k", "v1");
        assertThat(process().get("k")).isEqualTo("v1");
        larders.get(0).close();

        assertThat(process().get("k")).isEqualTo("v1");

        assertThat(origin.loads()).isEqualTo(1);
    }

    @Test
    void rebuildIsServedByAll() {
        Cache<String, String> one = process();
        Cache<String, String> two = process();
        origin.set("k", "old");
        awaitNearHit(two, "old");

        one.rebuild(Map.of("k", "new", "other", "new").entrySet().stream());

        assertThat(one.get("other")).isEqualTo("new");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("new"));
        assertThat(origin.loads()).isEqualTo(1);
    }

    @Test
    void clearIsHeardByAll() {
        Cache<String, String> one = process();
        Cache<String, String> two = process();
        origin.set("k", "v1");
        awaitNearHit(two, "v1");

        origin.set("k", "v2");
        one.clear();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
    }

    @Test
    void removedTagIsUntrueForAllAndForWhoeverIsStartedAfterwards() {
        Cache<String, String> one = process();
        Cache<String, String> two = process();
        origin.set("k", "v1");
        awaitNearHit(two, "v1");

        origin.set("k", "v2");
        one.removeTag("all");

        assertThat(process().get("k")).isEqualTo("v2");
        assertThat(one.get("k")).isEqualTo("v2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
        assertThat(origin.loads()).isEqualTo(2);
    }
}
