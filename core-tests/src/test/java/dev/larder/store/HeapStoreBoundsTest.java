package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.policy.Eviction;
import dev.larder.policy.Policy;
import dev.larder.time.Ticker;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** What a heap store does at its limits: of room, of memory, of user code. */
class HeapStoreBoundsTest {
    @BeforeAll
    static void letTheLayoutToolSeeLambdas() {
        System.setProperty("jol.magicFieldOffset", "true");
    }

    private final List<RemovalCause> causes = new ArrayList<>();

    private <K> HeapStore<K, String> store(StoreOptions options) {
        return new HeapStore<>(options, (node, cause) -> causes.add(cause));
    }

    private static <K> @Nullable Node<K, String> put(HeapStore<K, String> store, K key, int weight) {
        Node<K, String> node = new DetailedNode<>(key, "v", weight, 0, Ticker.NEVER, Ticker.NEVER);
        return store.update(key, current -> node, RemovalCause.REMOVED);
    }

    @ParameterizedTest
    @CsvSource({
        "ENTRIES, 1, 4, 1",
        "ENTRIES, 2047, 4, 1",
        "ENTRIES, 2048, 4, 2",
        "ENTRIES, 100000, 2, 16",
        "ENTRIES, 100000, 64, 64",
        "ENTRIES, 1000000, 2, 64",
        "ENTRIES, 9223372036854775807, 2, 1024",
        "BYTES, 1000, 2, 1",
        "BYTES, 268435456, 2, 64",
        "WEIGHT, 60000, 2, 1",
        "WEIGHT, 9223372036854775807, 2, 16"
    })
    void shardsGrowWithTheBoundAndTheProcessors(Bound.Unit unit, long max, int processors, int shards) {
        assertThat(HeapStore.shardCount(new Bound(unit, max), StoreOptions.MAX_SHARDS, processors))
                .isEqualTo(shards);
    }

    @Test
    void unevenHashesEvictNothingEarly() {
        HeapStore<Long, String> store = store(StoreOptions.of(Bound.entries(100_000)));
        assertThat(store.shardCount()).isGreaterThan(1);

        for (long i = 0; i < 100_000; i++) {
            put(store, i * 0x9E3779B97F4A7C15L, 1);
        }

        assertThat(store.size()).isEqualTo(100_000);
        assertThat(causes).isEmpty();
        store.checkInvariants();
    }

    record Key(int id, int hash) {
        @Override
        public int hashCode() {
            return hash;
        }
    }

    @Test
    void oneShardMayUseTheWholeBoundAndOthersGetTheirShareBack() {
        HeapStore<Key, String> store = store(StoreOptions.of(Bound.entries(10_000)));
        List<Integer> oneShard = new ArrayList<>();
        List<Integer> others = new ArrayList<>();
        for (int hash = 0; others.size() < 30_000; hash++) {
            ((Node.spread(hash) & (store.shardCount() - 1)) == 0 ? oneShard : others).add(hash);
        }
        for (int i = 0; i < 10_000; i++) {
            put(store, new Key(i, oneShard.get(i % oneShard.size())), 1);
        }
        assertThat(causes).isEmpty();

        for (int i = 0; i < 30_000; i++) {
            assertThat(put(store, new Key(-i - 1, others.get(i)), 1)).isNotNull();
            assertThat(store.weight()).isEqualTo(10_000);
        }

        long inOneShard = 0;
        for (Node<Key, String> node : store) {
            inOneShard += node.key().id() >= 0 ? 1 : 0;
        }
        int share = 10_000 / store.shardCount();
        assertThat(inOneShard).isLessThanOrEqualTo(10_000 - (store.shardCount() - 1) * (share - share / 8));
        store.checkInvariants();
    }

    @Test
    void heavyEntryTakesRoomFromEveryShard() {
        HeapStore<Integer, String> store = store(StoreOptions.of(Bound.weight(1_000_000)));
        assertThat(store.shardCount()).isGreaterThan(1);
        for (int i = 0; i < 1000; i++) {
            put(store, i, 1000);
        }

        assertThat(put(store, -1, 999_500)).isNotNull();

        assertThat(store.size()).isEqualTo(1);
        assertThat(store.weight()).isEqualTo(999_500);
        assertThat(causes).hasSize(1000).containsOnly(RemovalCause.EVICTED);
        store.checkInvariants();
    }

    @Test
    void thousandsOfKeysOfOneHashAreSlowerButNotWrong() {
        HeapStore<Key, String> store = store(StoreOptions.of(Bound.entries(2_000)));

        for (int i = 0; i < 3_000; i++) {
            put(store, new Key(i, 7), 1);
        }

        assertThat(store.size()).isEqualTo(2_000);
        for (Node<Key, String> node : store) {
            assertThat(store.peek(node.key())).isSameAs(node);
        }
        store.checkInvariants();
    }

