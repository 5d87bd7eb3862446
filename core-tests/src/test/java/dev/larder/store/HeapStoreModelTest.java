package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Eviction;
import dev.larder.policy.PolicyFactory;
import dev.larder.time.Ticker;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a store and on a {@link HashMap} beside it: whatever the policy evicts or refuses, the store and
 * its reports must account for every node, each announced and reported once and for the right cause; the bound, which
 * changes on the way, is kept; and what is due leaves. Run with {@code -Dlarder.seed=N} to repeat a failure.
 */
@SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
class HeapStoreModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    static Stream<Arguments> stores() {
        return Stream.concat(Stream.of(Eviction.values()), Stream.of(new MoodyPolicies()))
                .flatMap(policy -> Stream.of(
                                Bound.entries(1),
                                Bound.entries(2),
                                Bound.entries(3),
                                Bound.entries(10),
                                Bound.entries(100),
                                Bound.entries(997),
                                Bound.entries(3000),
                                Bound.entries(40_000),
                                Bound.weight(1),
                                Bound.weight(50),
                                Bound.weight(3000),
                                Bound.weight(1_000_000),
                                Bound.bytes(200),
                                Bound.bytes(2_000_000))
                        .map(bound -> Arguments.of(policy, bound)));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void storeAgreesWithAModel(PolicyFactory policy, Bound bound) {
        run(policy, bound, 15_000);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("stores")
    void storeAgreesWithAModelOverManyOperations(PolicyFactory policy, Bound bound) {
        run(policy, bound, 400_000);
    }

    private static void run(PolicyFactory policy, Bound bound, int operations) {
        System.out.println("larder.seed=" + SEED + " " + policy + " " + bound);
        Model model = new Model(policy, bound, SEED);
        for (int i = 0; i < operations; i++) {
            model.step();
            if (model.random.nextInt(operations / 20) == 0) {
                model.checkAll();
            }
        }
        model.checkAll();
        if (bound.max() >= 100) { // in a smaller one nothing stays that long
            assertThat(model.expired).as("entries that expired").isPositive();
        }
    }

    /** The store under test and what it must hold. */
    private static final class Model implements Removals<Long, String> {
        /** An eighth of a tick of the timing wheel. */
        private static final long STEP_NANOS = 1L << 24;

        private static final long IDLE_NANOS = 500 * STEP_NANOS;
        /** How late {@link Store#expire} may be. */
        private static final long GRACE_NANOS = 500_000_000;

        final SplittableRandom random;
        private final boolean mayRefuse;
        private final Bound.Unit unit;
        private final long firstMax;
        private final int keys;
        private final Map<Long, Node<Long, String>> expected = new HashMap<>();
        private final HeapStore<Long, String> store;
        private final long hashMask;
        private long max;
        private long now;
        long expired;
        /** What the change under way replaces or removes, and why. */
        private @Nullable Node<Long, String> leaving;

        private @Nullable RemovalCause leavingCause;
        private @Nullable Node<Long, String> arriving;
        private boolean arrivingLeft;
        /** What was said to be about to leave, and has not yet left. */
        private final Map<Node<Long, String>, RemovalCause> announced = new HashMap<>();

        Model(PolicyFactory policy, Bound bound, long seed) {
            this.random = new SplittableRandom(seed);
            this.mayRefuse = policy.mayRefuse();
            this.unit = bound.unit();
            this.firstMax = bound.max();
            this.max = bound.max();
            this.keys = (int) Math.min(100_000, bound.max() * 3 / 2 + 3);
            this.hashMask = random.nextBoolean() ? -1L : 0xFF;
            StoreOptions options = StoreOptions.of(bound)
                    .withPolicy(policy)
                    .withIdleNanos(IDLE_NANOS)
                    .withMaxShards(random.nextBoolean() ? 1 : 64)
                    .withTicker(() -> now);
            this.store = new HeapStore<>(options, this);
        }

        @Override
        public void leaving(Node<Long, String> node, RemovalCause cause) {
            assertThat(announced.put(node, cause)).as("announced before").isNull();
        }

        @Override
        public void removed(Node<Long, String> node, RemovalCause cause) {
            if (cause != RemovalCause.REPLACED) {
                assertThat(announced.remove(node)).isEqualTo(cause);
            }
            if (node == leaving) {
                assertThat(cause).isEqualTo(leavingCause);
                leaving = null;
            } else if (node == arriving) {
                assertThat(cause).isEqualTo(RemovalCause.EVICTED);
                arrivingLeft = true;
            } else {
                assertThat(cause.wasEvicted()).isTrue();
                assertThat(expected.remove(node.key())).isSameAs(node);
                if (cause == RemovalCause.EXPIRED) {
                    assertThat(deadline(node)).isLessThanOrEqualTo(now);
                    expired++;
                }
            }
        }

        private static long deadline(Node<Long, String> node) {
            return Math.min(node.keepUntilNanos(), node.readNanos() + IDLE_NANOS);
        }

        void step() {
            now += random.nextInt(3) * STEP_NANOS;
            Long key = skewedKey();
            int operation = random.nextInt(100);
            if (operation < 45) {
                find(key);
            } else if (operation < 80) {
                put(key, newNode(key));
            } else if (operation < 85) {
                touch(key);
            } else if (operation < 95) {
                remove(key);
            } else if (operation < 99) {
                store.expire(now, random.nextInt(50));
            } else if (random.nextInt(100) == 0) {
                clear();
            } else if (random.nextInt(10) == 0) {
                resize();
            }
            assertThat(store.size()).isEqualTo(expected.size());
            assertThat(store.weight()).isLessThanOrEqualTo(max);
            assertThat(announced).isEmpty();
        }

        private Long skewedKey() {
            long key = (long) (keys * Math.pow(random.nextDouble(), 3));
            return hashMask == -1L ? key : key << 32 | (key & hashMask);
        }

        private void find(Long key) {
            Node<Long, String> found = random.nextBoolean() ? store.find(key) : store.peek(key);
            assertThat(found).isSameAs(expected.get(key));
            if (found != null) {
                found.markRead(now);
            }
        }

        private void put(Long key, Node<Long, String> node) {
            Node<Long, String> before = expected.remove(key);
            leaving = before;
            leavingCause = RemovalCause.REPLACED;
            arriving = node;
            arrivingLeft = false;
            try {
                Node<Long, String> after = store.update(
                        key,
                        current -> {
                            assertThat(current).isSameAs(before);
                            return node;
                        },
                        RemovalCause.REMOVED);
                assertThat(leaving).isNull();
                assertThat(after).isSameAs(arrivingLeft ? null : node);
                keep(key, after);
            } catch (CacheFullException e) {
                assertThat(mayRefuse).isTrue();
                assertThat(leaving).isSameAs(before);
                assertThat(arrivingLeft).isFalse();
                keep(key, before);
                leaving = null;
            }
            arriving = null;
        }

        private void keep(Long key, @Nullable Node<Long, String> node) {
            if (node != null) {
                expected.put(key, node);
            }
        }

        private Node<Long, String> newNode(Long key) {
            int weight = random.nextInt(40) == 0 ? random.nextInt(200) : random.nextInt(6);
            long keepUntil = random.nextBoolean() ? Ticker.NEVER : now + random.nextInt(2000) * STEP_NANOS;
            return new DetailedNode<>(key, "v" + key, weight, now, keepUntil, keepUntil);
        }

        /** Gives an entry other times; its weight is the same, so it needs no room. */
        private void touch(Long key) {
            Node<Long, String> before = expected.get(key);
            if (before != null && unit != Bound.Unit.ENTRIES && before.weight() > max) {
                return; // stored before the bound was lowered, and would now be too heavy
            }
            if (before != null) {
                long keepUntil = now + random.nextInt(4000) * STEP_NANOS;
                put(key, before.retimed(now, keepUntil, keepUntil));
                assertThat(expected).containsKey(key);
            }
        }

        private void remove(Long key) {
            leaving = expected.remove(key);
            leavingCause = RemovalCause.REMOVED;
            Node<Long, String> node = leaving;
            if (node != null && random.nextBoolean()) {
                assertThat(store.remove(node, RemovalCause.REMOVED)).isTrue();
                assertThat(store.remove(node, RemovalCause.REMOVED)).isFalse();
            } else {
                assertThat(store.update(key, current -> null, RemovalCause.REMOVED))
                        .isNull();
            }
            assertThat(leaving).isNull();
        }

        private void clear() {
            expected.clear();
            // The report of each entry is the contract test's; here they would look like unknown nodes.
            for (Node<Long, String> node : store) {
                leaving = node;
                leavingCause = RemovalCause.CLEARED;
                assertThat(store.remove(node, RemovalCause.CLEARED)).isTrue();
            }
            store.clear(RemovalCause.CLEARED);
        }

        /** Up and down; but a policy that refuses could not follow down. */
        private void resize() {
            max = mayRefuse ? max + random.nextLong(firstMax) : 1 + random.nextLong(2 * firstMax);
            store.resize(max);
        }

        void checkAll() {
            store.checkInvariants();
            Map<Long, Node<Long, String>> stored = new HashMap<>();
            long weight = 0;
            for (Node<Long, String> node : store) {
                assertThat(stored.put(node.key(), node)).isNull();
                weight += unit == Bound.Unit.ENTRIES ? 1 : node.weight();
            }
            assertThat(stored).isEqualTo(expected);
            assertThat(store.weight()).isEqualTo(weight);
            store.expire(now, Integer.MAX_VALUE);
            for (Node<Long, String> node : expected.values()) {
                assertThat(deadline(node)).as("deadline of an entry left").isGreaterThan(now - GRACE_NANOS);
            }
        }
    }
}
