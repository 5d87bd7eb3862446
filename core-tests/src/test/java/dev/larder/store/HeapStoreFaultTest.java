package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.Fuse;
import dev.larder.event.RemovalCause;
import dev.larder.policy.Eviction;
import dev.larder.policy.Policy;
import dev.larder.policy.PolicyFactory;
import dev.larder.testkit.Gate;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** User code that fails inside a change: the change is made or it is not, and the store stays whole. */
class HeapStoreFaultTest {
    private static final int KEYS = 60;
    private static final int STEPS = 20_000;

    /** Stands for {@link OutOfMemoryError}, which test engines take for the end of the whole run. */
    private static final class NoMemory extends VirtualMachineError {
        private static final long serialVersionUID = 1L;
    }

    private static Node<Integer, Integer> node(int key, int weight) {
        return new Node<>(key, key, weight);
    }

    private static @Nullable Node<Integer, Integer> put(HeapStore<Integer, Integer> store, int key, int weight) {
        return store.update(key, current -> node(key, weight), RemovalCause.REMOVED);
    }

    @Test
    void changeIsMadeOrNotWhereverAKeyFails() {
        Seed seed = Seed.of("HeapStoreFaultTest");
        RandomGenerator random = seed.generator(0);
        Fuse fuse = new Fuse();
        Map<Integer, Node<Fuse.Key, Integer>> expected = new HashMap<>();
        HeapStore<Fuse.Key, Integer> store = new HeapStore<>(
                StoreOptions.of(Bound.entries(KEYS / 2)),
                (node, cause) -> expected.remove(node.key().id()));
        int failed = 0;

        for (int step = 0; step < STEPS; step++) {
            int id = random.nextInt(KEYS);
            Node<Fuse.Key, Integer> before = expected.get(id);
            Node<Fuse.Key, Integer> next = random.nextInt(3) == 0 ? null : new Node<>(new Fuse.Key(id, fuse), step, 1);
            fuse.failAt(1 + random.nextInt(8));
            try {
                Node<Fuse.Key, Integer> after = change(store, new Fuse.Key(id, fuse), before, next);
                if (after != null) {
                    expected.put(id, after);
                }
            } catch (Fuse.Blown e) {
                failed++;
                assertThat(expected.get(id)).as("%s, step %d", seed, step).isSameAs(before);
            }
            fuse.disarm();
            assertThat(store.find(new Fuse.Key(id, fuse)))
                    .as("%s, step %d", seed, step)
                    .isSameAs(expected.get(id));
        }

        assertThat(failed).isGreaterThan(STEPS / 10);
        store.checkInvariants();
        assertThat(store.size()).isEqualTo(expected.size());
    }

    private static @Nullable Node<Fuse.Key, Integer> change(
            HeapStore<Fuse.Key, Integer> store,
            Fuse.Key key,
            @Nullable Node<Fuse.Key, Integer> before,
            @Nullable Node<Fuse.Key, Integer> next) {
        if (next == null && before != null) {
            store.remove(before, RemovalCause.REMOVED);
            return null;
        }
        return store.update(key, current -> next, RemovalCause.REMOVED);
    }

    /** Notes what left; fails where it is told to, before or after an entry has left. */
    private static final class FailingRemovals implements Removals<Integer, Integer> {
        final List<Integer> left = new ArrayList<>();
        /** How many may leave before one is held back; -1 for all. */
        int mayLeave = -1;

        boolean failsAfterwards;

        @Override
        public void leaving(Node<Integer, Integer> node, RemovalCause cause) {
            if (mayLeave == 0) {
                throw new NoMemory();
            }
            mayLeave--;
        }

        @Override
        public void removed(Node<Integer, Integer> node, RemovalCause cause) {
            left.add(node.key());
            if (failsAfterwards) {
                throw new NoMemory();
            }
        }
    }

    private static HeapStore<Integer, Integer> ofWeightTen(Removals<Integer, Integer> removals) {
        HeapStore<Integer, Integer> store =
                new HeapStore<>(StoreOptions.of(Bound.weight(10)).withPolicy(Eviction.FIFO), removals);
        for (int key = 0; key < 10; key++) {
            put(store, key, 1);
        }
        return store;
    }

    @Test
    void entryStaysWhereAnErrorComesBeforeItLeaves() {
        FailingRemovals removals = new FailingRemovals();
        HeapStore<Integer, Integer> store = ofWeightTen(removals);
        removals.mayLeave = 3;

        assertThatThrownBy(() -> put(store, 10, 5)).isInstanceOf(NoMemory.class);

        assertThat(removals.left).containsExactly(0, 1, 2);
        assertThat(store.size()).isEqualTo(7);
        assertThat(store.peek(3)).isNotNull();
        assertThat(store.peek(10)).isNull();
        store.checkInvariants();
        removals.mayLeave = -1;
        assertThat(put(store, 10, 5)).isNotNull();
        store.checkInvariants();
    }

    @Test
    void replacedEntryStaysWhereAnErrorComesBeforeAnotherLeavesForIt() {
        FailingRemovals removals = new FailingRemovals();
        HeapStore<Integer, Integer> store = ofWeightTen(removals);
        Node<Integer, Integer> before = store.peek(9);
        removals.mayLeave = 2;

        assertThatThrownBy(() -> put(store, 9, 5)).isInstanceOf(NoMemory.class);

        assertThat(store.peek(9)).isSameAs(before);
        assertThat(removals.left).containsExactly(0, 1);
        store.checkInvariants();
    }

