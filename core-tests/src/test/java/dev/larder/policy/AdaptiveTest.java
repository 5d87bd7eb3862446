package dev.larder.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.testkit.Seed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What the default policy promises of each kind of load, on caches as they come, beside exact LRU on the same requests. */
final class AdaptiveTest {
    private static final int SIZE = 500;
    private static final int REQUESTS = 100_000;

    @Test
    void loopThatIsTooLongHitsForWhatFits() {
        LongUnaryOperator loop = request -> request % (2 * SIZE);

        assertThat(lru(loop)).isZero();
        assertThat(larder(loop)).isGreaterThan(0.45); // half of the loop fits
    }

    @Test
    void scanBackAndForthHitsNearlyAsWithLru() {
        LongUnaryOperator zigzag = request -> Math.abs(request % (4 * SIZE) - 2 * SIZE);

        assertThat(larder(zigzag)).isGreaterThan(lru(zigzag) - 0.04);
    }

    @Test
    void newsIsKeptAsWithLru() {
        RandomGenerator ages = random(); // read some times soon after it came, and never again
        long[] keys = new long[REQUESTS];
        for (int request = 0; request < REQUESTS; request++) {
            keys[request] = request / 4 - (long) Math.min(SIZE / 2.0, ages.nextExponential() * SIZE / 8);
        }

        assertThat(larder(request -> keys[(int) request])).isGreaterThan(lru(request -> keys[(int) request]) - 0.02);
    }

    @Test
    void scansLeaveWhatIsPopular() {
        RandomGenerator popular = random();
        long[] keys = new long[REQUESTS];
        for (int request = 0; request < REQUESTS; request++) {
            keys[request] = request % 4 < 2 ? popular.nextInt(SIZE * 9 / 10) : SIZE + request;
        }

        assertThat(larder(request -> keys[(int) request])).isGreaterThan(0.42); // of the half that is popular
        assertThat(lru(request -> keys[(int) request])).isLessThan(0.3);
    }

    @Test
    void anotherLoadIsFollowed() {
        RandomGenerator popular = random();

        double ratio =
                larder(request -> request < REQUESTS / 2 ? popular.nextInt(SIZE / 2) : REQUESTS + request % (2 * SIZE));

        assertThat(ratio).isGreaterThan((0.99 + 0.4) / 2);
    }

    private static RandomGenerator random() {
        return Seed.of("AdaptiveTest").generator(0);
    }

    private static double larder(LongUnaryOperator keys) {
        try (Larder larder = Larder.inProcess()) {
            Cache<Long, Long> cache = larder.cache("load", Long.class, Long.class)
                    .maxEntries(SIZE)
                    .build();
            return ratio(keys, key -> {
                boolean hit = cache.get(key) != null;
                if (!hit) {
                    cache.put(key, key);
                }
                return hit;
            });
        }
    }

    private static double lru(LongUnaryOperator keys) {
        Map<Long, Long> cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                return size() > SIZE;
            }
        };
        return ratio(keys, key -> cache.get(key) != null || cache.put(key, key) != null);
    }

    private static double ratio(LongUnaryOperator keys, LongPredicate request) {
        int hits = 0;
        for (long number = 0; number < REQUESTS; number++) {
            hits += request.test(keys.applyAsLong(number)) ? 1 : 0;
        }
        return hits / (double) REQUESTS;
    }
}
