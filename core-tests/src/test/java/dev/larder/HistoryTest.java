package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.LoadException;
import dev.larder.failure.WriteException;
import dev.larder.load.BulkLoader;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories against promise G2. The origin holds a version per key. Whoever changes a key commits the next version,
 * tells the cache, and then raises {@code acked}; a read that began later must not give less. Loads hold old versions for
 * a while, entries expire, are refreshed, evicted, fail, and the cache is cleared and rebuilt meanwhile.
 */
final class HistoryTest extends CacheFixture {
    private static final int KEYS = 5;
    private static final int READERS = 3;
    private static final int STEPS = 3_000;

    private final AtomicLongArray committed = new AtomicLongArray(KEYS);
    private final AtomicLongArray acked = new AtomicLongArray(KEYS);
    private final Object[] rowLocks =
            IntStream.range(0, KEYS).mapToObj(i -> new Object()).toArray();

    /** What the cache under test is set to do. */
    enum Setting {
        PLAIN,
        SMALL,
        STALE,
        REFRESHED,
        BULK
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void noReadIsOlderThanAChangeThatReturnedBefore(Setting setting) {
        Seed seed = Seed.of("HistoryTest " + setting);
        Cache<Integer, Long> cache = cache(setting);
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(READERS + 2, number -> {
            RandomGenerator random = seed.generator(number);
            if (number < READERS) {
                for (int i = 0; i < STEPS; i++) {
                    read(cache, random, seed);
                }
                over.set(true);
            } else {
                while (!over.get()) {
                    change(cache, random, number == READERS);
                }
            }
        });

        for (int key = 0; key < KEYS; key++) {
            cache.remove(key);
            assertThat(cache.get(key, committed::get)).as("%s", seed).isEqualTo(committed.get(key));
        }
    }

    @Test
    void rebuildWhileReadersAndWritersAreAtItKeepsTheRule() {
        Seed seed = Seed.of("HistoryTest rebuild");
        Cache<Integer, Long> cache = cache(Setting.PLAIN);
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(READERS + 2, number -> {
            RandomGenerator random = seed.generator(number);
            if (number == 0) {
                for (int i = 0; i < 200; i++) {
                    rebuild(cache);
                }
                over.set(true);
            }
            while (!over.get()) {
                if (number <= 2) {
                    change(cache, random, false);
                } else {
                    read(cache, random, seed);
                }
            }
        });
    }

    private Cache<Integer, Long> cache(Setting setting) {
        CacheBuilder<Integer, Long> builder = larder().cache("versions", Integer.class, Long.class)
                .failureBackoff(Duration.ZERO, Duration.ZERO)
                .writer(this::write)
                .loader(this::load);
        Duration life = Duration.ofMillis(20);
        switch (setting) {
            case PLAIN -> {}
            case SMALL -> builder.maxEntries(2);
            case STALE -> builder.timeToLive(life).staleWhileRevalidate(life).staleIfError(life.multipliedBy(5));
            case REFRESHED -> builder.timeToLive(life).refreshAhead(0.3);
            case BULK -> builder.timeToLive(life).bulkLoader(bulk());
        }
        return builder.build();
    }

    private Long load(Integer key) throws IOException {
        long version = committed.get(key);
        Threads.letOthersRun();
        if (version % 17 == 16) {
            throw new IOException("now and then");
        }
        return version;
    }

    private BulkLoader<Integer, Long> bulk() {
        return keys -> {
            Map<Integer, Long> found = new HashMap<>();
            for (Integer key : keys) {
                found.put(key, committed.get(key));
            }
            Threads.letOthersRun();
            return found;
        };
    }

    private void write(Integer key, Long version) throws IOException {
        if (version % 13 == 12) {
            throw new IOException("refused now and then");
        }
        committed.set(key, version);
        Threads.letOthersRun();
    }

    private void read(Cache<Integer, Long> cache, RandomGenerator random, Seed seed) {
        int key = random.nextInt(KEYS);
        long atLeast = acked.get(key);
        try {
            switch (random.nextInt(6)) {
                case 0 -> check(cache.getAll(List.of(key, (key + 1) % KEYS)).get(key), atLeast, seed);
                case 1 -> check(cache.lookup(key).value(), atLeast, seed);
                case 2 -> check(cache.asMap().get(key), atLeast, seed);
                case 3 -> check(cache.async().get(key).join(), atLeast, seed);
                default -> check(cache.get(key), atLeast, seed);
            }
        } catch (LoadException | CompletionException e) {
            assertThat(e).hasRootCauseInstanceOf(IOException.class);
        }
    }

    private static void check(@Nullable Long version, long atLeast, Seed seed) {
        if (version != null) {
            assertThat(version).as("version read, %s", seed).isGreaterThanOrEqualTo(atLeast);
        }
    }

    /** Changes one row; rows are locked against other writers, as a database does, but the cache is told outside. */
    private void change(Cache<Integer, Long> cache, RandomGenerator random, boolean mayClear) {
        int key = random.nextInt(KEYS);
        long version;
        int how = random.nextInt(mayClear ? 5 : 3);
        if (how == 0) {
            put(cache, key);
            return;
        }
        synchronized (rowLocks[key]) {
            version = committed.incrementAndGet(key);
        }
        switch (how) {
            case 1 -> cache.remove(key);
            case 2 -> cache.removeAll(List.of(key, (key + 1) % KEYS));
            case 3 -> cache.clear();
            default -> cache.asMap().remove(key);
        }
        acked.accumulateAndGet(key, version, Math::max);
        ticker.advance(Duration.ofMillis(random.nextInt(4)));
    }

    private void put(Cache<Integer, Long> cache, int key) {
        synchronized (rowLocks[key]) {
            long version = committed.get(key) + 1;
            try {
                cache.put(key, version);
                acked.accumulateAndGet(key, version, Math::max);
            } catch (WriteException e) { // the origin refused: the row is as it was
                committed.set(key, version);
                cache.remove(key);
                acked.accumulateAndGet(key, version, Math::max);
            }
        }
    }

    private void rebuild(Cache<Integer, Long> cache) {
        long[] before = IntStream.range(0, KEYS).mapToLong(committed::get).toArray();
        cache.rebuild(IntStream.range(0, KEYS).mapToObj(key -> {
            long version = committed.get(key);
            Threads.letOthersRun();
            return Map.entry(key, version);
        }));
        for (int key = 0; key < KEYS; key++) {
            acked.accumulateAndGet(key, before[key], Math::max);
        }
    }
}