    @Test
    void nearlyEmptyStoreOfAHugeBoundIsSmall() {
        HeapStore<Long, String> store = store(StoreOptions.of(Bound.entries(100_000)));
        HeapStore<Long, String> smallest = store(StoreOptions.of(Bound.entries(1_000)));

        put(store, 1L, 1);
        put(smallest, 1L, 1);

        assertThat(GraphLayout.parseInstance(store)
                        .subtract(GraphLayout.parseInstance(causes))
                        .totalSize())
                .isLessThan(1_100L * store.shardCount() + 2_000);
        assertThat(GraphLayout.parseInstance(smallest)
                        .subtract(GraphLayout.parseInstance(causes))
                        .totalSize())
                .isLessThan(2_400);
    }

    @Test
    void fullStoreTakesLittlePerEntryBesidesItsNode() {
        HeapStore<Long, String> store = store(StoreOptions.of(Bound.entries(20_000)));
        for (long i = 0; i < 40_000; i++) {
            put(store, i * 0x9E3779B97F4A7C15L, 1);
        }

        long all = GraphLayout.parseInstance(store)
                .subtract(GraphLayout.parseInstance(causes))
                .totalSize();
        long nodes = 0;
        for (Node<Long, String> node : store) {
            nodes += ClassLayout.of(node.getClass()).bytes()
                    + ClassLayout.of(Long.class).bytes();
        }

        System.out.println("bytes per entry besides key and value: " + (all - nodes) / 20_000.0 + " + node "
                + ClassLayout.of(Node.class).bytes());
        assertThat((all - nodes) / 20_000.0).isLessThan(33); // half of it for the sketches of shards this small
    }

    @Test
    void clearedStoreGivesItsMemoryBack() {
        HeapStore<Long, String> store = store(StoreOptions.of(Bound.entries(20_000)));
        for (long i = 0; i < 20_000; i++) {
            put(store, i, 1);
        }

        store.clear(RemovalCause.CLEARED);
        causes.clear();

        assertThat(GraphLayout.parseInstance(store)
                        .subtract(GraphLayout.parseInstance(causes))
                        .totalSize())
                .isLessThan(1_100L * store.shardCount() + 2_000);
    }

    @Test
    void receiverThatThrowsIsHeardAfterTheChangeIsWhole() {
        List<Object> told = new ArrayList<>();
        HeapStore<Integer, String> store =
                new HeapStore<>(StoreOptions.of(Bound.weight(10)).withPolicy(Eviction.FIFO), (node, cause) -> {
                    told.add(node.key());
                    throw new ArithmeticException("on purpose");
                });
        put(store, 1, 5);
        put(store, 2, 5);

        assertThatThrownBy(() -> put(store, 3, 10))
                .isInstanceOf(ArithmeticException.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));

        assertThat(told).containsExactly(1, 2);
        assertThat(store.peek(3)).isNotNull();
        store.checkInvariants();
    }

    /** A key that uses the store in the middle of a comparison. */
    private record Meddler(HeapStore<Object, String> store, int id) {
        @Override
        public boolean equals(@Nullable Object other) {
            put(store, "other", 1);
            return other instanceof Meddler meddler && meddler.id == id;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void userCodeThatReentersAChangeIsRefused() {
        HeapStore<Object, String> store = store(StoreOptions.of(Bound.entries(10)));
        put(store, new Meddler(store, 1), 1);

        assertThatIllegalStateException()
                .isThrownBy(() -> put(store, new Meddler(store, 2), 1))
                .withMessageContaining("must not use the cache");
        assertThatIllegalStateException()
                .isThrownBy(() -> store.update("a", current -> put(store, "a", 1), RemovalCause.REMOVED));

        store.checkInvariants();
    }

    @Test
    void memoryTooShortToGrowLosesTheNewcomerOnly() {
        int[] grows = {0};
        HeapStore<Integer, String> store = store(StoreOptions.of(Bound.weight(1_000_000))
                .withMaxShards(1)
                .withPolicy((shards, ticker) -> List.of(failingToGrow(
                        Objects.requireNonNull(
                                Eviction.S3_FIFO.create(1, ticker).get(0)),
                        grows))));
        int failures = 0;

        for (int i = 0; i < 1_000; i++) {
            try {
                put(store, i, 3);
            } catch (OutOfMemoryError expected) {
                failures++;
                assertThat(store.peek(i)).isNull();
            }
            store.checkInvariants();
        }

        assertThat(failures).isPositive();
        assertThat(store.size()).isEqualTo(1_000 - failures);
        assertThat(store.weight()).isEqualTo(3L * (1_000 - failures));
        assertThat(causes).isEmpty();
    }

    private static Policy failingToGrow(Policy policy, int[] grows) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("grow") && ++grows[0] % 3 != 0) {
                throw new OutOfMemoryError("on purpose");
            }
            try {
                return method.invoke(policy, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        };
        return (Policy) Proxy.newProxyInstance(Policy.class.getClassLoader(), new Class<?>[] {Policy.class}, handler);
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bound.entries(0)).withMessageContaining("was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreOptions.of(Bound.entries(1)).withIdleNanos(0))
                .withMessageContaining("idleNanos");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreOptions.of(Bound.entries(1)).withMaxShards(0))
                .withMessageContaining("maxShards");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eviction.named("lru2"))
                .withMessageContaining("adaptive, s3-fifo, fifo")
                .withMessageContaining("lru2");
    }
}
