package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.policy.Eviction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Streams beside sorted maps; {@code -Dlarder.seed=N} repeats a run. */
class StreamModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
    private static final Slice KEY = Slice.of("stream");

    private final Random random = new Random(SEED);
    private final NavigableMap<StreamId, String> model = new TreeMap<>();
    private StreamId top = StreamId.ZERO;

    private static StoreConfig config() {
        return StoreConfig.standard(() -> 1_700_000_000_000L).withShards(2).withSeed(new StoreConfig.Seed(SEED, 7));
    }

    /** Gathers entries as text. */
    private static final class Gathering implements FieldSink {
        private final List<StreamId> ids = new ArrayList<>();
        private final List<StringBuilder> texts = new ArrayList<>();

        @Override
        public void field(Slice name, int valueBytes) {
            ids.add(StreamId.of(name));
            texts.add(new StringBuilder());
        }

        @Override
        public void piece(Slice bytes) {
            texts.getLast().append(new String(bytes.toBytes(), StandardCharsets.ISO_8859_1));
        }

        List<Map.Entry<StreamId, String>> found() {
            List<Map.Entry<StreamId, String>> found = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                found.add(Map.entry(ids.get(i), texts.get(i).toString()));
            }
            return found;
        }
    }

    private static List<Map.Entry<StreamId, String>> entries(Entry open, long from, long count, boolean isDown) {
        Gathering gathering = new Gathering();
        if (isDown) {
            open.stream().rangeDown(from, count, gathering);
        } else {
            open.stream().range(from, count, gathering);
        }
        return gathering.found();
    }

    private String text() {
        return switch (random.nextInt(60)) {
            case 0 -> "long".repeat(1 + random.nextInt(5_000));
            case 1, 2 -> "x".repeat(1 + random.nextInt(300));
            default -> "text" + random.nextInt(1_000);
        };
    }

    private static Slice packed(String text) {
        Texts texts = new Texts();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        texts.add(bytes, 0, bytes.length);
        texts.add(bytes, 0, 1);
        return Slice.of(texts.all().toBytes());
    }

    private StreamId higher() {
        return random.nextInt(3) == 0
                ? top.next()
                : new StreamId(top.millis() + 1 + random.nextInt(3), random.nextLong());
    }

    private StreamId anyId() {
        long most = top.millis() < 0 ? Long.MAX_VALUE : top.millis() + 2;
        if (model.isEmpty() || random.nextInt(4) == 0) {
            return new StreamId(random.nextLong(most), random.nextInt(5));
        }
        StreamId about = new StreamId(random.nextLong(most), 0);
        StreamId found = model.ceilingKey(about);
        return found == null ? model.firstKey() : found;
    }

    private void append(Entry open) {
        StreamId id = higher();
        Slice packed = packed(text());
        open.stream().append(id, packed);
        model.put(id, new String(packed.toBytes(), StandardCharsets.ISO_8859_1));
        top = id;
    }

    private void change(Entry open, boolean grows) {
        int kind = random.nextInt(grows ? 20 : 8);
        if (kind == 0 && !model.isEmpty()) {
            int wanted = random.nextInt(1 + model.size() / 3);
            boolean isRough = random.nextBoolean();
            long gone = open.stream().trim(wanted, isRough, random.nextInt(2) * 40L);
            assertThat(gone).isBetween(isRough ? 0L : wanted, (long) wanted);
            for (long i = 0; i < gone; i++) {
                model.pollFirstEntry();
            }
        } else if (kind < 5) {
            StreamId id = anyId();
            assertThat(open.stream().remove(id)).isEqualTo(model.remove(id) != null);
        } else {
            append(open);
        }
    }

    private void compare(Entry open) {
        List<Map.Entry<StreamId, String>> all = new ArrayList<>();
        model.forEach((id, text) -> all.add(Map.entry(id, text)));
        assertThat(open.stream().count()).isEqualTo(model.size());
        assertThat(open.stream().last()).isEqualTo(top);
        assertThat(entries(open, 0, Long.MAX_VALUE, false)).isEqualTo(all);
        assertThat(entries(open, Long.MAX_VALUE, Long.MAX_VALUE, true)).isEqualTo(all.reversed());
        for (int i = 0; i < 20; i++) {
            StreamId id = anyId();
            assertThat(open.stream().below(id, false))
                    .isEqualTo(model.headMap(id).size());
            assertThat(open.stream().below(id, true))
                    .isEqualTo(model.headMap(id, true).size());
        }
    }

    @Test
    void agreesWithSortedMaps() {
        System.out.println("seed " + SEED);
        try (OffHeapStore store = new OffHeapStore(config())) {
            Entry entry = store.entry();
            for (int round = 0; round < 30; round++) {
                try (Entry open = entry.open(0, KEY)) {
                    for (int i = 0; i < 200; i++) {
                        change(open, round % 10 < 6);
                    }
                    compare(open);
                }
                store.checkInvariants();
            }
            try (Entry open = entry.open(0, KEY)) {
                open.stream().trim(model.size(), false, 0);
                model.clear();
                compare(open);
                assertThat(open.isPresent()).isTrue();
                assertThat(open.type()).isEqualTo(ValueType.STREAM);
                append(open);
                compare(open);
                open.remove();
            }
            store.checkInvariants();
        }
    }

    @Test
    void idsOfAllTimesAreInOrder() {
        try (OffHeapStore store = new OffHeapStore(config());
                Entry open = store.entry().open(0, KEY)) {
            for (int bit = 0; bit < 64; bit++) {
                for (int number = 0; number < 40; number++) {
                    top = new StreamId(1L << bit, number - 20L < 0 ? number : Long.MIN_VALUE + number);
                    Slice packed = packed("x".repeat(bit + 1));
                    open.stream().append(top, packed);
                    model.put(top, new String(packed.toBytes(), StandardCharsets.ISO_8859_1));
                }
            }
            compare(open);
            assertThat(open.stream().below(StreamId.MAX, true)).isEqualTo(model.size());
            assertThatThrownBy(() -> open.stream().append(top, packed("again")))
                    .isInstanceOf(IllegalArgumentException.class);
            store.checkInvariants();
        }
    }

    @Test
    void nodesAreFullAndGiveTheirMemoryBack() {
        try (OffHeapStore store = new OffHeapStore(config())) {
            try (Entry open = store.entry().open(0, KEY)) {
                for (int i = 1; i <= 4_000; i++) {
                    open.stream().append(new StreamId(i, 0), packed("text " + i));
                }
                assertThat(open.usage()).isLessThan(4_000L * 36);
                open.stream().trim(3_999, false, 0);
                assertThat(open.usage()).isLessThan(2_000);
            }
            store.checkInvariants();
        }
    }

    @Test
    void copyIsAnotherStream() {
        Slice other = Slice.of("copy");
        try (OffHeapStore store = new OffHeapStore(config())) {
            for (int round = 0; round < 3; round++) {
                try (Section section = store.section().add(KEY).add(other).lock();
                        Entry from = store.entry().open(0, KEY);
                        Entry to = store.entry().open(0, other)) {
                    assertThat(section).isNotNull();
                    for (int i = 0; i < round * 700; i++) {
                        append(from);
                    }
                    if (round == 0) {
                        from.stream().state(StreamId.ZERO, StreamId.ZERO, 0);
                    }
                    to.copyFrom(from);
                    compare(to);
                    assertThat(to.stream().added()).isEqualTo(from.stream().added());
                    append(to);
                    compare(to);
                    model.remove(top);
                    top = from.stream().last();
                    compare(from);
                }
                store.checkInvariants();
            }
        }
    }

    @Test
    void writeWithoutRoomChangesNothing() {
        StoreConfig full = config().withShards(1).withBound(20 * 65_536L, Eviction.NOEVICTION);
        try (OffHeapStore store = new OffHeapStore(full)) {
            for (int refused = 0; refused < 50; ) {
                StreamId before = top;
                try (Entry open = store.entry().open(0, KEY)) {
                    append(open);
                } catch (OutOfRoomException e) {
                    assertThat(top).isEqualTo(before);
                    refused++;
                }
            }
            store.checkInvariants();
            try (Section section = store.section().addAll().lock();
                    Entry open = store.entry().open(0, KEY);
                    Entry copy = store.entry().open(0, Slice.of("other"))) {
                assertThat(section).isNotNull();
                compare(open);
                assertThatThrownBy(() -> copy.copyFrom(open)).isInstanceOf(OutOfRoomException.class);
                compare(open);
            }
            store.checkInvariants();
        }
    }
}
