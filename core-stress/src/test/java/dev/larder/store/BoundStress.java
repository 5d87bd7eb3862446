package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Changes that fight for room: the bound is kept, and the account agrees with the entries. */
public class BoundStress {
    /** Room for one of two. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first came last")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second came last")
    @State
    public static class RoomForOne {
        private static final Key FIRST = new Key(1, 7);
        private static final Key SECOND = new Key(2, 7);
        private final HeapStore<Key, Value> store = Stock.store(1);

        @Actor
        public void first() {
            Stock.put(store, FIRST, 1);
        }

        @Actor
        public void second() {
            Stock.put(store, SECOND, 1);
        }

        @Arbiter
        public void last(II_Result seen) {
            store.checkInvariants();
            seen.r1 = Stock.find(store, FIRST);
            seen.r2 = Stock.find(store, SECOND);
        }
    }

    /** Two shards, each with a newcomer that takes the whole bound, so that each wants the other's. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first is kept")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second is kept")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each found the other's shard locked")
    @State
    public static class TwoShards {
        private static final int MAX_WEIGHT = 1 << 17;
        private final HeapStore<Key, Value> store = Shards.two(Bound.weight(MAX_WEIGHT));

        @Actor
        public void first() {
            put(Shards.IN_FIRST);
        }

        @Actor
        public void second() {
            put(Shards.IN_SECOND);
        }

        private void put(Key key) {
            Stock.put(store, new Node<>(key, new Value(key, 1), MAX_WEIGHT));
        }

        @Arbiter
        public void last(II_Result seen) {
            store.checkInvariants();
            seen.r1 = Stock.find(store, Shards.IN_FIRST);
            seen.r2 = Stock.find(store, Shards.IN_SECOND);
        }
    }

    /** The bound is lowered to one while an entry comes. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one is left")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "both sides made room")
    @State
    public static class LoweredBound {
        private final HeapStore<Key, Value> store = Stock.store(3);

        public LoweredBound() {
            Stock.put(store, new Key(1, 1), 1);
            Stock.put(store, new Key(2, 2), 1);
        }

        @Actor
        public void lower() {
            store.resize(1);
        }

        @Actor
        public void put() {
            Stock.put(store, new Key(3, 3), 1);
            Stock.put(store, new Key(4, 4), 1);
        }

        @Arbiter
        public void last(I_Result seen) {
            store.checkInvariants();
            seen.r1 = (int) store.size();
        }
    }
}
