package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.RemovalCause;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Readers without a lock beside writers. Each key has one writer, which knows what must be found; all threads share
 * shards, slots and the bound.
 */
class HeapStoreRaceTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
    private static final int QUICK = 60_000;
    private static final int LONG = 5_000_000;
    /** Without the check of misses this test fails after some 30,000 steps on two busy cores. */
    private static final int QUICK_TRACKED = 400_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    record Key(int id, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static Node<Key, Long> node(Key key, long version, int weight) {
        return new DetailedNode<>(key, key.id() * 1_000_000_000L + version, weight, 0, Ticker.NEVER, Ticker.NEVER);
    }

    private static long versionIn(Node<Key, Long> node, Key key) {
        assertThat(node.key()).isEqualTo(key);
        Long value = node.value();
        long number = value == null ? -1 : value;
        assertThat(number / 1_000_000_000L).isEqualTo(key.id());
        return number % 1_000_000_000L;
    }

    @Test
    void entryThatStaysIsFoundWhileItsNeighboursMove() throws Exception {
        stayingEntryIsFound(QUICK_TRACKED);
    }

    @Tag("long")
    @Test
    void entryThatStaysIsFoundWhileItsNeighboursMoveForLong() throws Exception {
        stayingEntryIsFound(4 * LONG);
    }

    private void stayingEntryIsFound(int operations) throws Exception {
        // Few hashes and room for all: index places shift with every removal, and nothing is ever evicted.
        HeapStore<Key, Long> store = new HeapStore<>(StoreOptions.of(Bound.entries(1_000_000)), (node, cause) -> {});
        AtomicBoolean done = new AtomicBoolean();

        run(
                2,
                done,
                () -> keepTrack(store, keys(1000, 60, 20), operations, new SplittableRandom(SEED)),
                () -> keepTrack(store, keys(2000, 60, 20), operations, new SplittableRandom(SEED + 1)));

        store.checkInvariants();
    }

    /** Stores and removes its own keys, and checks another of them at each step, which only others may have moved. */
    private static @Nullable Void keepTrack(
            HeapStore<Key, Long> store, List<Key> keys, int operations, SplittableRandom random) {
        boolean[] stored = new boolean[keys.size()];
        for (int i = 1; i <= operations; i++) {
            int changed = random.nextInt(stored.length);
            Key key = keys.get(changed);
            if (stored[changed]) {
                store.update(key, current -> null, RemovalCause.REMOVED);
            } else {
                put(store, key, i, 1);
            }
            stored[changed] = !stored[changed];
            for (int look = 0; look < 4; look++) {
                int other = random.nextInt(stored.length);
                boolean found = store.find(keys.get(other)) != null;
                if (found != stored[other]) {
                    throw new AssertionError("stored: " + stored[other] + ", found: " + found + " at step " + i);
                }
            }
        }
        return null;
    }

    private static void put(HeapStore<Key, Long> store, Key key, long version, int weight) {
        Node<Key, Long> node = node(key, version, weight);
        store.update(key, current -> node, RemovalCause.REMOVED);
    }

    private static List<Key> keys(int first, int count, int hashes) {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(new Key(first + i, i % hashes));
        }
        return keys;
    }

    /** Stores and removes its own keys, and checks at each step that it finds what it left. */
    private static @Nullable Void churn(
            HeapStore<Key, Long> store, List<Key> keys, int operations, SplittableRandom random) {
        for (int i = 1; i <= operations; i++) {
            Key key = keys.get(random.nextInt(keys.size()));
            if (random.nextInt(3) == 0) {
                store.update(key, current -> null, RemovalCause.REMOVED);
                assertThat(store.peek(key)).as("an entry just removed").isNull();
            } else {
                put(store, key, i, 1 + random.nextInt(9));
                Node<Key, Long> found = store.find(key);
                if (found != null) {
                    assertThat(versionIn(found, key)).isEqualTo(i);
                }
            }
        }
        return null;
    }

    @Test
    void noReaderSeesAnotherKeysValueOrAnOlderOne() throws Exception {
        versionsOnlyGrow(QUICK);
    }

    @Tag("long")
    @Test
    void noReaderSeesAnotherKeysValueOrAnOlderOneForLong() throws Exception {
        versionsOnlyGrow(LONG);
    }

    private void versionsOnlyGrow(int operations) throws Exception {
        // Room for a fraction of the keys: slots are reused all the time.
        HeapStore<Key, Long> store = new HeapStore<>(StoreOptions.of(Bound.weight(2_000)), (node, cause) -> {});
        List<Key> mine = keys(0, 500, 200);
        List<Key> yours = keys(1000, 500, 200);
        AtomicBoolean done = new AtomicBoolean();

        run(
                2,
                done,
                () -> churn(store, mine, operations, new SplittableRandom(SEED)),
                () -> churn(store, yours, operations, new SplittableRandom(SEED + 1)),
                () -> watch(store, mine, done),
                () -> watch(store, yours, done));

        store.checkInvariants();
    }

    private static @Nullable Void watch(HeapStore<Key, Long> store, List<Key> keys, AtomicBoolean done) {
        long[] seen = new long[keys.size()];
        while (!done.get()) {
            for (int i = 0; i < seen.length; i++) {
                Key key = keys.get(i);
                Node<Key, Long> found = store.find(key);
                if (found != null) {
                    long version = versionIn(found, key);
                    assertThat(version).isGreaterThanOrEqualTo(seen[i]);
                    seen[i] = version;
                }
            }
            assertThat(store.weight()).isLessThanOrEqualTo(2_000);
        }
        return null;
    }

    @Test
    void everyNodeIsReportedOnceOrStillStored() throws Exception {
        AtomicLong reported = new AtomicLong();
        AtomicLong stored = new AtomicLong();
        HeapStore<Integer, String> store = new HeapStore<>(
                StoreOptions.of(Bound.weight(100_000)), (node, cause) -> reported.addAndGet(node.bornNanos()));
        AtomicBoolean done = new AtomicBoolean();
        Callable<@Nullable Void> writer = () -> {
            SplittableRandom random = new SplittableRandom(SEED + stored.incrementAndGet());
            long sum = 0;
            for (int i = 1; i <= QUICK; i++) {
                int weight = random.nextInt(500) == 0 ? 20_000 : random.nextInt(100);
                Node<Integer, String> node =
                        new DetailedNode<>(random.nextInt(5_000), "", weight, i, Ticker.NEVER, Ticker.NEVER);
                sum += i;
                store.update(node.key(), current -> node, RemovalCause.REMOVED);
            }
            stored.addAndGet(sum);
            return null;
        };

        run(2, done, writer, writer, () -> {
            while (!done.get()) {
                store.expire(1, 10);
                assertThat(store.weight()).isLessThanOrEqualTo(100_000);
            }
            return null;
        });

        store.checkInvariants();
        long left = 0;
        for (Node<Integer, String> node : store) {
            left += node.bornNanos();
        }
        assertThat(reported.get() + left).isEqualTo(stored.get() - 2);
    }

    @Test
    void clearBesideWritersLeavesTheStoreWhole() throws Exception {
        HeapStore<Key, Long> store = new HeapStore<>(StoreOptions.of(Bound.entries(5_000)), (node, cause) -> {});
        AtomicBoolean done = new AtomicBoolean();

        run(
                1,
                done,
                () -> {
                    SplittableRandom random = new SplittableRandom(SEED);
                    for (int i = 0; i < QUICK; i++) {
                        put(store, new Key(i % 9_000, random.nextInt()), i, 1);
                    }
                    return null;
                },
                () -> {
                    while (!done.get()) {
                        store.clear(RemovalCause.CLEARED);
                        store.forEach(node -> assertThat(node.key().id()).isLessThan(9_000));
                        store.find(new Key(1, 1));
                    }
                    return null;
                });

        store.checkInvariants();
        store.clear(RemovalCause.CLEARED);
        assertThat(store.weight()).isZero();
    }

    /** Runs all at once; sets {@code done} when the writers have ended, which come first. */
    @SafeVarargs
    private void run(int writers, AtomicBoolean done, Callable<@Nullable Void>... tasks) throws Exception {
        System.out.println("larder.seed=" + SEED);
        List<Future<@Nullable Void>> running = new ArrayList<>();
        for (Callable<@Nullable Void> task : tasks) {
            running.add(threads.submit(task));
        }
        try {
            await(running.subList(0, writers));
        } finally {
            done.set(true);
        }
        await(running.subList(writers, tasks.length));
    }

    private static void await(List<Future<@Nullable Void>> tasks)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (Future<@Nullable Void> task : tasks) {
            task.get(110, TimeUnit.SECONDS);
        }
    }
}
