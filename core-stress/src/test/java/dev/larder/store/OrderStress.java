package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Changes of two keys, in two shards that share nothing, look to all threads as if made in one order: a change that has
 * returned is seen by every read that begins after it, and a read that hits holds back those after it.
 */
public class OrderStress {
    private static final Bound BOUND = Bound.entries(2048);

    /** Each thread puts its key and looks for the other's. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both saw the other")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first was first")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the second was first")
    @State
    public static class PutThenLook {
        private final HeapStore<Key, Value> store = Shards.two(BOUND);

        @Actor
        public void first(II_Result seen) {
            Stock.put(store, Shards.IN_FIRST, 1);
            seen.r1 = Stock.find(store, Shards.IN_SECOND);
        }

        @Actor
        public void second(II_Result seen) {
            Stock.put(store, Shards.IN_SECOND, 1);
            seen.r2 = Stock.find(store, Shards.IN_FIRST);
        }
    }

    /** Each thread removes its key and looks for the other's; replacing it instead would be no different. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "both saw the other's removal")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second was first")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first was first")
    @State
    public static class RemoveThenLook {
        private final HeapStore<Key, Value> store = Shards.two(BOUND);

        public RemoveThenLook() {
            Stock.put(store, Shards.IN_FIRST, 1);
            Stock.put(store, Shards.IN_SECOND, 1);
        }

        @Actor
        public void first(II_Result seen) {
            Stock.remove(store, Shards.IN_FIRST);
            seen.r1 = Stock.find(store, Shards.IN_SECOND);
        }

        @Actor
        public void second(II_Result seen) {
            Stock.remove(store, Shards.IN_SECOND);
            seen.r2 = Stock.find(store, Shards.IN_FIRST);
        }
    }

    /** One thread puts the first, then the second; the other looks for the second, then the first. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither yet")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "put between the reads")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both")
    @State
    public static class PutBoth {
        private final HeapStore<Key, Value> store = Shards.two(BOUND);

        @Actor
        public void write() {
            Stock.put(store, Shards.IN_FIRST, 1);
            Stock.put(store, Shards.IN_SECOND, 1);
        }

        @Actor
        public void read(II_Result seen) {
            seen.r1 = Stock.find(store, Shards.IN_SECOND);
            seen.r2 = Stock.find(store, Shards.IN_FIRST);
        }
    }
}
