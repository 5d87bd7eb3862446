package dev.larder.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients do while a snapshot is loaded, or saved, and who wins. */
class LoadingTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
    private static final int KEYS = 12_000;
    private static final String OLD = "old" + "x".repeat(100);

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong(Content.NOW);
    private final StoreConfig config = Content.config(now, 1);

    /** A snapshot of some blocks: keys of two databases, and one in pieces. */
    @BeforeEach
    void save() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            for (int i = 0; i < KEYS; i++) {
                Content.set(store, i % 2, "key" + i, OLD, now.get() + 1_000_000);
            }
            Content.set(store, 0, "long", "long".repeat(500_000));
            Snapshots.save(store, file());
        }
    }

    private Path file() {
        return folder.resolve("store.snapshot");
    }

    /** Loads, and does something once, after the first block. */
    private LoadReport loadWhile(OffHeapStore store, Runnable work) throws IOException {
        AtomicBoolean done = new AtomicBoolean();
        LoadReport report = Snapshots.load(store, file(), (bytes, of, soFar) -> {
            if (!done.getAndSet(true)) {
                assertThat(soFar.loaded()).isBetween(0L, KEYS / 2L);
                assertThat(store.isLoading()).isTrue();
                work.run();
            }
        });
        assertThat(done).isTrue();
        Content.of(store);
        return report;
    }

    @Test
    void clientsWriteWinsAndRemovedKeyStaysAway() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            LoadReport report = loadWhile(store, () -> {
                for (int i = 0; i < KEYS; i++) {
                    if (i % 3 == 0) {
                        Content.remove(store, i % 2, "key" + i);
                    } else if (i % 3 == 1) {
                        Content.set(store, i % 2, "key" + i, "new");
                    }
                }
                Content.remove(store, 0, "long");
            });

            for (int i = 0; i < KEYS; i++) {
                String found = Content.get(store, i % 2, "key" + i);
                switch (i % 3) {
                    case 0 -> assertThat(found).isEqualTo("-");
                    case 1 -> assertThat(found).isEqualTo("new");
                    default -> assertThat(found).isIn(OLD, "-"); // marks may be mistaken
                }
            }
            assertThat(Content.get(store, 0, "long")).isEqualTo("-");
            assertThat(report.superseded()).isGreaterThan(KEYS / 3);
            assertThat(report.loaded()).isGreaterThan(KEYS / 4);
        }
    }

    @Test
    void keyThatWasThereBeforeAndLeftDoesNotGetItsOldValue() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            for (int i = 0; i < KEYS; i++) {
                Content.set(store, i % 2, "key" + i, "new", now.get() + 1_000 + i % 3 * 1_000_000L);
            }
            loadWhile(store, () -> {
                now.addAndGet(2_000);
                for (int i = 0; i < KEYS; i++) {
                    if (i % 3 == 0) {
                        Content.get(store, i % 2, "key" + i); // finds that its time is over
                    } else if (i % 3 == 1) {
                        Content.remove(store, i % 2, "key" + i);
                    }
                }
            });

            for (int i = 0; i < KEYS; i++) {
                assertThat(Content.get(store, i % 2, "key" + i)).isEqualTo(i % 3 == 2 ? "new" : "-");
            }
        }
    }

    @Test
    void keyThatWasOnlyReadStillComes() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> {
                for (int i = 0; i < KEYS; i++) {
                    Content.get(store, i % 2, "key" + i);
                }
            });

            assertThat(store.size(0) + store.size(1)).isEqualTo(KEYS + 1);
        }
    }

    @Test
    void flushedDatabaseStaysEmptyAndTheOtherOneComes() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> store.flush(1));

            assertThat(store.size(1)).isZero();
            assertThat(store.size(0)).isEqualTo(KEYS / 2 + 1);
        }
    }

    @Test
    void flushBeforeAnythingCameKeepsAllAway() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            try (var loading = store.load()) {
                store.flushAll();

                assertThat(loading.open(0, Slice.of("key"), store.entry())).isFalse();
            }
        }
    }

    @Test
    void indexesMakeRoomAtOnceForWhatIsExpected() {
        try (OffHeapStore store = new OffHeapStore(config)) {
            try (var loading = store.load()) {
                loading.expect(1_000_000, 100_000_000);
                long before = store.memory().tables();
                for (int i = 0; i < KEYS; i++) {
                    Content.set(store, 0, "key" + i, OLD);
                }

                assertThat(before).isGreaterThan(4_900_000); // a line of 64 bytes for some 13 of them
                assertThat(store.memory().tables() - before).isLessThan(KEYS * 20L + (1 << 20));
            }
        }
    }

    @Test
    void expectationThatCannotBeTakesNoMoreThanAPartOfTheBound() {
        StoreConfig small = config.withBound(16L << 20, config.eviction());
        for (long[] hint : new long[][] {{Long.MAX_VALUE, Long.MAX_VALUE}, {-1, 1000}, {0, 0}, {1L << 40, 1L << 41}}) {
            try (OffHeapStore store = new OffHeapStore(small);
                    var loading = store.load()) {
                loading.expect(hint[0], hint[1]);

                assertThat(store.memory().tables()).isLessThanOrEqualTo(1L << 20);
                Content.set(store, 0, "key", OLD);
                assertThat(Content.get(store, 0, "key")).isEqualTo(OLD);
            }
        }
    }

    @Test
    void keyspaceThatIsUsedAgainIsNotFilled() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> {
                for (int i = 0; i < 200; i++) { // more often than there are keyspaces
                    Content.set(store, 1, "client", "1");
                    store.flush(1);
                }
                while (store.tidy(100_000)) {
                    assertThat(store.size(1)).isZero();
                }
                Content.set(store, 1, "client", "1");
            });

            assertThat(store.size(1)).isOne();
        }
    }

    @Test
    void swappedDatabasesGetWhatIsTheirs() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> store.swap(0, 5));

            assertThat(store.size(0)).isZero();
            assertThat(store.size(5)).isEqualTo(KEYS / 2 + 1);
            assertThat(Content.get(store, 5, "key0")).isEqualTo(OLD);
        }
    }

    @Test
    void keyThatExpiredMeanwhileDoesNotComeBack() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> {
                for (int i = 0; i < KEYS; i++) {
                    Content.set(store, i % 2, "key" + i, "new", now.get() + 1_000);
                }
                now.addAndGet(2_000);
                while (store.size(0) + store.size(1) > 0) {
                    store.expireSome(10_000);
                    now.addAndGet(200);
                }
            });

            assertThat(Content.of(store)).containsOnlyKeys("0:long");
        }
    }

    @Test
    void evictedWriteIsNotReplacedByWhatWasBefore() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config.withBound(3 << 20, Eviction.ALLKEYS_LRU))) {
            loadWhile(store, () -> {
                for (int i = 0; i < KEYS; i++) {
                    Content.set(store, i % 2, "key" + i, "new".repeat(100));
                }
                assertThat(store.evicted()).isPositive();
            });

            assertThat(Content.of(store).values()).noneMatch(value -> value.contains(OLD));
        }
    }

    @Test
    void boundThatIsLoweredFarBelowWhatComesInHolds() throws IOException {
        long bound = 1 << 20;
        try (OffHeapStore store = new OffHeapStore(config.withBound(16 << 20, Eviction.ADAPTIVE))) {
            LoadReport report = loadWhile(store, () -> store.bound(bound));

            assertThat(report.loaded()).isLessThan(KEYS);
            Content.set(store, 0, "key1", "new");
            assertThat(Content.get(store, 0, "key1")).isEqualTo("new");
            assertThat(store.memory().allocated()).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void lastFieldsRemovalKeepsTheHashAway() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> {
                try (Entry open = store.entry().open(0, Slice.of("long"))) {
                    open.remove();
                    open.fields().put(Slice.of("field"), Slice.of("1"), Entry.NEVER);
                    open.fields().remove(Slice.of("field"));
                }
            });

            assertThat(Content.get(store, 0, "long")).isEqualTo("-");
        }
    }

    @Test
    void savingWaitsForLoadingAndTwoDoNotLoad() throws IOException {
        try (OffHeapStore store = new OffHeapStore(config)) {
            loadWhile(store, () -> {
                assertThatThrownBy(() -> Snapshots.save(store, file()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("a snapshot must not be saved while one is loaded");
                assertThatThrownBy(() -> Snapshots.load(store, file(), Progress.NONE))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the store is loading already");
            });

            assertThat(store.isLoading()).isFalse();
            assertThat(Snapshots.save(store, file()).entries()).isEqualTo(KEYS + 1);
        }
    }

    @Test
    void closingEndsTheLoading() {
        OffHeapStore store = new OffHeapStore(config);

        assertThatThrownBy(() -> Snapshots.load(store, file(), (bytes, of, soFar) -> store.close()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the store is closed");
        assertThat(store.memory().allocated()).isZero();
    }

    @Test
    void whoeverStopsItLeavesAStoreThatWorks() {
        try (OffHeapStore store = new OffHeapStore(config)) {
            assertThatThrownBy(() -> Snapshots.load(store, file(), (bytes, of, soFar) -> {
                        throw new IllegalArgumentException("enough");
                    }))
                    .hasMessage("enough");

            assertThat(store.isLoading()).isFalse();
            Content.of(store);
        }
    }

    /** Each client thread has keys of its own, so it knows what it did to each of them last. */
    @Test
    void clientsAtWorkWinAlways() throws Exception {
        try (OffHeapStore store = new OffHeapStore(config)) {
            AtomicBoolean loaded = new AtomicBoolean();
            AtomicInteger done = new AtomicInteger();
            List<CompletableFuture<Map<String, String>>> clients = new ArrayList<>();
            Snapshots.load(store, file(), (bytes, of, soFar) -> {
                if (clients.isEmpty()) {
                    clients.add(client(store, loaded, done, 0));
                    clients.add(client(store, loaded, done, 1));
                }
                int enough = done.get() + 300; // for each block
                while (done.get() < enough && clients.stream().noneMatch(CompletableFuture::isDone)) {
                    Thread.onSpinWait();
                }
            });
            loaded.set(true);

            check(store, clients.get(0).get(60, TimeUnit.SECONDS), 0);
            check(store, clients.get(1).get(60, TimeUnit.SECONDS), 1);
            Content.of(store);
        }
    }

    private static CompletableFuture<Map<String, String>> client(
            OffHeapStore store, AtomicBoolean loaded, AtomicInteger done, int database) {
        return Snapshots.inBackground("client", () -> {
            Random random = new Random(SEED + database);
            Map<String, String> last = new HashMap<>();
            for (int i = 0; !loaded.get(); i++) {
                String key = "key" + (random.nextInt(KEYS / 2) * 2 + database);
                if (random.nextBoolean()) {
                    Content.remove(store, database, key);
                    last.put(key, "-");
                } else {
                    Content.set(store, database, key, "new" + i);
                    last.put(key, "new" + i);
                }
                assertThat(Content.get(store, database, key)).isEqualTo(last.get(key));
                done.incrementAndGet();
            }
            return last;
        });
    }

    private static void check(OffHeapStore store, Map<String, String> last, int database) {
        last.forEach(
                (key, value) -> assertThat(Content.get(store, database, key)).isEqualTo(value));
    }

    @Test
    void clientsAtWorkDoNotTearWhatIsSaved() throws Exception {
        try (OffHeapStore store = new OffHeapStore(config);
                OffHeapStore other = new OffHeapStore(Content.config(now, 2))) {
            AtomicBoolean saved = new AtomicBoolean();
            for (int i = 0; i < 500; i++) {
                Content.set(store, 0, "key" + i, value(i, 0));
            }
            CompletableFuture<Integer> writer = Snapshots.inBackground("client", () -> {
                Random random = new Random(SEED);
                int round = 0;
                for (; round < 500 || !saved.get(); round++) {
                    int key = random.nextInt(500);
                    Content.set(store, 0, "key" + key, value(key, round));
                }
                return round;
            });
            for (int i = 0; i < 3; i++) {
                Snapshots.save(store, file());
            }
            saved.set(true);
            assertThat(writer.get(60, TimeUnit.SECONDS)).isPositive();
            Snapshots.load(other, file(), Progress.NONE);

            assertThat(other.size(0)).isGreaterThan(450);
            for (int i = 0; i < 500; i++) {
                String found = Content.get(other, 0, "key" + i);
                if (!found.equals("-")) {
                    int round = Integer.parseInt(found.substring(0, found.indexOf(' ')));
                    assertThat(found).isEqualTo(value(i, round));
                }
            }
        }
    }

    /** Some are in one block, some in parts. */
    private static String value(int key, int round) {
        return round + " " + ("key" + key + " round" + round + " ").repeat(key % 10 == 0 ? 20_000 : 10);
    }

    @Test
    void valueThatIsReplacedWhileItIsReadIsReadAgain() throws IOException {
        String first = "first".repeat(200_000);
        String second = "second".repeat(200_000);
        try (OffHeapStore store = new OffHeapStore(config);
                OffHeapStore other = new OffHeapStore(Content.config(now, 2));
                FileChannel file = FileChannel.open(
                        folder.resolve("by hand"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Content.set(store, 0, "long", first);
            int[] writes = {0};
            WritableByteChannel meddling = new WritableByteChannel() {
                @Override
                public int write(ByteBuffer bytes) throws IOException {
                    if (writes[0]++ == 5) {
                        Content.set(store, 0, "long", second);
                    }
                    return file.write(bytes);
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() {}
            };

            SaveReport saved = new Saver(store, meddling, 42).run();
            LoadReport loaded = Snapshots.load(other, folder.resolve("by hand"), Progress.NONE);

            assertThat(saved.entries()).isOne();
            assertThat(loaded.loaded()).isOne();
            assertThat(Content.get(other, 0, "long")).isEqualTo(second);
            assertThat(saved.bytes()).isGreaterThan(second.length() + 100_000L);
        }
    }
}
