package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Linearizability: Lincheck draws scenarios of two threads, runs them under many schedules, and looks for an order of
 * their calls in which a {@link HashMap} gives the same answers. Model checking chooses each switch of threads itself but
 * sees memory as if it were one for all; stress runs on the machine as it is.
 */
@Tag("lincheck")
@Timeout(600)
class StoreLincheckTest {
    @Test
    void storeIsLinearizableUnderChosenSchedules() {
        modelCheck(1, 50);
    }

    @Test
    void storeIsLinearizableUnderStress() {
        stress(4, 300);
    }

    @Tag("long")
    @Test
    void storeIsLinearizableUnderManyChosenSchedules() {
        modelCheck(20, 500);
    }

    @Tag("long")
    @Test
    void storeIsLinearizableUnderMuchStress() {
        stress(100, 5_000);
    }

    private static void modelCheck(int scenarios, int schedules) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(schedules)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1)
                .sequentialSpecification(Plain.class)
                .check(Stored.class);
    }

    private static void stress(int scenarios, int runs) {
        new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsBefore(2)
                .actorsPerThread(4)
                .actorsAfter(2)
                .sequentialSpecification(Plain.class)
                .check(Stored.class);
    }

    /**
     * A key of the one hash, so that entries stand in each other's way in the index. It is 0 because on JDK 17 Lincheck
     * answers 0 for hash codes while it chooses schedules, but not while it makes the store.
     */
    private static final class Key {
        private final int id;

        Key(int id) {
            this.id = id;
        }

        @Override
        public int hashCode() {
            return 0;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.id == id;
        }
    }

    /**
     * The store under test: one shard with seven entries, so that the index grows at the second one added. Keys 1 and 3
     * are there from the start, one behind the other: taking the first away moves the second.
     */
    @Param(name = "key", gen = IntGen.class, conf = "1:3")
    @Param(name = "value", gen = IntGen.class, conf = "1:9")
    public static class Stored {
        private final HeapStore<Key, Integer> store =
                new HeapStore<>(StoreOptions.of(Bound.entries(100)).withMaxShards(1), (node, cause) -> {});

        /** Called by Lincheck, before each run. */
        public Stored() {
            put(1, 0);
            put(3, 0);
            for (int id = 10; id < 15; id++) {
                put(id, id);
            }
        }

        @Operation
        public @Nullable Integer get(@Param(name = "key") int key) {
            return value(store.find(new Key(key)));
        }

        @Operation
        public final @Nullable Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
            Key stored = new Key(key);
            return change(stored, current -> new Node<>(stored, value, 1));
        }

        @Operation
        public @Nullable Integer remove(@Param(name = "key") int key) {
            return change(new Key(key), current -> null);
        }

        @Operation
        public @Nullable Integer add(@Param(name = "key") int key, @Param(name = "value") int value) {
            Key stored = new Key(key);
            Change<Key, Integer> sum = current -> {
                Integer before = value(current);
                return new Node<>(stored, before == null ? value : before + value, 1);
            };
            return value(store.update(stored, sum, RemovalCause.REMOVED));
        }

        /** Makes a change and gives what was there before. */
        private @Nullable Integer change(Key key, Change<Key, Integer> change) {
            @Nullable Integer[] before = {null};
            Change<Key, Integer> noting = current -> {
                before[0] = value(current);
                return change.apply(current);
            };
            store.update(key, noting, RemovalCause.REMOVED);
            return before[0];
        }

        private static @Nullable Integer value(@Nullable Node<Key, Integer> node) {
            return node == null ? null : node.value();
        }

        @Validate
        public void isWhole() {
            store.checkInvariants();
        }
    }

    /** What the store must do. */
    public static class Plain {
        private final Map<Integer, Integer> map = new HashMap<>(Map.of(1, 0, 3, 0));

        public @Nullable Integer get(int key) {
            return map.get(key);
        }

        public @Nullable Integer put(int key, int value) {
            return map.put(key, value);
        }

        public @Nullable Integer remove(int key) {
            return map.remove(key);
        }

        public @Nullable Integer add(int key, int value) {
            return map.merge(key, value, Integer::sum);
        }
    }
}
