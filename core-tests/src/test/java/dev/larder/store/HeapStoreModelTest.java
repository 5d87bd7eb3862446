package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Eviction;
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
 * Random operations on a store and on a {@link HashMap} beside it: whatever the policy evicts, the store and its reports
 * must account for every node. Run with {@code -Dlarder.seed=N} to repeat a failure.
 */
@SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
class HeapStoreModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    static Stream<Arguments> stores() {
        return Stream.of(Eviction.values())
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
    void storeAgreesWithAModel(Eviction policy, Bound bound) {
        run(policy, bound, 25_000, SEED);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("stores")
    void storeAgreesWithAModelOverMillionsOfOperations(Eviction policy, Bound bound) {
        run(policy, bound, 5_000_000, SEED);
    }

    private static void run(Eviction policy, Bound bound, int operations, long seed) {
        System.out.println("larder.seed=" + seed + " " + policy + " " + bound);
        Model model = new Model(policy, bound, seed);
        for (int i = 0; i < operations; i++) {
            model.step();
            if (model.random.nextInt(operations / 20) == 0) {
                model.checkAll();
            }
        }
        model.checkAll();
    }

    /** The store under test and what it must hold. */
    private static final class Model {
        private static final long IDLE_NANOS = 500;

        final SplittableRandom random;
        private final Eviction policy;
        private final Bound bound;
        private final int keys;
        private final Map<Long, Node<Long, String>> expected = new HashMap<>();
        private final HeapStore<Long, String> store;
        private final long hashMask;
        private long now;
        /** What the change under way replaces or removes, and why. */
        private @Nullable Node<Long, String> leaving;

        private @Nullable RemovalCause leavingCause;
        private @Nullable Node<Long, String> arriving;
        private boolean arrivingLeft;

        Model(Eviction policy, Bound bound, long seed) {
            this.random = new SplittableRandom(seed);
            this.policy = policy;
            this.bound = bound;
            this.keys = (int) Math.min(100_000, bound.max() * 3 / 2 + 3);
            this.hashMask = random.nextBoolean() ? -1L : 0xFF;
            StoreOptions options = StoreOptions.of(bound)
                    .withPolicy(policy)
                    .withIdleNanos(IDLE_NANOS)
                    .withMaxShards(random.nextBoolean() ? 1 : 64);
            this.store = new HeapStore<>(options, this::removed);
        }

        private void removed(Node<Long, String> node, RemovalCause cause) {
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
                    assertThat(node.keepUntilNanos() <= now || now - node.readNanos() >= IDLE_NANOS)
                            .isTrue();
                }
            }
        }

        void step() {
            now += random.nextInt(3);
            Long key = skewedKey();
            int operation = random.nextInt(100);
            if (operation < 50) {
                find(key);
            } else if (operation < 85) {
                put(key);
            } else if (operation < 95) {
                remove(key);
            } else if (operation < 99) {
                store.expire(now, random.nextInt(50));
            } else if (random.nextInt(500) == 0) {
                clear();
            }
            assertThat(store.size()).isEqualTo(expected.size());
            assertThat(store.weight()).isLessThanOrEqualTo(bound.max());
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

        private void put(Long key) {
            Node<Long, String> node = newNode(key);
            Node<Long, String> before = expected.remove(key);
            leaving = before;
            leavingCause = RemovalCause.REPLACED;
            arriving = node;
            arrivingLeft = false;
            Node<Long, String> after;
            try {
                after = store.update(
                        key,
                        current -> {
                            assertThat(current).isSameAs(before);
                            return node;
                        },
                        RemovalCause.REMOVED);
            } catch (CacheFullException e) { // then all is as it was
                assertThat(policy.mayRefuse() && !arrivingLeft).isTrue();
                assertThat(leaving).isSameAs(before);
                if (before != null) {
                    expected.put(key, before);
                }
                return;
            }
            assertThat(leaving).isNull();
            assertThat(after).isSameAs(arrivingLeft ? null : node);
            if (after != null) {
                expected.put(key, after);
            }
            arriving = null;
        }

        private Node<Long, String> newNode(Long key) {
            int weight = random.nextInt(40) == 0 ? random.nextInt(200) : random.nextInt(6);
            long keepUntil = random.nextBoolean() ? Ticker.NEVER : now + random.nextInt(2000);
            Node<Long, String> node = new DetailedNode<>(key, "v" + key, weight, now, keepUntil, keepUntil);
            node.markRead(now);
            return node;
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

        void checkAll() {
            store.checkInvariants();
            Map<Long, Node<Long, String>> stored = new HashMap<>();
            long weight = 0;
            for (Node<Long, String> node : store) {
                assertThat(stored.put(node.key(), node)).isNull();
                weight += bound.unit() == Bound.Unit.ENTRIES ? 1 : node.weight();
            }
            assertThat(stored).isEqualTo(expected);
            assertThat(store.weight()).isEqualTo(weight);
        }
    }
}
