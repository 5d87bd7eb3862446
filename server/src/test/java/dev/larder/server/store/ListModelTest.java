package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lists beside plain ones; {@code -Dlarder.seed=N} repeats a run. */
class ListModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    private static StoreConfig config() {
        return StoreConfig.standard(() -> 1_700_000_000_000L).withShards(2).withSeed(new StoreConfig.Seed(SEED, 7));
    }

    /** Gathers elements as text. */
    private static final class Gathering implements FieldSink {
        private final List<StringBuilder> found = new ArrayList<>();

        @Override
        public void field(Slice name, int valueBytes) {
            assertThat(name.length()).isZero();
            found.add(new StringBuilder(valueBytes));
        }

        @Override
        public void piece(Slice bytes) {
            found.getLast().append(bytes);
        }
    }

    private static List<String> elements(Entry open, long from, long count) {
        Gathering gathering = new Gathering();
        open.elements().range(from, count, gathering);
        return gathering.found.stream().map(StringBuilder::toString).toList();
    }

    private static String element(Random random) {
        return switch (random.nextInt(60)) {
            case 0 -> "long".repeat(random.nextInt(5_000));
            case 1, 2 -> "x".repeat(random.nextInt(200));
            case 3, 4, 5, 6 -> Long.toString(random.nextLong());
            case 7 -> "";
            default -> "element" + random.nextInt(1_000);
        };
    }

    /** One change, at an end more often than elsewhere. */
    private static void change(Entry open, List<String> model, Random random, boolean grows) {
        int size = model.size();
        int index = random.nextInt(3) == 0 ? 0 : random.nextInt(2) == 0 ? size : random.nextInt(size + 1);
        int kind = random.nextInt(10);
        if (size > 0 && kind < (grows ? 3 : 6)) {
            int from = Math.min(index, size - 1);
            int count = 1 + random.nextInt(Math.min(kind == 0 ? 300 : 2, size - from));
            open.elements().remove(from, count);
            model.subList(from, from + count).clear();
        } else if (size > 0 && kind == 9) {
            int at = Math.min(index, size - 1);
            String element = element(random);
            open.elements().set(at, Slice.of(element));
            model.set(at, element);
        } else {
            String element = element(random);
            open.elements().insert(index, Slice.of(element));
            model.add(index, element);
        }
    }

    @Test
    void agreesWithArrayLists() {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        List<String> model = new ArrayList<>();
        try (OffHeapStore store = new OffHeapStore(config())) {
            Entry entry = store.entry();
            for (int round = 0; round < 30; round++) {
                try (Entry open = entry.open(0, Slice.of("list"))) {
                    for (int i = 0; i < 300; i++) {
                        change(open, model, random, round % 10 < 6);
                    }
                    assertThat(open.elements().count()).isEqualTo(model.size());
                    assertThat(elements(open, 0, Long.MAX_VALUE)).isEqualTo(model);
                    assertThat(open.isPresent()).isEqualTo(!model.isEmpty());
                    for (int i = 0; i < 20 && !model.isEmpty(); i++) {
                        int at = random.nextInt(model.size());
                        assertThat(elements(open, at, 3)).isEqualTo(model.subList(at, Math.min(model.size(), at + 3)));
                        assertThat(open.elements().length(at))
                                .isEqualTo(model.get(at).length());
                    }
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void nodesFillUpFromEitherEnd() {
        try (OffHeapStore store = new OffHeapStore(config())) {
            for (String key : List.of("first", "last")) {
                try (Entry open = store.entry().open(0, Slice.of(key))) {
                    for (int i = 0; i < 4_000; i++) {
                        open.elements().insert(key.equals("first") ? 0 : i, Slice.of("element " + i));
                    }
                    assertThat(open.usage()).as(key).isLessThan(4_000L * 20);
                    for (int i = 0; i < 3_999; i++) {
                        open.elements().remove(key.equals("first") ? 0 : 3_999 - i, 1);
                    }
                    assertThat(elements(open, 0, 2)).containsExactly("element 0");
                    assertThat(open.usage()).as(key).isLessThan(2_000);
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void innerNodesFillUpFromEitherEnd() {
        try (OffHeapStore store = new OffHeapStore(config().withShards(1))) {
            for (String key : List.of("first", "last")) {
                try (Entry open = store.entry().open(0, Slice.of(key))) {
                    for (int i = 0; i < 30_000; i++) {
                        open.elements().insert(key.equals("first") ? 0 : i, Slice.of("element " + i));
                    }
                    Shard shard = store.shard(0);
                    int nodes = shard.parts.count(open.present());
                    int inner = 0;
                    for (int node = 0; node < nodes; node++) {
                        inner += shard.trees.level(open.present(), node) > 0 ? 1 : 0;
                    }
                    // 64 children find room in a node.
                    assertThat(inner).as(key).isBetween(2, 3 + nodes / 55);
                }
            }
        }
    }

    @Test
    void copyIsAnotherList() {
        Random random = new Random(SEED);
        try (OffHeapStore store = new OffHeapStore(config())) {
            for (int count : new int[] {3, 2_000}) {
                Slice key = Slice.of("source" + count);
                Slice other = Slice.of("copy" + count);
                try (Section section = store.section().add(key).add(other).lock();
                        Entry from = store.entry().open(0, key);
                        Entry to = store.entry().open(0, other)) {
                    assertThat(section).isNotNull();
                    for (int i = 0; i < count; i++) {
                        from.elements().addLast(Slice.of(element(random)));
                    }
                    to.copyFrom(from);
                    List<String> all = elements(from, 0, Long.MAX_VALUE);
                    assertThat(elements(to, 0, Long.MAX_VALUE)).isEqualTo(all);
                    to.elements().addFirst(Slice.of("one more"));
                    from.remove();

                    assertThat(to.type()).isEqualTo(ValueType.LIST);
                    assertThat(elements(to, 1, Long.MAX_VALUE)).isEqualTo(all);
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void writeWithoutRoomChangesNothing() {
        Random random = new Random(SEED);
        List<String> model = new ArrayList<>();
        StoreConfig full = config().withShards(1).withBound(20 * 65_536L, Eviction.NOEVICTION);
        try (OffHeapStore store = new OffHeapStore(full)) {
            Entry entry = store.entry();
            for (int refused = 0; refused < 50; ) {
                int index = random.nextInt(model.size() + 1);
                String element = random.nextInt(40) == 0 ? "x".repeat(20_000) : "x".repeat(random.nextInt(300));
                boolean replaces = index < model.size() && random.nextInt(3) == 0;
                try (Entry open = entry.open(0, Slice.of("list"))) {
                    if (replaces) {
                        open.elements().set(index, Slice.of(element));
                        model.set(index, element);
                    } else {
                        open.elements().insert(index, Slice.of(element));
                        model.add(index, element);
                    }
                } catch (OutOfRoomException e) {
                    refused++;
                }
            }
            store.checkInvariants();
            try (Section section = store.section().addAll().lock();
                    Entry open = entry.open(0, Slice.of("list"));
                    Entry other = store.entry().open(0, Slice.of("other"))) {
                assertThat(section).isNotNull();
                assertThat(elements(open, 0, Long.MAX_VALUE)).isEqualTo(model);
                assertThatThrownBy(() -> other.copyFrom(open)).isInstanceOf(OutOfRoomException.class);
                List<Slice> twice = new ArrayList<>();
                model.forEach(each -> twice.add(Slice.of(each)));
                twice.addAll(List.copyOf(twice));
                assertThatThrownBy(() -> open.elements().replace(twice)).isInstanceOf(OutOfRoomException.class);
                assertThat(elements(open, 0, Long.MAX_VALUE)).isEqualTo(model);
            }
            store.checkInvariants();
        }
    }

    @Test
    void replacementIsWhatItWasGiven() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, Slice.of("list"))) {
            open.set(Slice.of("a string"), 1_800_000_000_000L);
            for (int count : new int[] {3, 1_000}) {
                List<String> wanted = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    wanted.add("element" + i);
                }
                open.elements().replace(wanted.stream().map(Slice::of).toList());

                assertThat(elements(open, 0, Long.MAX_VALUE)).isEqualTo(wanted);
                assertThat(open.expiresAt()).isEqualTo(Entry.NEVER);
            }
            open.elements().replace(List.of());
            assertThat(open.isPresent()).isFalse();
            store.checkInvariants();
        }
    }

    @Test
    void versionOfALargeListChangesWithIt() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, Slice.of("list"))) {
            open.elements().addLast(Slice.of("first"));
            long version = open.version();
            for (int i = 0; i < 200; i++) {
                open.elements().addLast(Slice.of("element" + i));
                assertThat(open.version()).isNotEqualTo(version);
                version = open.version();
            }
            open.elements().remove(0, 1);
            assertThat(open.version()).isNotEqualTo(version);
        }
    }
}
