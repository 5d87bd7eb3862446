package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Leases, stale times and tags beside all else that an entry can have. */
class LeaseAccessTest {
    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Integer> tagOf = new HashMap<>();

    private OffHeapStore store(long maxBytes) {
        return new OffHeapStore(StoreConfig.standard(now::get).withShards(4).withBound(maxBytes, Eviction.ALLKEYS_LRU));
    }

    private static LeaseAccess.Terms tagged(long expiresAt, String... tags) {
        return new LeaseAccess.Terms(
                expiresAt, expiresAt, List.of(tags).stream().map(Slice::of).toList());
    }

    @Test
    void whatAnEntryHasStaysTogetherWhateverChanges() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (OffHeapStore store = store(64 << 20)) {
            Entry entry = store.entry();
            for (int i = 0; i < 20_000; i++) {
                String key = "key" + random.nextInt(200) + "x".repeat(random.nextInt(2) * 300);
                int tag = random.nextInt(5);
                try (Entry open = entry.open(0, Slice.of(key))) {
                    assertThat(open.isPresent() ? text(open) : null).isEqualTo(values.get(key));
                    change(random, open, tag);
                }
                if (random.nextInt(200) == 0) {
                    store.invalidate(Slice.of("t" + tag));
                    values.keySet().removeIf(each -> tagOf.getOrDefault(each, -1) == tag);
                    tagOf.values().removeIf(each -> each == tag);
                }
            }
            StoreChecks.check(store);
        }
    }

    private void change(SplittableRandom random, Entry open, int tag) {
        String key = open.key().toString();
        String value = "v".repeat(random.nextInt(10) == 0 ? 20_000 : random.nextInt(40));
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                open.leases().set(Slice.of(value), tagged(Entry.NEVER, "t" + tag), null);
                values.put(key, value);
                tagOf.put(key, tag);
            }
            case 2 -> {
                open.set(Slice.of(value), now.get() + 1_000_000, random.nextInt(2));
                values.put(key, value);
                tagOf.remove(key);
            }
            case 3 -> {
                open.append(Slice.of("more"));
                values.merge(key, "more", String::concat);
            }
            case 4 -> {
                if (open.remove()) {
                    values.remove(key);
                    tagOf.remove(key);
                }
            }
            case 5 -> assertThat(open.version() == 0).isEqualTo(!open.isPresent());
            default -> {
                if (open.isPresent()) {
                    mark(random, open);
                }
            }
        }
    }

    private void mark(SplittableRandom random, Entry open) {
        switch (random.nextInt(4)) {
            case 0 -> open.leases().markStale();
            case 1 -> open.leases().markWon();
            case 2 -> open.prolong(random.nextBoolean() ? Entry.NEVER : now.get() + 5_000_000);
            default -> open.leases().forgetState();
        }
    }

    private static String text(Entry open) {
        StringBuilder all = new StringBuilder();
        open.read(piece -> all.append(piece));
        return all.toString();
    }

    @Test
    void placeIsFoundWhereThereIsNoRoom() {
        try (OffHeapStore store = store(1 << 20)) {
            Entry entry = store.entry();
            for (int i = 0; i < 5_000; i++) {
                try (Entry open = entry.open(0, Slice.of("key" + i))) {
                    open.leases().set(Slice.of("v".repeat(200)), tagged(now.get() + 60_000, "a", "b", "c"), null);
                }
                try (Entry open = entry.open(0, Slice.of("key" + i / 2))) {
                    if (open.isPresent()) {
                        open.leases().addTags(List.of(Slice.of("d" + i)));
                    }
                }
            }
            StoreChecks.check(store);
        }
    }

    @Test
    void oneOfManyThreadsGetsTheLease() throws Exception {
        try (OffHeapStore store = store(1 << 22)) {
            int threads = 4;
            AtomicLong leases = new AtomicLong();
            CyclicBarrier barrier = new CyclicBarrier(threads);
            Thread[] all = new Thread[threads];
            for (int i = 0; i < threads; i++) {
                all[i] = Thread.ofPlatform().start(() -> {
                    Entry entry = store.entry();
                    for (int round = 0; round < 100; round++) {
                        try {
                            barrier.await();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        try (Entry open = entry.open(0, Slice.of("key" + round))) {
                            if (!open.leases().isHeld()) {
                                open.leases().begin(1_000);
                                leases.incrementAndGet();
                            }
                        }
                    }
                });
            }
            for (Thread each : all) {
                each.join();
            }
            assertThat(leases).hasValue(100);
        }
    }

    @Test
    void moreTagsThanAnEntryMayHaveAreRefusedAndNothingChanges() {
        try (OffHeapStore store = store(1 << 22);
                Entry entry = store.entry().open(0, Slice.of("key"))) {
            String[] many = new String[LeaseAccess.Terms.MAX_TAGS];
            for (int i = 0; i < many.length; i++) {
                many[i] = "t" + i;
            }
            entry.leases().set(Slice.of("v"), tagged(Entry.NEVER, many), null);

            assertThatThrownBy(() -> entry.leases().addTags(List.of(Slice.of("t0"), Slice.of("other"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 16 tags but had 17");
            assertThat(entry.leases().addTags(List.of(Slice.of("t0")))).isZero();
        }
    }
}
