package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.LoadRejectedException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The shared tier goes cold while very many read, and the origin bears few loads at once. */
final class ColdTierTest extends FarFixture {
    private static final int LIMIT = 4;
    private static final int READERS = 120;
    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(1);
    private static final List<String> KEYS =
            IntStream.range(0, 30).mapToObj(i -> "k" + i).toList();

    private Site site(Duration soft, Duration hard) {
        return site(
                "one",
                each -> each.timeToLive(TIME_TO_LIVE)
                        .staleIfError(Duration.ofHours(1))
                        .failureBackoff(Duration.ZERO, Duration.ZERO)
                        .softTimeout(soft)
                        .hardTimeout(hard)
                        .maxConcurrentLoads(LIMIT));
    }

    private void fill(Site one) {
        KEYS.forEach(key -> origin.set(key, "old"));
        KEYS.forEach(key -> assertThat(one.cache().get(key)).isEqualTo("old"));
        KEYS.forEach(key -> origin.set(key, "new"));
    }

    private List<Future<String>> allRead(Site one) {
        List<Future<String>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            String key = KEYS.get(i % KEYS.size());
            readers.add(start(() -> one.cache().get(key)));
        }
        return readers;
    }

    /** Every key was loaded once more, no more of them at once than the limit, and nothing is loaded after that. */
    private void assertRecovered(Site one) {
        KEYS.forEach(key -> eventually(() -> one.cache().lookup(key).isHit()));
        for (int round = 0; round < 3; round++) {
            KEYS.forEach(key -> assertThat(one.cache().get(key)).isEqualTo("new"));
        }
        assertThat(origin.mostLoadsAtOnce()).isLessThanOrEqualTo(LIMIT);
        KEYS.forEach(key -> assertThat(origin.loads(key)).as(key).isEqualTo(2));
    }

    @Test
    void scenario12ReadersOfAColdTierGetWhatIsStaleAndTheOriginNoMoreThanItsLimit() {
        Site one = site(Duration.ofMillis(20), Duration.ofSeconds(PATIENCE_SECONDS));
        fill(one);
        ticker.advance(TIME_TO_LIVE.plus(SECOND));
        KEYS.forEach(key -> server.evict(NAMESPACE, NAME, key));
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        List<Future<String>> readers = allRead(one);

        readers.forEach(reader -> assertThat(result(reader)).isEqualTo("old"));
        gate.awaitArrivals(LIMIT);
        assertThat(gate.arrivals()).isEqualTo(LIMIT);
        origin.letThrough(Call.LOAD, Point.BEFORE);
        gate.open();
        assertRecovered(one);
    }

    @Test
    void scenario12ReadersWithNothingStaleAreRejectedAndTheTierFillsWithOneLoadForEachKey() {
        fill(site("filler"));
        server.restartEmpty();
        Site one = site(Duration.ofMillis(20), Duration.ofSeconds(1));
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        List<Future<String>> readers = allRead(one);

        readers.forEach(reader ->
                assertThat(refusal(reader)).isInstanceOfAny(LoadRejectedException.class, LoadTimeoutException.class));
        assertThat(gate.arrivals()).isEqualTo(LIMIT);
        origin.letThrough(Call.LOAD, Point.BEFORE);
        gate.open();
        eventually(() -> {
            List<Future<String>> again = allRead(one);
            return again.stream().allMatch(reader -> refusal(reader) == null);
        });
        assertRecovered(one);
    }

    /** What a read threw; null where it gave a value. */
    private static @Nullable Throwable refusal(Future<String> reader) {
        try {
            reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("a read did not end", e);
        }
    }
}
