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

/** Who leaves gives its slot to a newcomer; a reader on its way there must not take the one for the other. */
public class SlotReuseStress {
    private static final Key FIRST = new Key(1, 7);
    private static final Key SECOND = new Key(2, 7);

    /** Two keys of one hash take turns in a store for one entry. Read are the first, the second, the first again. */
    @JCStressTest
    @Outcome(id = "0, 0, [012]", expect = ACCEPTABLE, desc = "neither, then any of the first")
    @Outcome(id = "0, 1, [02]", expect = ACCEPTABLE, desc = "the second, then no earlier one of the first")
    @Outcome(id = "1, 0, [012]", expect = ACCEPTABLE, desc = "the first, not the second yet, or no more")
    @Outcome(id = "1, 1, [02]", expect = ACCEPTABLE, desc = "the second, then no earlier one of the first")
    @Outcome(id = "2, 0, 2", expect = ACCEPTABLE, desc = "after all changes")
    @State
    public static class RoomForOne {
        private final HeapStore<Key, Value> store = Stock.store(1);

        @Actor
        public void write() {
            Stock.put(store, FIRST, 1);
            Stock.put(store, SECOND, 1);
            Stock.put(store, FIRST, 2);
        }

        @Actor
        public void read(III_Result seen) {
            seen.r1 = Stock.find(store, FIRST);
            seen.r2 = Stock.find(store, SECOND);
            seen.r3 = Stock.find(store, FIRST);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** Three keys come by in a store for two entries. Who leaves is the policy's choice, so any of them may be missing. */
    @JCStressTest
    @Outcome(id = "[012], [01], [01]", expect = ACCEPTABLE, desc = "each key has its own value or none")
    @State
    public static class RoomForTwo {
        private static final Key THIRD = new Key(3, 7);
        private final HeapStore<Key, Value> store = Stock.store(2);

        public RoomForTwo() {
            Stock.put(store, FIRST, 1);
            Stock.put(store, SECOND, 1);
        }

        @Actor
        public void write() {
            Stock.put(store, THIRD, 1);
            Stock.put(store, FIRST, 2);
            Stock.put(store, SECOND, 1);
        }

        @Actor
        public void read(III_Result seen) {
            seen.r1 = Stock.find(store, FIRST);
            seen.r2 = Stock.find(store, SECOND);
            seen.r3 = Stock.find(store, THIRD);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** A clear takes the arrays away; those that come after it begin with the same slots. */
    @JCStressTest
    @Outcome(id = "1, [012]", expect = ACCEPTABLE, desc = "before the clear, then any")
    @Outcome(id = "0, [02]", expect = ACCEPTABLE, desc = "cleared, then not the old one")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "after all changes")
    @State
    public static class ClearAndRefill {
        private final HeapStore<Key, Value> store = Stock.store(100);

        public ClearAndRefill() {
            Stock.put(store, SECOND, 1);
            Stock.put(store, FIRST, 1);
        }

        @Actor
        public void write() {
            store.clear(RemovalCause.CLEARED);
            Stock.put(store, FIRST, 2);
            Stock.put(store, SECOND, 2);
        }

        @Actor
        public void read(II_Result seen) {
            seen.r1 = Stock.find(store, FIRST);
            seen.r2 = Stock.find(store, FIRST);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }
}