    @Test
    void everyDepartureIsReportedThoughEachReportFails() {
        FailingRemovals removals = new FailingRemovals();
        HeapStore<Integer, Integer> store = ofWeightTen(removals);
        removals.failsAfterwards = true;

        assertThatThrownBy(() -> put(store, 10, 4)).isInstanceOf(NoMemory.class);

        assertThat(removals.left).containsExactly(0, 1, 2, 3);
        assertThat(store.peek(10)).as("the change was made").isNotNull();
        store.checkInvariants();
    }

    @Test
    void entryThatCouldNotExpireForAnErrorExpiresTheNextTime() {
        FailingRemovals removals = new FailingRemovals();
        HeapStore<Integer, Integer> store = new HeapStore<>(StoreOptions.of(Bound.entries(100)), removals);
        long due = 1_000_000_000;
        for (int key = 0; key < 20; key++) {
            Node<Integer, Integer> node = new DetailedNode<>(key, key, 1, 0, due, due);
            store.update(key, current -> node, RemovalCause.REMOVED);
        }
        removals.mayLeave = 3;

        assertThatThrownBy(() -> store.expire(2 * due, 1000)).isInstanceOf(NoMemory.class);

        assertThat(store.size()).isEqualTo(17);
        store.checkInvariants();
        removals.mayLeave = -1;
        assertThat(store.expire(2 * due, 1000)).isEqualTo(17);
        assertThat(removals.left).hasSize(20).doesNotHaveDuplicates();
        store.checkInvariants();
    }

    @Test
    void nothingHasChangedWhereTheChangeItselfFails() {
        HeapStore<Integer, Integer> store = ofWeightTen((node, cause) -> {});
        Node<Integer, Integer> before = store.peek(1);

        assertThatThrownBy(() -> store.update(
                        1,
                        current -> {
                            throw new NoMemory();
                        },
                        RemovalCause.REMOVED))
                .isInstanceOf(NoMemory.class);

        assertThat(store.peek(1)).isSameAs(before);
        store.checkInvariants();
        assertThat(put(store, 1, 1)).isNotSameAs(before);
    }

    /** Policies that have no memory to grow at times. */
    private static PolicyFactory poor(boolean[] isPoor) {
        return (shards, ticker) -> Eviction.standard().create(shards, ticker).stream()
                .map(policy -> (Policy) Proxy.newProxyInstance(
                        Policy.class.getClassLoader(), new Class<?>[] {Policy.class}, (proxy, method, arguments) -> {
                            if (isPoor[0] && method.getName().equals("grow")) {
                                throw new NoMemory();
                            }
                            return method.invoke(policy, arguments);
                        }))
                .toList();
    }

    @Test
    void storeThatCannotGrowStaysAsItWas() {
        boolean[] isPoor = {false};
        HeapStore<Integer, Integer> store =
                new HeapStore<>(StoreOptions.of(Bound.entries(1000)).withPolicy(poor(isPoor)), (node, cause) -> {});
        int refused = 0;

        for (int key = 0; key < 500; key++) {
            int next = key;
            isPoor[0] = true;
            try {
                put(store, key, 1);
            } catch (NoMemory e) {
                refused++;
                assertThat(store.peek(key)).isNull();
                store.checkInvariants();
                isPoor[0] = false;
                assertThat(put(store, next, 1)).isNotNull();
            }
        }

        assertThat(refused).isPositive();
        assertThat(store.size()).isEqualTo(500);
        store.checkInvariants();
    }

    /** A key that uses its own store when it is compared. */
    private record Meddler(int id, int hash, Runnable whenCompared) {
        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            whenCompared.run();
            return other instanceof Meddler meddler && meddler.id == id;
        }
    }

    @Test
    void keysThatChangeOtherPartsOfTheirStoreDoNotLockEachOtherOut() {
        HeapStore<Meddler, Integer> store =
                new HeapStore<>(StoreOptions.of(Bound.entries(100_000)).withMaxShards(8), (node, cause) -> {});
        assertThat(store.shardCount()).isGreaterThan(1);
        int[] hashes = hashesOfTwoShards();
        for (int hash : hashes) {
            set(store, new Meddler(0, hash, () -> {}));
        }

        List<Boolean> refused;
        try (Gate both = new Gate()) {
            Thread opener = new Thread(() -> {
                both.awaitArrivals(2);
                both.open();
            });
            opener.start();
            refused = Threads.race(2, number -> {
                Runnable meddle = () -> {
                    pass(both);
                    set(store, new Meddler(1, hashes[1 - number], () -> {}));
                };
                try {
                    set(store, new Meddler(0, hashes[number], meddle));
                    return false;
                } catch (IllegalStateException e) {
                    return true;
                }
            });
        }

        assertThat(refused)
                .as("refused, instead of waiting for each other for ever")
                .contains(true);
        store.checkInvariants();
    }

    private static int[] hashesOfTwoShards() {
        int second = 1;
        while ((Node.spread(second) & 7) == (Node.spread(0) & 7)) {
            second++;
        }
        return new int[] {0, second};
    }

    private static void set(HeapStore<Meddler, Integer> store, Meddler key) {
        store.update(key, current -> new Node<>(key, 0, 1), RemovalCause.REMOVED);
    }

    private static void pass(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
