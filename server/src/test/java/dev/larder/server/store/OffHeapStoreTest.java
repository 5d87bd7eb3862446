package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import dev.larder.server.memory.PageSource;
import dev.larder.server.memory.Pages;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OffHeapStoreTest {
    private static final long MIB = 1 << 20;

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final List<String> left = new ArrayList<>();
    private final StoreListener listener = new StoreListener() {
        @Override
        public void evicted(int database, Slice key) {
            left.add("evicted " + database + " " + key);
        }

        @Override
        public void expired(int database, Slice key) {
            left.add("expired " + database + " " + key);
        }
    };
    private final StoreConfig config =
            StoreConfig.standard(now::get).withShards(2).withSeed(new StoreConfig.Seed(1, 2));

    private static void set(OffHeapStore store, String key, int bytes, long expiresAt) {
        try (Entry open = store.entry().open(0, Slice.of(key))) {
            open.set(Slice.of(new byte[bytes]), expiresAt);
        }
    }

    private static boolean has(OffHeapStore store, int database, String key) {
        try (Entry open = store.entry().open(database, Slice.of(key))) {
            return open.isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource(Eviction.class)
    void boundIsNeverPassedWhoeverLeaves(Eviction eviction) {
        Random random = new Random(7);
        try (OffHeapStore store = new OffHeapStore(config.withBound(2 * MIB, eviction))) {
            int refused = 0;
            for (int i = 0; i < 12_000; i++) {
                try {
                    int bytes = random.nextInt(50) == 0 ? random.nextInt(40_000) : random.nextInt(400);
                    set(store, "key" + i, bytes, i % 2 == 0 ? now.get() + 1_000_000 : Entry.NEVER);
                } catch (OutOfRoomException e) {
                    refused++;
                }
                assertThat(store.memory().allocated()).isLessThanOrEqualTo(2 * MIB);
            }

            assertThat(eviction == Eviction.NOEVICTION ? refused : store.evicted())
                    .isNotEqualTo(0);
            assertThat(store.size(0)).isGreaterThan(500);
            store.checkInvariants();
        }
    }

    @Test
    void refusedWriteChangesNothing() {
        try (OffHeapStore store = new OffHeapStore(config.withBound(MIB, Eviction.NOEVICTION))) {
            set(store, "kept", 10, Entry.NEVER);

            assertThatThrownBy(() -> set(store, "kept", (int) (2 * MIB), Entry.NEVER))
                    .isInstanceOf(OutOfRoomException.class)
                    .hasMessageContaining("the store is full");

            try (Entry open = store.entry().open(0, Slice.of("kept"))) {
                assertThat(open.length()).isEqualTo(10);
            }
            store.checkInvariants();
        }
    }

    @Test
    void systemWithoutMemoryIsARefusal() {
        int[] left = {20};
        PageSource scarce = bytes -> {
            if (left[0]-- <= 0) {
                throw new OutOfMemoryError("none left, for a test");
            }
            return PageSource.SYSTEM.allocate(bytes);
        };
        try (OffHeapStore store = new OffHeapStore(config.withSource(scarce))) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100_000; i++) {
                            set(store, "key" + i, 500, Entry.NEVER);
                        }
                    })
                    .isInstanceOf(OutOfRoomException.class);
            store.checkInvariants();
        }
    }

    @Test
    void stormOfExpiriesIsFreedInBoundedSteps() {
        try (OffHeapStore store = new OffHeapStore(config.withListener(listener))) {
            for (int i = 0; i < 20_000; i++) {
                set(store, "key" + i, 100, now.get() + 10_000);
            }
            now.addAndGet(11_000);

            assertThat(store.expireSome(100)).isBetween(1, 2_000);
            while (store.expireSome(1_000) > 0) {
                store.checkInvariants();
            }

            assertThat(store.size(0)).isZero();
            assertThat(left).hasSize(20_000).contains("expired 0 key17");
            while (store.tidy(1_000)) {
                store.checkInvariants();
            }
            assertThat(store.memory().allocated()).isLessThan(3 * MIB);
        }
    }

    @Test
    void fieldsExpireWithoutBeingRead() {
        try (OffHeapStore store = new OffHeapStore(config)) {
            for (int i = 0; i < 5_000; i++) {
                try (Entry open = store.entry().open(0, Slice.of("hash"))) {
                    open.fields()
                            .put(Slice.of("field" + i), Slice.of("1"), i % 2 == 0 ? now.get() + 5_000 : Entry.NEVER);
                }
            }
            now.addAndGet(6_000);
            for (int i = 0; i < 200; i++) {
                store.expireSome(100);
                now.addAndGet(200);
            }

            try (Entry open = store.entry().open(0, Slice.of("hash"))) {
                assertThat(open.fields().count()).isEqualTo(2_500);
                assertThat(open.fields().contains(Slice.of("field4"))).isFalse();
                assertThat(open.fields().contains(Slice.of("field5"))).isTrue();
            }
            store.checkInvariants();
        }
    }

    @Test
    void scanMeetsWhateverStays() {
        Random random = new Random(3);
        Set<String> met = new HashSet<>();
        try (OffHeapStore store = new OffHeapStore(config)) {
            for (int i = 0; i < 2_000; i++) {
                set(store, "stays" + i, 10, Entry.NEVER);
            }
            Walk walk = new Walk(store.entry(), each -> met.add(each.key().toString()));
            long cursor = 0;
            int round = 0;
            do {
                cursor = store.scan(0, cursor, 20, walk);
                for (int i = 0; i < 300; i++) {
                    set(store, "comes" + round + " " + i, 10, Entry.NEVER);
                    set(store, "stays" + random.nextInt(2_000), random.nextInt(2) * 30_000, Entry.NEVER);
                }
                round++;
            } while (cursor != 0);

            for (int i = 0; i < 2_000; i++) {
                assertThat(met).contains("stays" + i);
            }
            store.checkInvariants();
        }
    }

    @Test
    void everythingIsGivenBack() {
        AtomicLong alive = new AtomicLong();
        PageSource counted = bytes -> {
            alive.incrementAndGet();
            return PageSource.SYSTEM.allocate(bytes);
        };
        OffHeapStore store = new OffHeapStore(config.withSource(counted));
        for (int i = 0; i < 5_000; i++) {
            set(store, "key" + i, 1_000, Entry.NEVER);
        }
        assertThat(alive.get() * Pages.PAGE_BYTES).isGreaterThan(5_000_000);
        store.flushAll();
        assertThat(store.size(0)).isZero();
        assertThat(has(store, 0, "key1")).isFalse();
        while (store.tidy(10_000)) {
            store.checkInvariants();
        }
        assertThat(store.memory().allocated()).isLessThan(2 * MIB);

        store.close();

        assertThat(store.memory().allocated()).isZero();
        assertThatThrownBy(() -> has(store, 0, "key1")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void churnOfSizesStaysBounded() {
        Random random = new Random(5);
        try (OffHeapStore store = new OffHeapStore(config.withBound(8 * MIB, Eviction.ADAPTIVE))) {
            for (int most : new int[] {100, 3_000, 50, 30_000, 300}) {
                for (int i = 0; i < 8_000; i++) {
                    set(store, "key" + random.nextInt(50_000), random.nextInt(most), Entry.NEVER);
                }
                MemoryReport memory = store.memory();
                assertThat(memory.allocated()).isLessThanOrEqualTo(8 * MIB);
                assertThat(memory.holes()).isLessThan(2 * MIB);
                store.checkInvariants();
            }
        }
    }

    @Test
    void threadsWorkOnAllKeysAtOnce() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        try (OffHeapStore store = new OffHeapStore(config.withShards(4).withBound(4 * MIB, Eviction.ADAPTIVE))) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                threads.add(new Thread(() -> {
                    try {
                        race(store, new Random(seed));
                    } catch (Throwable e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            store.checkInvariants();
        }
    }

    private static void race(OffHeapStore store, Random random) {
        Entry entry = store.entry();
        Entry other = store.entry();
        for (int i = 0; i < 4_000; i++) {
            Slice key = Slice.of("key" + random.nextInt(3_000));
            if (random.nextInt(50) == 0) {
                Slice to = Slice.of("key" + random.nextInt(3_000));
                try (Section section = store.section().add(key).add(to).lock();
                        Entry source = entry.open(0, key);
                        Entry target = other.open(0, to)) {
                    assertThat(section).isNotNull();
                    if (source.isPresent()) {
                        target.copyFrom(source);
                    }
                }
                continue;
            }
            if (random.nextInt(500) == 0) {
                store.flush(0);
                store.tidy(100);
            }
            try (Entry open = entry.open(0, key)) {
                int number = key.length() + random.nextInt(20_000);
                if (random.nextBoolean()) {
                    byte[] bytes = new byte[number];
                    java.util.Arrays.fill(bytes, (byte) number);
                    open.set(Slice.of(bytes), Entry.NEVER, number);
                } else if (open.isPresent()) {
                    open.touch();
                    assertThat(open.length()).isEqualTo(open.flags());
                    byte expected = (byte) open.flags();
                    open.read(piece ->
                            assertThat((byte) piece.byteAt(piece.length() - 1)).isEqualTo(expected));
                }
            }
        }
    }
}
