package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Entries move in the index, or the index is replaced by a greater one, while a reader looks for a key that stays and for
 * one that never was. Without the check of the sequence the one that stays is missed now and then.
 */
public class IndexStress {
    private static final int FIRST_SLOTS = 8;

    /** Keys of different tags whose home is the last place of a new shard's index, so that a run goes round its end. */
    private static List<Key> keysOfLastHome(int count) {
        int length = SlotIndex.lengthFor(FIRST_SLOTS);
        List<Key> keys = new ArrayList<>();
        for (int hash = 0; keys.size() < count; hash++) {
            if (SlotIndex.home(Node.spread(hash), length) == length - 1) {
                keys.add(new Key(hash, hash));
            }
        }
        return keys;
    }

    private static List<Key> keysOfOneHash(int count) {
        List<Key> keys = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            keys.add(new Key(id, 7));
        }
        return keys;
    }

    /** Takes the entry in front of others away and puts it behind them. */
    private static void rotate(HeapStore<Key, Value> store, List<Key> keys) {
        Stock.remove(store, keys.get(0));
        Stock.put(store, keys.get(0), 1);
        Stock.remove(store, keys.get(1));
        Stock.put(store, keys.get(1), 1);
    }

    private static void look(HeapStore<Key, Value> store, Key stays, Key never, III_Result seen) {
        seen.r1 = Stock.find(store, stays);
        seen.r2 = Stock.find(store, never);
        seen.r3 = Stock.find(store, stays);
    }

    /** Entries of one home and different tags. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "what stays is found, what never was is not")
    @State
    public static class SameHome {
        private static final List<Key> KEYS = keysOfLastHome(4);
        private final HeapStore<Key, Value> store = Stock.store(100);

        public SameHome() {
            KEYS.subList(0, 3).forEach(key -> Stock.put(store, key, 1));
        }

        @Actor
        public void move() {
            rotate(store, KEYS);
        }

        @Actor
        public void read(III_Result seen) {
            look(store, KEYS.get(2), KEYS.get(3), seen);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** Entries whose tags agree as well: only the keys tell them apart. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "what stays is found, what never was is not")
    @State
    public static class SameHash {
        private static final List<Key> KEYS = keysOfOneHash(4);
        private final HeapStore<Key, Value> store = Stock.store(100);

        public SameHash() {
            KEYS.subList(0, 3).forEach(key -> Stock.put(store, key, 1));
        }

        @Actor
        public void move() {
            rotate(store, KEYS);
        }

        @Actor
        public void read(III_Result seen) {
            look(store, KEYS.get(2), KEYS.get(3), seen);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** The shard grows at the ninth entry: slots, places and tags differ from then on. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "what stays is found, what never was is not")
    @State
    public static class Growth {
        private static final List<Key> KEYS = keysOfLastHome(FIRST_SLOTS + 3);
        private final HeapStore<Key, Value> store = Stock.store(100);

        public Growth() {
            KEYS.subList(0, FIRST_SLOTS).forEach(key -> Stock.put(store, key, 1));
        }

        @Actor
        public void grow() {
            Stock.put(store, KEYS.get(FIRST_SLOTS), 1);
            Stock.put(store, KEYS.get(FIRST_SLOTS + 1), 1);
        }

        @Actor
        public void read(III_Result seen) {
            look(store, KEYS.get(FIRST_SLOTS - 1), KEYS.get(FIRST_SLOTS + 2), seen);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }

    /** The shard grows, then entries move in the greater index, and the reader may still be in the smaller one. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "what stays is found, what never was is not")
    @State
    public static class GrowthAndMoves {
        private static final List<Key> KEYS = keysOfOneHash(FIRST_SLOTS + 2);
        private final HeapStore<Key, Value> store = Stock.store(100);

        public GrowthAndMoves() {
            KEYS.subList(0, FIRST_SLOTS).forEach(key -> Stock.put(store, key, 1));
        }

        @Actor
        public void growAndMove() {
            Stock.put(store, KEYS.get(FIRST_SLOTS), 1);
            rotate(store, KEYS);
        }

        @Actor
        public void read(III_Result seen) {
            look(store, KEYS.get(FIRST_SLOTS - 1), KEYS.get(FIRST_SLOTS + 1), seen);
        }

        @Arbiter
        public void check() {
            store.checkInvariants();
        }
    }
}
