package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Eviction;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a heap store does where its policy lets nobody leave. */
final class RefusalTest {
    private final List<RemovalCause> causes = new ArrayList<>();

    private HeapStore<Long, String> store(Bound bound, Eviction eviction) {
        return new HeapStore<>(StoreOptions.of(bound).withPolicy(eviction), (node, cause) -> causes.add(cause));
    }

    private static @Nullable Node<Long, String> put(HeapStore<Long, String> store, long key, int weight, long until) {
        Node<Long, String> node = new DetailedNode<>(key, "v" + weight, weight, 0, until, until);
        return store.update(key, current -> node, RemovalCause.REMOVED);
    }

    private static long mixed(long number) {
        return number * 0x9E3779B97F4A7C15L;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50_000})
    void fullStoreRefusesNewcomersAndKeepsAllItHas(int max) {
        HeapStore<Long, String> store = store(Bound.entries(max), Eviction.NOEVICTION);
        for (long i = 0; i < max; i++) {
            put(store, mixed(i), 1, Ticker.NEVER);
        }

        assertThatThrownBy(() -> put(store, mixed(max), 1, Ticker.NEVER)).isInstanceOf(CacheFullException.class);

        assertThat(store.size()).isEqualTo(max);
        assertThat(store.peek(mixed(max))).isNull();
        assertThat(causes).isEmpty();
        store.checkInvariants();
    }

    @Test
    void entryOfAFullStoreCanBeReplacedAndItsRoomUsedAgain() {
        HeapStore<Long, String> store = store(Bound.entries(2), Eviction.NOEVICTION);
        put(store, 1, 1, Ticker.NEVER);
        put(store, 2, 1, Ticker.NEVER);

        assertThat(put(store, 2, 7, Ticker.NEVER)).isNotNull();
        store.update(1L, current -> null, RemovalCause.REMOVED);

        assertThat(put(store, 3, 1, Ticker.NEVER)).isNotNull();
        store.checkInvariants();
    }

    @Test
    void refusedReplacementLeavesTheOldValue() {
        HeapStore<Long, String> store = store(Bound.weight(10), Eviction.NOEVICTION);
        put(store, 1, 5, Ticker.NEVER);
        put(store, 2, 5, Ticker.NEVER);

        assertThatThrownBy(() -> put(store, 2, 6, Ticker.NEVER)).isInstanceOf(CacheFullException.class);

        assertThat(store.peek(2L)).isNotNull().extracting(Node::value).isEqualTo("v5");
        assertThat(causes).isEmpty();
        store.checkInvariants();
    }

    @Test
    void entryHeavierThanTheBoundIsNotRefusedButNeverKept() {
        HeapStore<Long, String> store = store(Bound.weight(10), Eviction.NOEVICTION);

        assertThat(put(store, 1, 11, Ticker.NEVER)).isNull();

        assertThat(causes).containsExactly(RemovalCause.EVICTED);
        store.checkInvariants();
    }

    @Test
    void volatileEntriesOfAllShardsMakeRoomBeforeANewcomerIsRefused() {
        int max = 50_000;
        HeapStore<Long, String> store = store(Bound.entries(max), Eviction.VOLATILE_TTL);
        assertThat(store.shardCount()).isGreaterThan(1);
        for (long i = 0; i < max; i++) {
            put(store, mixed(i), 1, i < 100 ? 1_000_000 : Ticker.NEVER);
        }

        for (long i = 0; i < 100; i++) {
            assertThat(put(store, mixed(max + i), 1, Ticker.NEVER)).isNotNull();
        }

        assertThat(causes).hasSize(100).containsOnly(RemovalCause.EVICTED);
        assertThatThrownBy(() -> put(store, mixed(-1), 1, Ticker.NEVER)).isInstanceOf(CacheFullException.class);
        store.checkInvariants();
    }

    @Test
    void soleVolatileEntryThatGrowsTooHeavyIsTheOneToLeave() {
        HeapStore<Long, String> store = store(Bound.weight(10), Eviction.VOLATILE_LRU);
        put(store, 1, 5, Ticker.NEVER);
        put(store, 2, 5, 1_000_000);

        assertThat(put(store, 2, 6, 1_000_000)).isNull();

        assertThat(causes).containsExactly(RemovalCause.EVICTED, RemovalCause.REPLACED);
        assertThat(store.weight()).isEqualTo(5);
        store.checkInvariants();
    }
}
