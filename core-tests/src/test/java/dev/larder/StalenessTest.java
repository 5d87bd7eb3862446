package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Stale values: served while one load renews them, or when it fails or is slow (G5); and keys left alone after failures. */
final class StalenessTest extends CacheFixture {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ManualExecutor background = new ManualExecutor();

    /** A cache whose background work happens when the test says so. */
    private CacheBuilder<String, String> withBackground() {
        return open(larderBuilder().executor(background))
                .cache("things", String.class, String.class)
                .jitter(0)
                .timeToLive(TTL)
                .loader(origin);
    }

    private void cached(Cache<String, String> cache, String value) {
        origin.set("k", value);
        cache.get("k");
    }

    @Test
    void staleValueIsServedWhileOneLoadRenewsIt() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.set("k", "new");

        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(origin.loads("k")).isOne();
        background.runAll();

        assertThat(cache.get("k")).isEqualTo("new");
        assertThat(origin.loads("k")).isEqualTo(2);
        assertThat(cache.stats().staleHits()).isEqualTo(2);
        assertThat(cache.stats().of(Count.REFRESHES)).isOne();
    }

    @Test
    void herdOnAStaleValueCausesOneLoadAndNoWait() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);

        List<Future<String>> callers = start(200, () -> cache.get("k"));

        assertThat(callers).allSatisfy(caller -> assertThat(result(caller)).isEqualTo("old"));
        background.runAll();
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void pastTheWindowTheValueIsLoadedAndNotServedStale() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        origin.set("k", "new");

        ticker.advance(TTL.plus(WINDOW).minusNanos(1));
        assertThat(cache.get("k")).isEqualTo("old");
        ticker.advance(Duration.ofNanos(1));
        background.runAll();

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void withoutAWindowNothingIsServedStale() {
        Cache<String, String> cache = withBackground().build();
        cached(cache, "old");
        origin.set("k", "new");

        ticker.advance(TTL.minusNanos(1));
        assertThat(cache.get("k")).isEqualTo("old");
        ticker.advance(Duration.ofNanos(1));

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void refreshThatFailsLeavesTheStaleValueInService() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        cache.get("k");
        background.runAll();

        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.stats().of(Count.LOAD_FAILURES)).isOne();
    }

    @Test
    void refreshThatNoThreadTakesHarmsNobody() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        background.refuse(true);

        assertThat(cache.get("k")).isEqualTo("old");
        background.refuse(false);
        origin.set("k", "new");
        cache.get("k");
        background.runAll();

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void getAllServesStaleValuesToo() {
        Cache<String, String> cache =
                withBackground().staleWhileRevalidate(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.set("k", "new");

        assertThat(cache.getAll(List.of("k"))).isEqualTo(Map.of("k", "old"));
        background.runAll();

        assertThat(cache.getAll(List.of("k"))).isEqualTo(Map.of("k", "new"));
    }

    @Test
    void refreshAheadRenewsAValueBeforeItIsStale() {
        Cache<String, String> cache = withBackground().refreshAhead(0.8).build();
        cached(cache, "old");
        origin.set("k", "new");

        ticker.advance(Duration.ofMillis(7_999));
        cache.get("k");
        assertThat(background.runAll()).isZero();
        ticker.advance(Duration.ofMillis(1));

        assertThat(cache.get("k")).isEqualTo("old");
        background.runAll();
        assertThat(cache.get("k")).isEqualTo("new");
        ticker.advance(Duration.ofSeconds(7));
        assertThat(cache.lookup("k").isHit()).isTrue();
        assertThat(cache.stats().staleHits()).isZero();
        assertThat(cache.stats().misses()).isOne();
    }

    @Test
    void refreshAheadIsLeftToTheNextReadWhenItFails() {
        Cache<String, String> cache = withBackground().refreshAhead(0.5).build();
        cached(cache, "old");
        ticker.advance(Duration.ofSeconds(5));
        origin.fail(Call.LOAD, 1, () -> new IOException("once"));
        cache.get("k");
        background.runAll();
        origin.set("k", "new");

        assertThat(cache.get("k")).isEqualTo("old");
        background.runAll();

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void staleValueIsServedWhenTheLoadFails() {
        Cache<String, String> cache = withBackground().staleIfError(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.getAll(List.of("k"))).isEqualTo(Map.of("k", "old"));
        assertThat(cache.stats().staleHits()).isEqualTo(2);
    }

    @Test
    void staleValueIsNotServedWhenTheLoadSucceeds() {
        Cache<String, String> cache = withBackground().staleIfError(WINDOW).build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.set("k", "new");

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void pastStaleIfErrorTheFailureReachesTheCaller() {
        Duration window = WINDOW.plusMillis(100); // it ends when nothing has swept the entry away yet
        Cache<String, String> cache = withBackground()
                .staleIfError(window)
                .failureBackoff(Duration.ZERO, Duration.ZERO)
                .build();
        cached(cache, "old");
        IOException away = new IOException("away");
        origin.fail(Call.LOAD, () -> away);

        ticker.advance(TTL.plus(window).minusNanos(1));
        assertThat(cache.get("k")).isEqualTo("old");
        ticker.advance(Duration.ofNanos(1));

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadException.class)
                .hasCause(away);
    }

    @Test
    void absenceIsServedStaleToo() {
        Cache<String, String> cache =
                withBackground().negativeTimeToLive(TTL).staleIfError(WINDOW).build();
        cache.get("k");
        ticker.advance(TTL);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        assertThat(cache.get("k")).isNull();
        assertThat(cache.lookup("k").isStale()).isTrue();
    }

    @Test
    void slowLoadIsNotWaitedForWhereAStaleValueIsAtHand() {
        Cache<String, String> cache = builder()
                .timeToLive(TTL)
                .staleIfError(WINDOW)
                .softTimeout(SHORT)
                .build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.set("k", "new");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);

        assertThat(cache.get("k")).isEqualTo("old");
        gate.open();

        eventually(() -> "new".equals(cache.lookup("k").value()));
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void softTimeoutDoesNotEndAWaitWithNothingStaleAtHand() {
        Cache<String, String> cache = builder()
                .timeToLive(TTL)
                .staleIfError(WINDOW)
                .softTimeout(SHORT)
                .build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> caller = start(() -> cache.get("k"));
        gate.awaitArrivals(1);

        assertThatThrownBy(() -> caller.get(SHORT.toMillis() * 4, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        gate.open();

        assertThat(result(caller)).isEqualTo("v");
    }

    @Test
    void hardTimeoutEndsTheWaitAndTheLateValueIsStillStored() {
        Cache<String, String> cache = builder("slow").hardTimeout(SHORT).build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadTimeoutException.class)
                .hasMessageContaining("50 ms")
                .hasMessageContaining("'k'")
                .hasMessageContaining("slow");
        gate.open();

        eventually(() -> cache.lookup("k").isHit());
        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void hardTimeoutServesAStaleValueIfThereIsOne() {
        Cache<String, String> cache = builder()
                .timeToLive(TTL)
                .staleIfError(WINDOW)
                .hardTimeout(SHORT)
                .build();
        cache.put("k", "old"); // a load might time out on a slow machine
        ticker.advance(TTL);
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);

        assertThat(cache.get("k")).isEqualTo("old");
        gate.open();
    }

    @Test
    void lateValueIsNotStoredIfTheKeyWasRemovedMeanwhile() {
        Cache<String, String> cache = builder().hardTimeout(SHORT).build();
        origin.set("k", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        assertThatThrownBy(() -> cache.get("k")).isInstanceOf(LoadTimeoutException.class);

        cache.remove("k");
        gate.open();

        eventually(() -> cache.stats().of(Count.DISCARDED_LOADS) == 1);
        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void hardTimeoutBoundsBulkReadsToo() {
        Cache<String, String> cache =
                builder().bulkLoader(origin).hardTimeout(SHORT).build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.BULK_LOAD, Point.AFTER);

        assertThatThrownBy(() -> cache.getAll(List.of("k", "l"))).isInstanceOf(LoadTimeoutException.class);
        gate.open();

        eventually(() -> cache.lookup("k").isHit() && cache.lookup("l").isHit());
    }

    @Test
    void firstFailureIsFreeAndFurtherOnesKeepTheKeyFromTheOrigin() {
        Cache<String, String> cache = builder()
                .failureBackoff(Duration.ofMillis(100), Duration.ofSeconds(30))
                .build();
        IOException away = new IOException("away");
        origin.fail(Call.LOAD, () -> away);

        assertFails(cache, away, 1);
        assertFails(cache, away, 2);
        assertFails(cache, away, 2);
        ticker.advance(Duration.ofMillis(99));
        assertFails(cache, away, 2);
        ticker.advance(Duration.ofMillis(1));
        assertFails(cache, away, 3);
        ticker.advance(Duration.ofMillis(199));
        assertFails(cache, away, 3);
        ticker.advance(Duration.ofMillis(1));

        assertFails(cache, away, 4);
    }

    @Test
    void backoffGrowsToItsLongestAndNoFurther() {
        Cache<String, String> cache = builder()
                .failureBackoff(Duration.ofSeconds(1), Duration.ofSeconds(4))
                .build();
        IOException away = new IOException("away");
        origin.fail(Call.LOAD, () -> away);
        for (int i = 1; i <= 50; i++) {
            assertFails(cache, away, i);
            ticker.advance(Duration.ofSeconds(4));
        }
    }

    @Test
    void backoffIsForOneKeyAndEndsWithASuccess() {
        Cache<String, String> cache = builder()
                .failureBackoff(Duration.ofSeconds(10), Duration.ofSeconds(10))
                .build();
        IOException away = new IOException("away");
        origin.set("k", "v").set("other", "v");
        origin.fail(Call.LOAD, 2, () -> away);
        assertFails(cache, away, 1);
        assertFails(cache, away, 2);

        assertThat(cache.get("other")).isEqualTo("v");
        ticker.advance(Duration.ofSeconds(10));
        assertThat(cache.get("k")).isEqualTo("v");
        cache.remove("k");
        origin.fail(Call.LOAD, 1, () -> away);

        assertFails(cache, away, 4);
        assertThat(cache.get("k")).as("again the first failure is free").isEqualTo("v");
    }

    @Test
    void backoffIsServedStaleWhereThatIsAllowed() {
        Cache<String, String> cache = builder()
                .timeToLive(TTL)
                .staleIfError(WINDOW)
                .failureBackoff(Duration.ofSeconds(10), Duration.ofSeconds(10))
                .build();
        cached(cache, "old");
        ticker.advance(TTL);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        for (int i = 0; i < 10; i++) {
            assertThat(cache.get("k")).isEqualTo("old");
        }

        assertThat(origin.loads("k")).isEqualTo(3);
    }

    @Test
    void putEndsTheBackoff() {
        Cache<String, String> cache = builder()
                .failureBackoff(Duration.ofSeconds(10), Duration.ofSeconds(10))
                .build();
        IOException away = new IOException("away");
        origin.fail(Call.LOAD, 2, () -> away);
        assertFails(cache, away, 1);
        assertFails(cache, away, 2);

        cache.put("k", "put");
        assertThat(cache.get("k")).isEqualTo("put");
        cache.remove("k");
        origin.set("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
    }

    private void assertFails(Cache<String, String> cache, IOException cause, int loads) {
        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadException.class)
                .hasCause(cause);
        assertThat(origin.loads("k")).as("loads so far").isEqualTo(loads);
    }
}
