package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.larder.event.RemovalCause;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two changes of one key: what each found and what is there at the end must come from one order of the two. */
public class WritersStress {
    private static final Key KEY = new Key(1, 1);

    /** Each put answers what it replaced. */
    @JCStressTest
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "first put first")
    @Outcome(id = "2, 0, 1", expect = ACCEPTABLE, desc = "second put first")
    @State
    public static class PutAndPut {
        private final HeapStore<Key, Value> store = Stock.store(100);

        @Actor
        public void first(III_Result seen) {
            seen.r1 = Stock.put(store, KEY, 1);
        }

        @Actor
        public void second(III_Result seen) {
            seen.r2 = Stock.put(store, KEY, 2);
        }

        @Arbiter
        public void last(III_Result seen) {
            store.checkInvariants();
            seen.r3 = Stock.find(store, KEY);
        }
    }

    /** A removal answers what it removed, and a put does not come back. */
    @JCStressTest
    @Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "put, then removed")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "removed, then put")
    @State
    public static class PutAndRemove {
        private final HeapStore<Key, Value> store = Stock.store(100);

        public PutAndRemove() {
            Stock.put(store, KEY, 1);
        }

        @Actor
        public void put(III_Result seen) {
            seen.r1 = Stock.put(store, KEY, 2);
        }

        @Actor
        public void remove(III_Result seen) {
            seen.r2 = Stock.remove(store, KEY);
        }

        @Arbiter
        public void last(III_Result seen) {
            store.checkInvariants();
            seen.r3 = Stock.find(store, KEY);
        }
    }

    /** Whoever removes a node takes nothing else away. */
    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "put, so that the node was gone")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "removed, then put")
    @State
    public static class PutAndRemoveNode {
        private final HeapStore<Key, Value> store = Stock.store(100);
        private final Node<Key, Value> old = Stock.node(KEY, 1);

        public PutAndRemoveNode() {
            Stock.put(store, old);
        }

        @Actor
        public void put() {
            Stock.put(store, KEY, 2);
        }

        @Actor
        public void remove(II_Result seen) {
            seen.r1 = store.remove(old, RemovalCause.EXPIRED) ? 1 : 0;
        }

        @Arbiter
        public void last(II_Result seen) {
            store.checkInvariants();
            seen.r2 = Stock.find(store, KEY);
        }
    }

    /** Each adds one, twice, to what it finds. */
    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "nothing is lost")
    @State
    public static class ComputeAndCompute {
        private final HeapStore<Key, Value> store = Stock.store(100);

        @Actor
        public void first() {
            increment();
            increment();
        }

        @Actor
        public void second() {
            increment();
            increment();
        }

        private void increment() {
            store.update(KEY, current -> Stock.node(KEY, Stock.versionIn(current, KEY) + 1), RemovalCause.REMOVED);
        }

        @Arbiter
        public void last(I_Result seen) {
            store.checkInvariants();
            seen.r1 = Stock.find(store, KEY);
        }
    }
}
