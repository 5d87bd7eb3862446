package dev.larder.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin;
import java.io.IOException;
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
    /** As many as there are. */
    private static final int STRIPES = 256;

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
        return process("memory:16MiB", "file:" + disk.resolve("shop") + "?maxBytes=64MiB");
    }

    private Cache<String, String> process(String... tiers) {
        Larder larder = Larder.builder()
                .tiers(tiers)
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

    /** As where a process is suspended in the midst of a step on the key: it goes on holding the key's lock. */
    @Test
    void removalThatMeetsAHeldLockIsNotAcknowledgedAndIsMadeWhenTheLockIsFree() throws IOException {
        Cache<String, String> one = process();
        Cache<String, String> two = process("file:" + disk.resolve("shop") + "?maxBytes=64MiB");
        origin.set("k", "v1");
        assertThat(two.get("k")).isEqualTo("v1");
        Locks locks = Locks.of(new Folder(disk.resolve("shop")));
        List<Held> stripes = new ArrayList<>();
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(locks.hold(Guard.STRIPE, i));
        }
        origin.set("k", "v2");
        long failures = one.stats().of(Count.FAR_FAILURES);

        one.remove("k");

        assertThat(one.stats().of(Count.FAR_FAILURES)).isGreaterThan(failures);
        assertThat(one.get("k")).isEqualTo("v2");
        assertThat(two.get("k"))
                .as("read by another, which the removal has not reached")
                .isEqualTo("v1");
        for (Held stripe : stripes) {
            stripe.close();
        }
        locks.leave();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
    }
}
