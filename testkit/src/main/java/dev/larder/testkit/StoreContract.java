package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.store.Bound;
import dev.larder.store.DetailedNode;
import dev.larder.store.Node;
import dev.larder.store.Removals;
import dev.larder.store.Store;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Store} promises, as tests. Implement it in a test class and say how a store is made.
 *
 * <p>The tests are single-threaded and quick; races and long random runs are each implementation's own.
 */
public interface StoreContract {
    /** In nanoseconds. */
    long SECOND = 1_000_000_000;

    /** How long past its time a store may find an entry that nobody reads. */
    long LATE = SECOND / 2;

    /**
     * A new store.
     *
     * @param idleNanos how long an unread entry is kept; {@link Ticker#NEVER} for no limit
     */
    Store<Object, String> newStore(Bound bound, long idleNanos, Removals<Object, String> removals);

    /** Checks the inside of a store; throws where it is broken. */
    void checkInvariants(Store<Object, String> store);

    /** A removal as it was reported. */
    record Removal(Object key, @Nullable String value, RemovalCause cause) {}

    /** A store that is checked after the test, and what it reported. */
    final class Fixture {
        public final Store<Object, String> store;
        public final List<Removal> removals = new ArrayList<>();

        private Fixture(StoreContract contract, Bound bound, long idleNanos) {
            store = contract.newStore(
                    bound, idleNanos, (node, cause) -> removals.add(new Removal(node.key(), node.value(), cause)));
        }

        public @Nullable Node<Object, String> put(Object key, @Nullable String value) {
            return put(key, value, 1, Ticker.NEVER);
        }

        public @Nullable Node<Object, String> put(Object key, @Nullable String value, int weight, long keepUntil) {
            Node<Object, String> node = new DetailedNode<>(key, value, weight, 0, keepUntil, keepUntil);
            return store.update(key, current -> node, RemovalCause.REMOVED);
        }

        public @Nullable Node<Object, String> remove(Object key) {
            return store.update(key, current -> null, RemovalCause.REMOVED);
        }

        public List<Object> keys() {
            List<Object> keys = new ArrayList<>();
            store.forEach(node -> keys.add(node.key()));
            return keys;
        }
    }

    private Fixture fixture(Bound bound) {
        return new Fixture(this, bound, Ticker.NEVER);
    }

    @Test
    default void entryStoredIsFoundByAnEqualKey() {
        Fixture f = fixture(Bound.entries(10));

        Node<Object, String> stored = f.put(List.of(1, 2), "a");

        assertThat(f.store.find(List.of(1, 2))).isSameAs(stored).isNotNull();
        assertThat(f.store.peek(List.of(1, 2))).isSameAs(stored);
        assertThat(f.store.find(List.of(2, 1))).isNull();
        checkInvariants(f.store);
    }

    @Test
    default void emptyStoreFindsNothing() {
        Fixture f = fixture(Bound.entries(10));

        assertThat(f.store.find("a")).isNull();
        assertThat(f.remove("a")).isNull();
        assertThat(f.keys()).isEmpty();
        assertThat(f.store.expire(1, 10)).isZero();
        f.store.clear(RemovalCause.CLEARED);
        assertThat(f.removals).isEmpty();
        checkInvariants(f.store);
    }

    @Test
    default void storesOfOneEntryShareNothing() {
        Fixture f = fixture(Bound.entries(1));
        Fixture other = fixture(Bound.entries(1));

        f.put("a", "1");

        assertThat(other.store.find("a")).isNull();
        assertThat(other.put("b", "2")).isNotNull();
        assertThat(f.store.find("b")).isNull();
        checkInvariants(f.store);
        checkInvariants(other.store);
    }

    @Test
    default void cachedNullIsAnEntry() {
        Fixture f = fixture(Bound.entries(10));

        f.put("a", null);

        assertThat(f.store.find("a")).isNotNull().extracting(Node::value).isNull();
        checkInvariants(f.store);
    }

    @Test
    default void changeSeesTheCurrentEntryAndMayLeaveIt() {
        Fixture f = fixture(Bound.entries(10));
        Node<Object, String> stored = f.put("a", "1");
        List<@Nullable Node<Object, String>> seen = new ArrayList<>();

        Node<Object, String> kept = f.store.update(
                "a",
                current -> {
                    seen.add(current);
                    return current;
                },
                RemovalCause.REMOVED);
        Node<Object, String> none = f.store.update(
                "b",
                current -> {
                    seen.add(current);
                    return current;
                },
                RemovalCause.REMOVED);

        assertThat(kept).isSameAs(stored);
        assertThat(none).isNull();
        assertThat(seen).containsExactly(stored, null);
        assertThat(f.removals).isEmpty();
        checkInvariants(f.store);
    }

