package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.LarderException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Promise G2: after an invalidation returns, no get that starts later gives a value whose load began before, whichever
 * way the load was started and whichever way the value was said to be untrue. Each test is scenario 1 of the coherence
 * table: the load has read the old value and is held before it can hand it over.
 */
final class NoResurrectionTest extends CacheFixture {
    private static final Duration TTL = Duration.ofSeconds(100);

    /** A way in which a load begins. Each leaves the load of "k" standing at the origin with the old value in hand. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    enum Path {
        GET(false, cache -> cache.get("k")),
        GET_ALL(false, cache -> cache.getAll(List.of("k", "other"))),
        ASYNC_GET(false, cache -> cache.async().get("k").join()),
        ASYNC_GET_ALL(
                false, cache -> cache.async().getAll(List.of("k", "other")).join()),
        STALE_WHILE_REVALIDATE(true, cache -> cache.get("k")),
        REFRESH_AHEAD(true, cache -> cache.get("k")),
        SOFT_TIMEOUT(true, cache -> cache.get("k")),
        HARD_TIMEOUT(false, Path::getUntilTimeout);

        /** Whether the path begins at a value that has aged. */
        final boolean fromAged;

        final Consumer<Cache<String, String>> start;

        Path(boolean fromAged, Consumer<Cache<String, String>> start) {
            this.fromAged = fromAged;
            this.start = start;
        }

