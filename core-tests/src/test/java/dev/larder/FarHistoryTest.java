package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.codec.Codec;
import dev.larder.failure.RebuildException;
import dev.larder.failure.WriteException;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of three processes over one far tier, against C1 and C2: in the process that made a change no later
 * read gives less than it; and when all is quiet every process gives what the origin has. As in {@link HistoryTest}
 * versions stand for values. Waits for other processes need a clock that goes, so that it is the system's.
 */
final class FarHistoryTest extends CacheFixture {
    private static final int KEYS = 4;
    private static final int SITES = 3;
    private static final int STEPS = 5_000;

    private final InMemoryServer server = new InMemoryServer(Ticker.system());
    private final AtomicLongArray committed = new AtomicLongArray(KEYS);
    private final AtomicLongArray[] acked =
            IntStream.range(0, SITES).mapToObj(i -> new AtomicLongArray(KEYS)).toArray(AtomicLongArray[]::new);
    private final Object[] rowLocks =
            IntStream.range(0, KEYS).mapToObj(i -> new Object()).toArray();

    /** What goes wrong meanwhile. */
    enum Trouble {
        NONE,
        EVICTIONS,
        LOST_ANSWERS,
        LOST_TAGS,
        REBUILDS
    }

    private record Site(int number, FaultyTier tier, Cache<Integer, Long> cache) {}

    /** Eight bytes. */
    private static final class Versions implements Codec<Long> {
        @Override
        public String name() {
            return "version";
        }

        @Override
        public byte[] encode(Long value) {
            return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        }

        @Override
        public Long decode(byte[] bytes, int offset, int length) {
            return ByteBuffer.wrap(bytes, offset, length).getLong();
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void noReadIsOlderThanAChangeOfTheSameProcessAndAllAgreeInTheEnd(Trouble trouble) {
        Seed seed = Seed.of("FarHistoryTest " + trouble);
        List<Site> sites = IntStream.range(0, SITES).mapToObj(this::site).toList();
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(SITES * 2 + 1, number -> {
            RandomGenerator random = seed.generator(number);
            if (number == SITES * 2) {
                while (!over.get()) {
                    trouble(trouble, sites, random);
                    Threads.letOthersRun();
                }
                return;
            }
            Site site = sites.get(number % SITES);
            for (int i = 0; i < STEPS && !over.get(); i++) {
                if (number < SITES && random.nextInt(4) == 0) {
                    change(site, random);
                } else {
                    read(site, random, seed);
                }
            }
            over.set(true);
        });

        sites.forEach(site -> site.tier().heal());
        for (Site site : sites) {
            for (int key = 0; key < KEYS; key++) {
                int asked = key;
                eventually(() ->
                        Long.valueOf(committed.get(asked)).equals(site.cache().get(asked)));
            }
        }
    }

    private Site site(int number) {
        FaultyTier tier = new FaultyTier(server.connect("site" + number));
        Cache<Integer, Long> cache = open(Larder.builder().tiers("memory:1MiB").farTier(tier))
                .cache("versions", Integer.class, Long.class)
                .codec(new Versions())
                .timeToLive(Duration.ofMillis(20))
                .tags((key, version) -> List.of(tag(key)))
                .failureBackoff(Duration.ZERO, Duration.ZERO)
                .loader(key -> {
                    long version = committed.get(key);
                    Threads.letOthersRun();
                    return version;
                })
                .writer(this::write)
                .build();
        return new Site(number, tier, cache);
    }

    private void write(Integer key, Long version) throws IOException {
        if (version % 13 == 12) {
            throw new IOException("refused now and then");
        }
        committed.set(key, version);
        Threads.letOthersRun();
    }

    private void trouble(Trouble trouble, List<Site> sites, RandomGenerator random) {
        Site site = sites.get(random.nextInt(SITES));
        switch (trouble) {
            case NONE -> {}
            case EVICTIONS -> server.evict("larder", "versions", Integer.toString(random.nextInt(KEYS)));
            case LOST_TAGS -> server.evictTag("larder", "versions", tag(random.nextInt(KEYS)));
            case LOST_ANSWERS -> {
                if (random.nextInt(20) == 0) {
                    site.tier().inflictNext(1, FaultyTier.Fault.LOSE_ANSWER);
                }
            }
            case REBUILDS -> rebuild(site);
        }
    }

    private void rebuild(Site site) {
        long[] before = IntStream.range(0, KEYS).mapToLong(committed::get).toArray();
        try {
            site.cache().rebuild(IntStream.range(0, KEYS).mapToObj(key -> Map.entry(key, committed.get(key))));
        } catch (RebuildException e) { // a clear overtook it, as it may
            return;
        }
        for (int key = 0; key < KEYS; key++) {
            acked[site.number()].accumulateAndGet(key, before[key], Math::max);
        }
    }

    private void read(Site site, RandomGenerator random, Seed seed) {
        int key = random.nextInt(KEYS);
        long atLeast = acked[site.number()].get(key);
        switch (random.nextInt(4)) {
            case 0 -> check(site.cache().getAll(List.of(key, (key + 1) % KEYS)).get(key), atLeast, seed);
            case 1 -> check(site.cache().lookup(key).value(), atLeast, seed);
            default -> check(site.cache().get(key), atLeast, seed);
        }
    }

    private static void check(@Nullable Long version, long atLeast, Seed seed) {
        if (version != null) {
            assertThat(version).as("version read, %s", seed).isGreaterThanOrEqualTo(atLeast);
        }
    }

    private void change(Site site, RandomGenerator random) {
        int key = random.nextInt(KEYS);
        long version;
        if (random.nextInt(3) == 0) {
            put(site, key);
            return;
        }
        synchronized (rowLocks[key]) {
            version = committed.incrementAndGet(key);
        }
        switch (random.nextInt(10)) {
            case 0 -> site.cache().clear();
            case 1, 2, 3 -> site.cache().removeTag(tag(key));
            default -> site.cache().remove(key);
        }
        acked[site.number()].accumulateAndGet(key, version, Math::max);
    }

    /** Two keys share one. */
    private static String tag(int key) {
        return "t" + key % 2;
    }

    private void put(Site site, int key) {
        synchronized (rowLocks[key]) {
            long version = committed.get(key) + 1;
            try {
                site.cache().put(key, version);
            } catch (WriteException e) { // the origin refused: the row changes by another way
                committed.set(key, version);
                site.cache().remove(key);
            }
            acked[site.number()].accumulateAndGet(key, version, Math::max);
        }
    }
}
