package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.RemovalCause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys whose hash codes are as bad as can be make the store slower, never wrong; and the work of a call has a bound. */
class HostileHashTest {
    private static final int KEYS = 3000;

    /** How keys get their hash codes from numbers. */
    enum Hashing {
        LOW_BITS_EQUAL,
        HIGH_BITS_EQUAL,
        STRIDES_OF_THE_INVERSE,
        FEW,
        /** Neighbours after {@link Node#spread}, so that all homes are one. */
        ONE_HOME;

        int of(int number) {
            return switch (this) {
                case LOW_BITS_EQUAL -> number << 16;
                case HIGH_BITS_EQUAL -> number & 0xFFFF;
                case STRIDES_OF_THE_INVERSE -> number * inverse(0x9E3779B9);
                case FEW -> number % 10;
                case ONE_HOME -> unspread(0x1234_0000 + number);
            };
        }
    }

    private static int unspread(int hash) {
        int h = unshift(hash, 13) * inverse(0x85EBCA6B);
        return unshift(h, 15) * inverse(0x9E3779B9);
    }

    /** Undoes {@code h ^ h >>> bits}. */
    private static int unshift(int mixed, int bits) {
        int h = mixed;
        for (int known = bits; known < Integer.SIZE; known += bits) {
            h = mixed ^ (h >>> bits);
        }
        return h;
    }

    private static int inverse(int odd) {
        int inverse = odd;
        for (int bits = 3; bits < Integer.SIZE; bits *= 2) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }

    private static long comparisons;

    private static final class Key {
        private final int id;
        private final int hash;

        Key(int id, int hash) {
            this.id = id;
            this.hash = hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            comparisons++;
            return other instanceof Key key && key.id == id;
        }
    }

    private static @Nullable Node<Key, Integer> put(HeapStore<Key, Integer> store, Key key) {
        return store.update(key, current -> new Node<>(key, key.id, 1), RemovalCause.REMOVED);
    }

    private static HeapStore<Key, Integer> store(int entries, Removals<Key, Integer> removals) {
        return new HeapStore<>(StoreOptions.of(Bound.entries(entries)).withMaxShards(1), removals);
    }

    @ParameterizedTest
    @EnumSource
    void everyEntryIsFoundWhateverTheHashes(Hashing hashing) {
        HeapStore<Key, Integer> store = store(KEYS, (node, cause) -> {});

        for (int id = 0; id < KEYS; id++) {
            put(store, new Key(id, hashing.of(id)));
        }
        for (int id = 0; id < KEYS; id += 3) {
            store.update(new Key(id, hashing.of(id)), current -> null, RemovalCause.REMOVED);
        }

        for (int id = 0; id < KEYS; id++) {
            Node<Key, Integer> found = store.find(new Key(id, hashing.of(id)));
            assertThat(found == null).as("key %d is gone", id).isEqualTo(id % 3 == 0);
        }
        store.checkInvariants();
    }

    @Test
    void workOfACallHasABoundHoweverManyKeysHaveOneHash() {
        int[] evicted = {0};
        HeapStore<Key, Integer> store = store(100_000, (node, cause) -> evicted[0]++);
        long most = 0;

        for (int id = 0; id < 20_000; id++) {
            comparisons = 0;
            put(store, new Key(id, 42));
            assertThat(store.find(new Key(id, 42))).isNotNull();
            most = Math.max(most, comparisons);
        }

        assertThat(most).as("comparisons of a put and a get").isLessThanOrEqualTo(2 * Shard.MAX_SAME_HASH);
        assertThat(store.size()).isEqualTo(Shard.MAX_SAME_HASH);
        assertThat(evicted[0]).isEqualTo(20_000 - Shard.MAX_SAME_HASH);
        store.checkInvariants();
    }

    @Test
    void keysOfOtherHashesStayWhereOneHashIsCrowded() {
        HeapStore<Key, Integer> store = store(100_000, (node, cause) -> {});
        for (int id = 0; id < 500; id++) {
            put(store, new Key(id, id));
        }

        for (int id = 1000; id < 5000; id++) {
            put(store, new Key(id, 1_000_000));
        }

        for (int id = 0; id < 500; id++) {
            assertThat(store.find(new Key(id, id))).isNotNull();
        }
        store.checkInvariants();
    }
}
