package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whoever changes an entry, and by whatever call, the store's listener hears of its key. */
class ChangesToldTest {
    private static final Slice KEY = Slice.of("k");
    private static final Slice BYTES = Slice.of("7");

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final List<String> told = new ArrayList<>();
    private final StoreListener listener = new StoreListener() {
        @Override
        public void evicted(int database, Slice key) {}

        @Override
        public void expired(int database, Slice key) {}

        @Override
        public void changed(int database, Slice key) {
            told.add(database + " " + key);
        }
    };

    private OffHeapStore store() {
        return new OffHeapStore(StoreConfig.standard(now::get)
                .withSeed(new StoreConfig.Seed(1, 2))
                .withListener(listener));
    }

    private static void with(OffHeapStore store, Consumer<Entry> action) {
        try (Entry entry = store.entry().open(3, KEY)) {
            action.accept(entry);
        }
    }

    private Map<String, Consumer<Entry>> changes() {
        Map<String, Consumer<Entry>> changes = new TreeMap<>();
        changes.put("set", entry -> entry.set(Slice.of("longer than it was"), Entry.NEVER));
        changes.put("set in place", entry -> entry.set(BYTES, Entry.NEVER));
        changes.put("number", entry -> entry.setNumber(1));
        changes.put("append", entry -> entry.append(BYTES));
        changes.put("long range", entry -> entry.setRange(100_000, BYTES));
        changes.put("expire", entry -> entry.expire(now.get() + 1_000));
        changes.put("prolong", entry -> entry.prolong(now.get() + 1_000));
        changes.put("remove", Entry::remove);
        changes.put("stale", entry -> entry.leases().markStale());
        changes.put("tag", entry -> entry.leases().addTags(List.of(BYTES)));
        changes.put("list", entry -> {
            entry.remove();
            entry.elements().addLast(BYTES);
        });
        changes.put("set of members", entry -> {
            entry.remove();
            entry.members().add(BYTES);
            entry.members().remove(BYTES);
        });
        changes.put("sorted set", entry -> {
            entry.remove();
            entry.scores().put(BYTES, 1);
        });
        return changes;
    }

    @Test
    void everyChangeIsToldOnceAsItsEntryIsClosed() {
        changes().forEach((name, change) -> {
            try (OffHeapStore store = store()) {
                with(store, entry -> entry.set(BYTES, Entry.NEVER));
                told.clear();

                with(store, entry -> {
                    change.accept(entry);
                    assertThat(told).as(name).isEmpty();
                });

                assertThat(told).as(name).containsExactly("3 k");
            }
        });
    }

    @Test
    void elementsOfWhatIsThereAreToldToo() {
        try (OffHeapStore store = store()) {
            with(store, entry -> entry.elements().addLast(BYTES));
            with(store, entry -> entry.elements().addFirst(BYTES));
            with(store, entry -> entry.elements().set(0, Slice.of("x")));
            with(store, entry -> entry.elements().remove(0, 1));
            with(store, entry -> entry.elements().remove(0, 1));
            with(store, entry -> entry.members().add(BYTES));
            with(store, entry -> entry.members().add(Slice.of("x")));
            with(store, entry -> entry.members().remove(BYTES));
            with(store, Entry::remove);
            with(store, entry -> entry.scores().put(BYTES, 1));
            with(store, entry -> entry.scores().put(BYTES, 2));
            with(store, entry -> entry.scores().remove(BYTES));

            assertThat(told).hasSize(12).containsOnly("3 k");
        }
    }

    @Test
    void whatChangesNothingIsNotTold() {
        try (OffHeapStore store = store()) {
            with(store, Entry::remove);
            with(store, entry -> entry.leases().begin(1_000));
            assertThat(told).isEmpty();
            with(store, entry -> entry.members().add(BYTES));
            told.clear();

            with(store, entry -> entry.members().add(BYTES));
            with(store, entry -> entry.members().remove(KEY));
            with(store, Entry::touch);
            with(store, Entry::version);

            assertThat(told).isEmpty();
        }
    }

    @Test
    void whatWasToldByOthersIsToldAgainOnlyIfMoreIsChanged() {
        try (OffHeapStore store = store()) {
            with(store, entry -> {
                entry.set(BYTES, Entry.NEVER);
                entry.told();
            });
            assertThat(told).isEmpty();
            with(store, entry -> {
                entry.set(BYTES, Entry.NEVER);
                entry.told();
                entry.remove();
            });
            assertThat(told).containsExactly("3 k");
        }
    }

    @Test
    void changeThatFailedInItsMidstIsTold() {
        try (OffHeapStore store = store()) {
            boolean hasFailed = false;
            try {
                with(store, entry -> {
                    entry.members().add(BYTES);
                    throw new OutOfRoomException("for a test");
                });
            } catch (OutOfRoomException expected) {
                hasFailed = true;
            }
            assertThat(hasFailed).isTrue();
            assertThat(told).containsExactly("3 k");
        }
    }
}