    @Test
    default void replacedEntryIsReportedAsReplacedWhateverTheCause() {
        Fixture f = fixture(Bound.entries(10));
        f.put("a", "1");

        f.put("a", "2");

        assertThat(f.removals).containsExactly(new Removal("a", "1", RemovalCause.REPLACED));
        assertThat(f.store.size()).isEqualTo(1);
        checkInvariants(f.store);
    }

    @Test
    default void removedEntryIsReportedWithTheGivenCause() {
        Fixture f = fixture(Bound.entries(10));
        f.put("a", "1");

        f.store.update("a", current -> null, RemovalCause.EXPIRED);

        assertThat(f.store.find("a")).isNull();
        assertThat(f.removals).containsExactly(new Removal("a", "1", RemovalCause.EXPIRED));
        assertThat(f.store.size()).isZero();
        checkInvariants(f.store);
    }

    @Test
    default void onlyTheVeryNodeIsRemovedByIdentity() {
        Fixture f = fixture(Bound.entries(10));
        Node<Object, String> old = Objects.requireNonNull(f.put("a", "1"));
        Node<Object, String> current = Objects.requireNonNull(f.put("a", "1"));

        assertThat(f.store.remove(old, RemovalCause.EXPIRED)).isFalse();
        assertThat(f.store.peek("a")).isSameAs(current);
        assertThat(f.store.remove(current, RemovalCause.EXPIRED)).isTrue();
        assertThat(f.store.peek("a")).isNull();
        checkInvariants(f.store);
    }

    @Test
    default void changeThatThrowsChangesNothing() {
        Fixture f = fixture(Bound.entries(10));
        Node<Object, String> stored = f.put("a", "1");

        assertThatThrownBy(() -> f.store.update(
                        "a",
                        current -> {
                            throw new ArithmeticException("on purpose");
                        },
                        RemovalCause.REMOVED))
                .isInstanceOf(ArithmeticException.class);

        assertThat(f.store.peek("a")).isSameAs(stored);
        checkInvariants(f.store);
    }

    @Test
    default void changeToAnotherKeyIsRefused() {
        Fixture f = fixture(Bound.entries(10));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> f.store.update(
                        "a",
                        current -> new DetailedNode<>("b", "1", 1, 0, Ticker.NEVER, Ticker.NEVER),
                        RemovalCause.REMOVED));