        private static void getUntilTimeout(Cache<String, String> cache) {
            try {
                cache.get("k");
            } catch (LarderException e) { // the load goes on; that is the path
                return;
            }
        }
    }

    /** A way to say that the value is untrue; the new one is already committed at the origin. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    enum Invalidation {
        REMOVE(cache -> cache.remove("k")),
        REMOVE_ALL(cache -> cache.removeAll(List.of("other", "k"))),
        PUT(cache -> cache.put("k", "new")),
        PUT_ALL(cache -> cache.putAll(Map.of("k", "new"))),
        CLEAR(Cache::clear),
        REBUILD(cache -> cache.rebuild(Stream.of(Map.entry("k", "new")))),
        REBUILD_WITHOUT_THE_KEY(cache -> cache.rebuild(Stream.of(Map.entry("other", "new")))),
        MAP_REMOVE_THEN_PUT_IF_ABSENT(cache -> {
            cache.asMap().remove("k");
            cache.remove("k");
            cache.putIfAbsent("k", "new");
        });

        final Consumer<Cache<String, String>> apply;

        Invalidation(Consumer<Cache<String, String>> apply) {
            this.apply = apply;
        }
    }

    static Stream<Arguments> everyPathAndInvalidation() {
        return Stream.of(Path.values())
                .flatMap(path -> Stream.of(Invalidation.values()).map(each -> Arguments.of(path, each)));
    }

    @ParameterizedTest
    @MethodSource("everyPathAndInvalidation")
    void loadThatBeganBeforeIsNeverSeenAfter(Path path, Invalidation invalidation) {
        Cache<String, String> cache = cacheFor(path);
        origin.set("k", "old").set("other", "v");
        prepare(path, cache);
        Gate singles = origin.hold(Call.LOAD, Point.AFTER);
        Gate bulks = origin.hold(Call.BULK_LOAD, Point.AFTER);
        Future<?> reader = start(() -> {
            path.start.accept(cache);
            return "done";
        });
        eventually(() -> singles.arrivals() + bulks.arrivals() > 0);
        origin.letThrough(Call.LOAD, Point.AFTER);
        origin.letThrough(Call.BULK_LOAD, Point.AFTER);

        origin.set("k", "new");
        invalidation.apply.accept(cache);

        assertThat(cache.lookup("k").value())
                .as("while the old load is under way")
                .isNotEqualTo("old");
        assertThat(getPatiently(cache)).as("while the old load is under way").isEqualTo("new");
        singles.open();
        bulks.open();
        result(reader);
        eventually(() -> loadsHaveEnded(cache));
        assertThat(getPatiently(cache)).as("after the old load has ended").isEqualTo("new");
        assertThat(cache.lookup("k").value()).isEqualTo("new");
        assertThat(cache.asMap()).doesNotContainValue("old");
    }

    private Cache<String, String> cacheFor(Path path) {
        CacheBuilder<String, String> builder = builder().bulkLoader(origin).timeToLive(TTL);
        switch (path) {
            case GET, GET_ALL, ASYNC_GET, ASYNC_GET_ALL -> {}
            case STALE_WHILE_REVALIDATE -> builder.staleWhileRevalidate(TTL);
            case REFRESH_AHEAD -> builder.refreshAhead(0.5);
            case SOFT_TIMEOUT -> builder.staleIfError(TTL).softTimeout(Duration.ofMillis(20));
            case HARD_TIMEOUT -> builder.hardTimeout(Duration.ofMillis(20));
        }
        return builder.build();
    }

    private void prepare(Path path, Cache<String, String> cache) {
        if (path.fromAged) {
            cache.get("k");
            ticker.advance(path == Path.REFRESH_AHEAD ? TTL.dividedBy(2) : TTL);
        }
    }

    /** The value, however slow the machine: one path's cache waits 20 ms for a load and no longer. */
    private static @Nullable String getPatiently(Cache<String, String> cache) {
        AtomicReference<@Nullable String> value = new AtomicReference<>();
        eventually(() -> {
            try {
                value.set(cache.get("k"));
                return true;
            } catch (LoadTimeoutException e) { // its load goes on
                return false;
            }
        });
        return value.get();
    }

    /** Every load begun has stored or discarded its value. */
    private boolean loadsHaveEnded(Cache<String, String> cache) {
        return cache.stats().loads() == origin.loads()
                && cache.stats().of(Count.DISCARDED_LOADS) + cache.stats().size() > 0
                && cache.stats().of(Count.LOAD_NANOS) >= 0;
    }

    @ParameterizedTest
    @EnumSource(
            value = Invalidation.class,
            names = {"REMOVE", "REMOVE_ALL", "CLEAR"})
    void callerWhoWaitedMayGetTheOldValueButTheNextOneDoesNot(Invalidation invalidation) {
        Cache<String, String> cache = builder().build();
        origin.set("k", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> before = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.set("k", "new");
        origin.letThrough(Call.LOAD, Point.AFTER);

        invalidation.apply.accept(cache);
        gate.open();

        assertThat(result(before)).isEqualTo("old");
        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.stats().of(Count.DISCARDED_LOADS)).isEqualTo(invalidation == Invalidation.CLEAR ? 0 : 1);
        assertThat(cache.get("k")).isEqualTo("new");
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void absenceLoadedBeforeAnInvalidationIsNotCachedEither() {
        Cache<String, String> cache = builder().build();
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> before = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.set("k", "new");
        origin.letThrough(Call.LOAD, Point.AFTER);

        cache.remove("k");
        gate.open();

        assertThat(result(before)).isNull();
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void removedStaleValueIsNeverServedAsFailSafe() {
        Cache<String, String> cache =
                builder().timeToLive(TTL).staleIfError(TTL).build();
        origin.set("k", "old");
        cache.get("k");

        cache.remove("k");
        origin.fail(Call.LOAD, () -> new IOException("away"));

        assertThat(failure(start(() -> cache.get("k")))).isInstanceOf(LarderException.class);
    }

    @Test
    void staleValueInHandIsNotServedAfterARemoveThatCameWhileItsLoadFailed() {
        Cache<String, String> cache =
                builder().timeToLive(TTL).staleIfError(TTL).build();
        origin.set("k", "old");
        cache.get("k");
        ticker.advance(TTL);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        assertThat(cache.get("k")).isEqualTo("old");
        cache.remove("k");

        assertThat(failure(start(() -> cache.get("k")))).isInstanceOf(LarderException.class);
        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void changeThroughTheMapStopsLoadsToo() {
        List<BiConsumer<Cache<String, String>, String>> changes = List.of(
                (cache, key) -> cache.asMap().put(key, "new"),
                (cache, key) -> cache.asMap().remove(key),
                (cache, key) -> cache.asMap().compute(key, (k, v) -> "new"),
                (cache, key) -> cache.asMap().merge(key, "new", (a, b) -> b),
                (cache, key) -> cache.asMap().putIfAbsent(key, "new"),
                (cache, key) -> cache.asMap().clear());
        for (int i = 0; i < changes.size(); i++) {
            Cache<String, String> cache = builder("cache" + i).build();
            origin.set("k", "old");
            Gate gate = origin.hold(Call.LOAD, Point.AFTER);
            Future<String> before = start(() -> cache.get("k"));
            gate.awaitArrivals(1);
            origin.set("k", "new");
            origin.letThrough(Call.LOAD, Point.AFTER);

            changes.get(i).accept(cache, "k");
            gate.open();

            result(before);
            assertThat(cache.get("k")).as("change %d", i).isEqualTo("new");
        }
    }

    @Test
    void putIfAbsentDuringALoadKeepsWhatWasPut() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "loaded");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        boolean put = cache.putIfAbsent("k", "put");
        gate.open();

        assertThat(put).isTrue();
        result(load);
        assertThat(cache.get("k")).isEqualTo("put");
    }

    @Test
    void expireDuringALoadLetsTheNextReadRenew() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);
        origin.set("k", "new");

        cache.expire("k");
        gate.open();

        result(load);
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void removalDuringTheLoaderItselfIsHonoured() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "old");
        origin.duringCalls(key -> {
            if (origin.loads("k") == 1) {
                cache.remove("k");
            }
        });

        cache.get("k");
        origin.set("k", "new");

        assertThat(cache.get("k")).isEqualTo("new");
    }
}
