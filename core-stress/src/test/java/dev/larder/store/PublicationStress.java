package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.larder.time.Ticker;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who finds a node that another thread puts at the same time sees all of it, though readers load it plainly. */
public class PublicationStress {
    private static final Key KEY = new Key(1, 1);

    /** The first entry: arrays, index and node come with it. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "put between the reads")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "there, and whole")
    @State
    public static class FirstEntry {
        private final HeapStore<Key, Value> store = Stock.store(100);

        @Actor
        public void put() {
            Stock.put(store, KEY, 1);
        }

        @Actor
        public void read(II_Result seen) {
            seen.r1 = Stock.find(store, KEY);
            seen.r2 = Stock.find(store, KEY);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** A replacement is a single store and moves no sequence. */
    @JCStressTest
    @Outcome(id = "1, [123]", expect = ACCEPTABLE, desc = "the first, then any")
    @Outcome(id = "2, [23]", expect = ACCEPTABLE, desc = "the second, then no earlier one")
    @Outcome(id = "3, 3", expect = ACCEPTABLE, desc = "the last")
    @State
    public static class Replacement {
        private final HeapStore<Key, Value> store = Stock.store(100);

        public Replacement() {
            Stock.put(store, KEY, 1);
        }

        @Actor
        public void put() {
            Stock.put(store, KEY, 2);
            Stock.put(store, KEY, 3);
        }

        @Actor
        public void read(II_Result seen) {
            seen.r1 = Stock.find(store, KEY);
            seen.r2 = Stock.find(store, KEY);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** The time of the last read is the one field of a node that is not final. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not there yet")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "an old node, whole")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "a new node, with its times")
    @State
    public static class Times {
        private static final long BORN = 40;
        private static final long READ = 41;
        private static final long KEPT = Ticker.NEVER - 1;
        private final HeapStore<Key, Value> store = Stock.store(100);

        @Actor
        public void put() {
            Stock.put(store, dated(1));
            Stock.put(store, dated(2));
        }

        private static Node<Key, Value> dated(int version) {
            Node<Key, Value> node = new DetailedNode<>(KEY, new Value(KEY, version), 1, BORN, KEPT, KEPT);
            node.markRead(READ);
            return node;
        }

        @Actor
        public void read(I_Result seen) {
            Node<Key, Value> node = store.find(KEY);
            seen.r1 = isDated(node) ? Stock.versionIn(node, KEY) : Stock.WRONG;
        }

        private static boolean isDated(@Nullable Node<Key, Value> node) {
            return node == null
                    || (node.readNanos() == READ
                            && node.bornNanos() == BORN
                            && node.freshUntilNanos() == KEPT
                            && node.keepUntilNanos() == KEPT);
        }
    }
}