        assertThat(f.store.size()).isZero();
        checkInvariants(f.store);
    }

    @Test
    default void boundInEntriesHoldsAfterEveryChange() {
        Fixture f = fixture(Bound.entries(7));

        for (int i = 0; i < 100; i++) {
            f.put(i, "v");
            assertThat(f.store.size()).isEqualTo(Math.min(i + 1, 7));
        }

        assertThat(f.removals).hasSize(93).allMatch(removal -> removal.cause() == RemovalCause.EVICTED);
        assertThat(f.keys()).hasSize(7).doesNotHaveDuplicates();
        checkInvariants(f.store);
    }

    @Test
    default void boundInWeightHoldsAfterEveryChange() {
        Fixture f = fixture(Bound.weight(100));

        for (int i = 0; i < 200; i++) {
            f.put(i % 50, "v", i % 23, Ticker.NEVER);
            assertThat(f.store.weight()).isLessThanOrEqualTo(100);
        }

        long sum = 0;
        for (Node<Object, String> node : f.store) {
            sum += node.weight();
        }
        assertThat(f.store.weight()).isEqualTo(sum);
        checkInvariants(f.store);
    }

    @Test
    default void entryAsHeavyAsTheBoundIsStoredAlone() {
        Fixture f = fixture(Bound.weight(100));
        f.put("a", "1", 60, Ticker.NEVER);

        assertThat(f.put("b", "2", 100, Ticker.NEVER)).isNotNull();

        assertThat(f.keys()).containsExactly("b");
        assertThat(f.removals).containsExactly(new Removal("a", "1", RemovalCause.EVICTED));
        checkInvariants(f.store);
    }

    @Test
    default void entryHeavierThanTheBoundIsEvictedAtOnceAndOthersStay() {
        Fixture f = fixture(Bound.weight(100));
        f.put("a", "1", 60, Ticker.NEVER);

        assertThat(f.put("b", "2", 101, Ticker.NEVER)).isNull();

        assertThat(f.keys()).containsExactly("a");
        assertThat(f.removals).containsExactly(new Removal("b", "2", RemovalCause.EVICTED));
        checkInvariants(f.store);
    }

    @Test
    default void entryReplacedByOneTooHeavyIsGone() {
        Fixture f = fixture(Bound.weight(100));
        f.put("a", "1", 60, Ticker.NEVER);

        assertThat(f.put("a", "2", 101, Ticker.NEVER)).isNull();

        assertThat(f.store.peek("a")).isNull();
        assertThat(f.store.weight()).isZero();
        assertThat(f.removals)
                .containsExactlyInAnyOrder(
                        new Removal("a", "1", RemovalCause.REPLACED), new Removal("a", "2", RemovalCause.EVICTED));
        checkInvariants(f.store);
    }

    @Test
    default void sweepRemovesWhatIsOfNoUseAndNothingElse() {
        Fixture f = fixture(Bound.entries(100));
        for (int i = 0; i < 50; i++) {
            f.put(i, "v", 1, i < 20 ? 10 * SECOND : 11 * SECOND);
        }

        int removed = f.store.expire(10 * SECOND + LATE, 1000);

        assertThat(removed).isEqualTo(20);
        assertThat(f.removals).hasSize(20).allMatch(removal -> removal.cause() == RemovalCause.EXPIRED);
        assertThat(f.store.size()).isEqualTo(30);
        checkInvariants(f.store);
    }

    @Test
    default void sweepIsBoundedAndSeveralFindEverything() {
        Fixture f = fixture(Bound.entries(100));
        for (int i = 0; i < 60; i++) {
            f.put(i, "v", 1, 10 * SECOND);
        }

        int first = f.store.expire(10 * SECOND + LATE, 20);
        int sum = first;
        for (int i = 0; i < 60; i++) {
            sum += f.store.expire(10 * SECOND + LATE, 20);
        }

        assertThat(first).isBetween(1, 40);
        assertThat(sum).isEqualTo(60);
        assertThat(f.store.size()).isZero();
        checkInvariants(f.store);
    }

    @Test
    default void entryUnreadForTooLongIsSwept() {
        Fixture f = new Fixture(this, Bound.entries(10), 100 * SECOND);
        Node<Object, String> read = Objects.requireNonNull(f.put("read", "v"));
        f.put("unread", "v");
        read.markRead(50 * SECOND);

        f.store.expire(100 * SECOND + LATE, 1000);

        assertThat(f.keys()).containsExactly("read");
        assertThat(f.removals).containsExactly(new Removal("unread", "v", RemovalCause.EXPIRED));
        checkInvariants(f.store);
    }

    @Test
    default void clearReportsEveryEntryAndLeavesAUsableStore() {
        Fixture f = fixture(Bound.weight(1000));
        for (int i = 0; i < 50; i++) {
            f.put(i, "v", 2, Ticker.NEVER);
        }

        f.store.clear(RemovalCause.CLEARED);

        assertThat(f.removals).hasSize(50).allMatch(removal -> removal.cause() == RemovalCause.CLEARED);
        assertThat(f.store.size()).isZero();
        assertThat(f.store.weight()).isZero();
        assertThat(f.store.peek(1)).isNull();
        f.put(1, "again");
        assertThat(f.store.peek(1)).isNotNull();
        checkInvariants(f.store);
    }

    @Test
    default void iterationGivesEachEntryOnceAndRemovesNone() {
        Fixture f = fixture(Bound.entries(1000));
        for (int i = 0; i < 300; i++) {
            f.put(i, "v");
        }

        assertThat(f.keys()).hasSize(300).doesNotHaveDuplicates();

        Iterator<Node<Object, String>> iterator = f.store.iterator();
        iterator.next();
        assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
        iterator.forEachRemaining(node -> {});
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
        checkInvariants(f.store);
    }

    @Test
    default void keysOfOneHashAreToldApart() {
        Fixture f = fixture(Bound.entries(100));
        for (int i = 0; i < 200; i++) {
            f.put(new CollidingKey(i), "v" + i);
        }

        assertThat(f.store.size()).isEqualTo(100);
        for (Node<Object, String> node : f.store) {
            CollidingKey key = (CollidingKey) node.key();
            assertThat(node.value()).isEqualTo("v" + key.id());
            assertThat(f.store.peek(new CollidingKey(key.id()))).isSameAs(node);
        }
        checkInvariants(f.store);
    }

    @Test
    default void equalsThatThrowsLeavesTheStoreWhole() {
        Fixture f = fixture(Bound.entries(100));
        f.put(new CollidingKey(1), "v");
        ThrowingKey bad = new ThrowingKey();

        assertThatThrownBy(() -> f.store.find(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> f.put(bad, "w")).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> f.remove(bad)).isInstanceOf(ArithmeticException.class);

        assertThat(f.keys()).containsExactly(new CollidingKey(1));
        assertThat(f.removals).isEmpty();
        checkInvariants(f.store);
    }

    /** Keys of which all have one hash code. */
    record CollidingKey(int id) {
        @Override
        public int hashCode() {
            return 42;
        }
    }

    /** A key that throws when it is compared with one of the same hash code. */
    final class ThrowingKey {
        @Override
        public int hashCode() {
            return 42;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            throw new ArithmeticException("equals throws on purpose");
        }
    }
}
