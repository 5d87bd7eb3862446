package dev.larder.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.DeepDive;
import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Eviction;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls of a store that run out of stack, at every depth: afterwards the store answers, it is whole, within its bound, and
 * has no value under another's key; no departure is reported twice, nor that of an entry which is still there.
 */
class DeepStackTest {
    private static final int LEVELS = 120;

    static Stream<Arguments> stores() {
        return Stream.of(Eviction.values())
                .flatMap(policy -> Stream.of(Bound.entries(30), Bound.entries(8192), Bound.weight(100))
                        .map(bound -> Arguments.of(policy, bound)));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void storeIsWholeAfterCallsThatRanOutOfStack(Eviction policy, Bound bound) throws InterruptedException {
        run(policy, bound, 8);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("stores")
    void storeIsWholeAfterManyCallsThatRanOutOfStack(Eviction policy, Bound bound) throws InterruptedException {
        run(policy, bound, 2_000);
    }

    private static void run(Eviction policy, Bound bound, int dives) throws InterruptedException {
        Subject subject = new Subject(policy, bound, Seed.of("DeepStackTest").value());
        for (int i = 0; i < 20_000; i++) {
            subject.step(); // loads and links all classes: where that fails it is not the store's fault
        }
        for (int dive = 0; dive < dives; dive++) {
            DeepDive.run(DeepDive.STRIDE * dive, LEVELS, subject::step);
            Threads.run(1, number -> subject.check());
        }
        assertThat(subject.overflows).as("calls without stack").isGreaterThan(dives);
    }

    /** A value that knows its key and whether it was reported. */
    private static final class Value {
        final int key;
        int reports;

        Value(int key) {
            this.key = key;
        }
    }

    private static final class Subject implements Removals<Integer, Value> {
        private final SplittableRandom random;
        private final Bound bound;
        private final boolean mayRefuse;
        private final int keys;
        private final HeapStore<Integer, Value> store;
        private long now = 1;
        int overflows;
        private @Nullable String wrong;

        Subject(Eviction policy, Bound bound, long seed) {
            this.random = new SplittableRandom(seed);
            this.bound = bound;
            this.mayRefuse = policy.mayRefuse();
            this.keys = (int) (bound.max() * 3 / 2);
            this.store = new HeapStore<>(
                    StoreOptions.of(bound).withPolicy(policy).withMaxShards(4).withTicker(() -> now), this);
        }

        @Override
        public void removed(Node<Integer, Value> node, RemovalCause cause) {
            Value value = node.value();
            if (value != null && ++value.reports > 1) {
                wrong = "an entry was reported twice";
            }
        }

        void step() {
            try {
                use(random.nextInt(keys), random.nextInt(1000));
            } catch (StackOverflowError e) {
                overflows++;
            } catch (CacheFullException e) { // its policy lets nobody leave
                return;
            }
        }

        private void use(int key, int operation) {
            now += 1 << 22;
            if (operation < 400) {
                long keepUntil = operation % 2 == 0 ? Long.MAX_VALUE : now + (1L << 31);
                Node<Integer, Value> node =
                        new DetailedNode<>(key, new Value(key), operation % 5, now, keepUntil, keepUntil);
                store.update(key, current -> node, RemovalCause.REMOVED);
            } else if (operation < 500) {
                store.update(key, current -> null, RemovalCause.REMOVED);
            } else if (operation < 600) {
                Node<Integer, Value> node = store.peek(key);
                if (node != null) {
                    store.remove(node, RemovalCause.REMOVED);
                }
            } else if (operation < 900) {
                Node<Integer, Value> node = operation < 700 ? store.peek(key) : store.find(key);
                if (node != null && node.key() != key) {
                    wrong = "a value under another's key";
                }
            } else if (operation < 950) {
                store.expire(now, 64);
            } else if (operation < 990 && !mayRefuse) {
                store.resize(operation < 970 ? Math.max(1, bound.max() / 2) : bound.max());
            } else if (operation < 995) {
                for (Node<Integer, Value> node : store) {
                    if (node.value() == null) {
                        wrong = "an entry without a value";
                    }
                }
            } else if (operation == 999) {
                store.clear(RemovalCause.CLEARED);
            }
        }

        void check() {
            store.resize(bound.max()); // one that ran out of stack may have left it lower than it could evict
            store.checkInvariants();
            int stored = 0;
            for (Node<Integer, Value> node : store) {
                Value value = Objects.requireNonNull(node.value());
                assertThat(value.key).isEqualTo(node.key());
                assertThat(value.reports).as("reports of what is still there").isZero();
                assertThat(store.find(node.key())).isSameAs(node);
                stored++;
            }
            assertThat(store.size()).isEqualTo(stored);
            if (mayRefuse) {
                store.clear(RemovalCause.CLEARED);
            }
            for (int key = 0; key < 20; key++) {
                int asked = key;
                store.update(asked, current -> null, RemovalCause.REMOVED);
                Node<Integer, Value> node = new Node<>(asked, new Value(asked), 1);
                assertThat(store.update(asked, current -> node, RemovalCause.REMOVED))
                        .isSameAs(node);
                assertThat(store.find(asked)).isSameAs(node);
            }
            assertThat(store.weight()).isLessThanOrEqualTo(bound.max());
            assertThat(wrong).isNull();
        }
    }
}
