package dev.larder.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.event.RemovalCause;
import dev.larder.store.Bound;
import dev.larder.store.Change;
import dev.larder.store.DetailedNode;
import dev.larder.store.HeapStore;
import dev.larder.store.Node;
import dev.larder.store.Store;
import dev.larder.store.StoreOptions;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Changes and loads that meet a switch of generations half-way. Each test makes the switch come at one exact step: inside
 * a change, or between the steps of one.
 */
final class NearTierTest {
    private final List<SteppedStore> made = new ArrayList<>();
    private final NearTier<String, String> near = new NearTier<>(max -> newStore(), 100, store -> {});

    private Store<String, String> newStore() {
        SteppedStore store = new SteppedStore();
        made.add(store);
        return store;
    }

    private static Node<String, String> node(String value) {
        return new DetailedNode<>("k", value, 1, 0, Ticker.NEVER, Ticker.NEVER);
    }

    private @Nullable String served() {
        Node<String, String> node = near.current().store().peek("k");
        return node == null ? null : node.value();
    }

    private void put(String value) {
        Node<String, String> node = node(value);
        near.change("k", current -> node, RemovalCause.REPLACED);
    }

    private void remove() {
        near.remove("k", RemovalCause.REMOVED);
    }

    @Test
    void changeThatMeetsTheSwitchIsMadeInTheNewGeneration() {
        NextGeneration<String, String> next = near.beginRebuild();
        next.offer(node("row"));
        Node<String, String> changed = node("changed");

        near.change(
                "k",
                current -> {
                    near.switchTo(next);
                    return changed;
                },
                RemovalCause.REPLACED);

        assertThat(served()).isEqualTo("changed");
    }

    @Test
    void removalThatMeetsTheSwitchIsMadeInTheNewGenerationAndStopsItsLoads() {
        NextGeneration<String, String> next = near.beginRebuild();
        next.offer(node("row"));
        List<Flight<String, String>> launched = new ArrayList<>();

        near.change(
                "k",
                current -> {
                    if (near.switchTo(next)) {
                        launched.add(requireNonNull(near.current().flights().launch("k", new Attempt())));
                    }
                    return null;
                },
                RemovalCause.REMOVED);

        assertThat(served()).isNull();
        assertThat(near.install(near.current(), launched.get(0), node("loaded before")))
                .isFalse();
        assertThat(served()).isNull();
    }

    @Test
    void changeThatMeetsAClearIsMadeAfterIt() {
        near.change(
                "k",
                current -> {
                    if (made.size() == 1) {
                        near.clear();
                    }
                    return node("changed");
                },
                RemovalCause.REPLACED);

        assertThat(served()).isEqualTo("changed");
    }

    @Test
    void changeIsMadeOnceWhereTheSwitchComesAfterItWasTakenOver() {
        NextGeneration<String, String> next = near.beginRebuild();
        next.offer(node("row"));
        List<String> seen = new ArrayList<>();
        made.get(1).after = () -> near.switchTo(next);

        Node<String, String> result = near.change(
                "k",
                current -> {
                    seen.add(current == null ? "nothing" : "" + current.value());
                    return current == null ? node("put") : current;
                },
                RemovalCause.REPLACED);

        assertThat(requireNonNull(result).value()).isEqualTo("put");
        assertThat(served()).isEqualTo("put");
        assertThat(seen).containsExactly("nothing");
    }

    @Test
    void nothingIsTakenOverOnceTheSwitchHasCome() {
        NextGeneration<String, String> next = near.beginRebuild();
        made.get(1).before = () -> {
            near.switchTo(next);
            remove();
            put("newer");
        };
        List<Node<String, String>> values = new ArrayList<>(List.of(node("older")));

        near.change("k", current -> values.isEmpty() ? current : values.remove(0), RemovalCause.REPLACED);

        assertThat(served()).isEqualTo("newer");
    }

    @Test
    void valueLoadedInAGenerationThatIsServedNoMoreStaysThere() {
        Generation<String, String> old = near.current();
        Flight<String, String> slow = requireNonNull(old.flights().launch("k", new Attempt()));
        near.switchTo(near.beginRebuild());
        NextGeneration<String, String> next = near.beginRebuild();
        remove();

        near.install(old, slow, node("old"));
        assertThat(served()).isNull();
        near.switchTo(next);

        assertThat(served()).isNull();
    }

    @Test
    void loadThatLandsWhileTheSwitchComesIsNotCarriedOverANewerChange() {
        Generation<String, String> old = near.current();
        NextGeneration<String, String> next = near.beginRebuild();
        remove();
        Flight<String, String> flight = requireNonNull(old.flights().launch("k", new Attempt()));
        made.get(1).before = () -> {
            near.switchTo(next);
            put("newer");
        };

        near.install(old, flight, node("loaded"));

        assertThat(served()).isEqualTo("newer");
    }

    @Test
    void valueLoadedAnewDuringARebuildIsThereAfterTheSwitch() {
        NextGeneration<String, String> next = near.beginRebuild();
        remove();
        Flight<String, String> flight = requireNonNull(near.current().flights().launch("k", new Attempt()));

        near.install(near.current(), flight, node("loaded"));
        assertThat(next.offer(node("row"))).isFalse();
        near.switchTo(next);

        assertThat(served()).isEqualTo("loaded");
    }

    @Test
    void changeDuringARebuildGivenUpIsTakenOverByTheNextOne() {
        NextGeneration<String, String> first = near.beginRebuild();
        List<NextGeneration<String, String>> second = new ArrayList<>();
        made.get(1).before = () -> {
            near.abandon(first);
            second.add(near.beginRebuild());
        };

        put("put");
        assertThat(second.get(0).offer(node("row"))).isFalse();
        near.switchTo(second.get(0));

        assertThat(served()).isEqualTo("put");
    }

    /** A heap store that can be told what happens right before and right after its next update. */
    private static final class SteppedStore implements Store<String, String> {
        private final Store<String, String> store =
                new HeapStore<>(StoreOptions.of(Bound.entries(100)), (node, cause) -> {});
        private @Nullable Runnable before;
        private @Nullable Runnable after;

        @Override
        public @Nullable Node<String, String> update(String key, Change<String, String> change, RemovalCause cause) {
            Runnable first = before;
            Runnable last = after;
            before = null;
            after = null;
            if (first != null) {
                first.run();
            }
            Node<String, String> result = store.update(key, change, cause);
            if (last != null) {
                last.run();
            }
            return result;
        }

        @Override
        public @Nullable Node<String, String> find(String key) {
            return store.find(key);
        }

        @Override
        public @Nullable Node<String, String> peek(String key) {
            return store.peek(key);
        }

        @Override
        public boolean remove(Node<String, String> node, RemovalCause cause) {
            return store.remove(node, cause);
        }

        @Override
        public void resize(long max) {
            store.resize(max);
        }

        @Override
        public List<Node<String, String>> coldest(int limit) {
            return store.coldest(limit);
        }

        @Override
        public List<Node<String, String>> hottest(int limit) {
            return store.hottest(limit);
        }

        @Override
        public int expire(long now, int maxEntries) {
            return store.expire(now, maxEntries);
        }

        @Override
        public void clear(RemovalCause cause) {
            store.clear(cause);
        }

        @Override
        public long size() {
            return store.size();
        }

        @Override
        public long weight() {
            return store.weight();
        }

        @Override
        public Iterator<Node<String, String>> iterator() {
            return store.iterator();
        }
    }
}
