package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.CacheListener;
import dev.larder.event.RemovalCause;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.Gate;
import dev.larder.testkit.RecordingListener;
import dev.larder.testkit.RecordingListener.Load;
import dev.larder.testkit.RecordingListener.LoadFailure;
import dev.larder.testkit.RecordingListener.Removal;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Listeners: the right cause, in order, off the caller's thread, bounded, and harmless when they fail. */
final class EventsTest extends CacheFixture {
    private final RecordingListener<String, String> listener = new RecordingListener<>();

    @Test
    void everyWayOutHasItsCause() {
        Cache<String, String> cache = bare("things").listener(listener).build();

        cache.put("k", "1");
        cache.put("k", "2");
        cache.remove("k");
        cache.put("k", "3");
        cache.clear();
        cache.put("k", "4");
        cache.rebuild(Stream.of(Map.entry("k", "5")));

        assertThat(listener.awaitRemovals(4))
                .containsExactly(
                        new Removal<>("k", "1", RemovalCause.REPLACED),
                        new Removal<>("k", "2", RemovalCause.REMOVED),
                        new Removal<>("k", "3", RemovalCause.CLEARED),
                        new Removal<>("k", "4", RemovalCause.CLEARED));
    }

    @Test
    void evictedEntriesAreToldAsEvicted() {
        Cache<String, String> cache =
                bare("things").maxEntries(3).listener(listener).build();

        IntStream.range(0, 10).forEach(i -> cache.put("k" + i, "v"));

        assertThat(listener.awaitRemovals(7)).hasSize(7).allSatisfy(removal -> {
            assertThat(removal.cause()).isEqualTo(RemovalCause.EVICTED);
            assertThat(removal.cause().wasEvicted()).isTrue();
        });
    }

    @Test
    void expiredEntriesAreToldAsExpiredWithoutBeingRead() {
        Cache<String, String> cache =
                bare("things").timeToLive(SECOND).listener(listener).build();
        cache.put("k", "v");

        ticker.advance(SECOND);
        ticker.advance(SECOND);

        listener.await(event -> event.equals(new Removal<>("k", "v", RemovalCause.EXPIRED)));
        assertThat(cache.stats().of(Count.EXPIRATIONS)).isOne();
    }

    @Test
    void staleEntryIsNotToldAsExpiredWhileItMayStillBeServed() {
        Cache<String, String> cache = builder()
                .timeToLive(SECOND)
                .staleIfError(Duration.ofSeconds(60))
                .listener(listener)
                .build();
        cache.put("k", "v");

        ticker.advance(Duration.ofSeconds(30));
        cache.put("marker", "v");
        cache.remove("marker");

        assertThat(listener.awaitRemovals(1)).extracting(Removal::key).containsExactly("marker");
    }

    @Test
    void loadsAreToldWithWhatTheyGaveAndHowLongTheyTook() {
        Cache<String, String> cache = builder().listener(listener).build();
        origin.set("k", "v");
        origin.duringCalls(key -> ticker.advance(Duration.ofMillis(40)));

        cache.get("k");
        cache.get("none");

        assertThat(listener.awaitEvents(2))
                .containsExactly(
                        new Load<>("k", "v", Duration.ofMillis(40).toNanos()),
                        new Load<>("none", null, Duration.ofMillis(40).toNanos()));
    }

    @Test
    void failuresAreToldWithTheLoadersOwnExceptionAndWhetherStaleWasServed() {
        Cache<String, String> cache = builder()
                .timeToLive(SECOND)
                .staleIfError(Duration.ofSeconds(60))
                .listener(listener)
                .build();
        IOException away = new IOException("away");
        origin.set("stale", "v");
        cache.get("stale");
        ticker.advance(SECOND);
        origin.fail(Call.LOAD, () -> away);
        listener.awaitEvents(1);
        listener.reset();

        cache.get("stale");
        failure(start(() -> cache.get("cold")));

        assertThat(listener.awaitEvents(2))
                .containsExactlyInAnyOrder(
                        new LoadFailure<>("stale", away, true), new LoadFailure<>("cold", away, false));
    }

    @Test
    void callsComeFromAnotherThread() {
        Cache<String, String> cache = bare("things").listener(listener).build();

        cache.put("k", "v");
        cache.remove("k");

        listener.awaitRemovals(1);
        assertThat(listener.threads()).doesNotContain(Thread.currentThread());
    }

    @Test
    void changesOfOneThreadAreToldInTheirOrder() {
        Cache<String, Integer> cache = larder().cache("numbers", String.class, Integer.class)
                .listener(numbers)
                .build();

        for (int i = 0; i < 2_000; i++) {
            cache.put("k", i);
        }

        List<Removal<String, Integer>> removals = numbers.awaitRemovals(1_999);
        assertThat(removals.stream().map(Removal::value))
                .containsExactlyElementsOf(IntStream.range(0, 1_999).boxed().toList());
    }

    @Test
    void everyChangeOfARaceIsToldOnce() {
        Cache<String, Integer> cache = larder().cache("numbers", String.class, Integer.class)
                .listener(numbers)
                .build();

        Threads.run(4, number -> {
            for (int i = 0; i < 2_000; i++) {
                cache.asMap().merge("k", 1, Integer::sum);
            }
        });

        List<Removal<String, Integer>> removals = numbers.awaitRemovals(7_999);
        assertThat(removals.stream().map(Removal::value))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(1, 8_000).boxed().toList());
    }

    private final RecordingListener<String, Integer> numbers = new RecordingListener<>();

    @Test
    void everyListenerHearsAndOneThatThrowsHarmsNoOther() {
        Cache<String, String> cache = bare("things")
                .listener(new CacheListener<String, String>() {
                    @Override
                    public void onRemoval(String key, @Nullable String value, RemovalCause cause) {
                        throw new IllegalStateException("listener");
                    }
                })
                .listener(listener)
                .build();

        for (int i = 0; i < 10; i++) {
            cache.put("k" + i, "v");
            cache.remove("k" + i);
        }

        assertThat(listener.awaitRemovals(10)).hasSize(10);
    }

    @Test
    void slowListenerDelaysNobodyAndWhatItMissesIsCounted() {
        Gate gate = new Gate();
        Cache<String, String> cache = bare("things")
                .listener(new CacheListener<String, String>() {
                    @Override
                    public void onRemoval(String key, @Nullable String value, RemovalCause cause) {
                        try {
                            gate.pass();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .build();
        cache.put("k", "first");

        for (int i = 0; i < 50_000; i++) {
            cache.put("k", "v");
        }

        assertThat(cache.stats().of(Count.EVENTS_DROPPED)).isPositive().isLessThan(50_000);
        gate.open();
    }

    @Test
    void discardedLoadIsNoRemoval() {
        Cache<String, String> cache = builder().listener(listener).build();
        origin.set("k", "v");
        origin.duringCalls(key -> cache.remove("k"));

        cache.get("k");
        cache.put("marker", "v");
        cache.remove("marker");

        assertThat(listener.awaitRemovals(1)).extracting(Removal::key).containsExactly("marker");
    }

    @Test
    void cachedAbsenceIsToldAsANullValue() {
        Cache<String, String> cache = builder().listener(listener).build();
        cache.get("none");

        cache.remove("none");

        assertThat(listener.awaitRemovals(1)).containsExactly(new Removal<>("none", null, RemovalCause.REMOVED));
    }
}
