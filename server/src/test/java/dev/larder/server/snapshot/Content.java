package dev.larder.server.snapshot;

import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Sink;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreChecks;
import dev.larder.server.store.StoreConfig;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import dev.larder.server.store.Walk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** All that a store holds, as text; and stores to try snapshots with. */
final class Content {
    static final long NOW = 1_700_000_000_000L;

    private Content() {}

    static StoreConfig config(AtomicLong now, long seed) {
        return StoreConfig.standard(now::get).withShards(2).withSeed(new StoreConfig.Seed(seed, 7));
    }

    /** What each key holds, by database and key. */
    static Map<String, String> of(OffHeapStore store) {
        Map<String, String> content = new TreeMap<>();
        for (int database = 0; database < 16; database++) {
            String prefix = database + ":";
            Walk walk = new Walk(store.entry(), each -> content.put(prefix + each.key(), describe(each)));
            long cursor = 0;
            do {
                cursor = store.scan(database, cursor, 100, walk);
            } while (cursor != 0);
        }
        StoreChecks.check(store);
        return content;
    }

    private static String describe(Entry entry) {
        String head = entry.type() + " " + entry.expiresAt() + " " + entry.flags() + " ";
        return head
                + switch (entry.type()) {
                    case STRING -> text(entry::read);
                    case HASH -> fields(entry);
                    case SET -> {
                        Map<String, String> members = new TreeMap<>();
                        entry.members().scan(0, Integer.MAX_VALUE, member -> members.put(member.toString(), ""));
                        yield members.toString();
                    }
                    case LIST -> elements(entry);
                    case STREAM -> entries(entry);
                    case SORTED_SET -> {
                        StringBuilder members = new StringBuilder();
                        entry.scores()
                                .range(
                                        0,
                                        Long.MAX_VALUE,
                                        (member, score) -> members.append(member)
                                                .append('=')
                                                .append(score)
                                                .append(' '));
                        yield members.toString();
                    }
                };
    }

    /** Something that hands out a value. */
    interface Reading {
        void into(Sink sink);
    }

    static String text(Reading reading) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reading.into(piece -> bytes.writeBytes(piece.toBytes()));
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static String elements(Entry entry) {
        StringBuilder elements = new StringBuilder();
        entry.elements().range(0, Long.MAX_VALUE, new FieldSink() {
            @Override
            public void field(Slice name, int valueBytes) {
                elements.append('|').append(valueBytes).append(':');
            }

            @Override
            public void piece(Slice bytes) {
                elements.append(new String(bytes.toBytes(), StandardCharsets.ISO_8859_1));
            }
        });
        return elements.toString();
    }

    private static String entries(Entry entry) {
        StringBuilder entries = new StringBuilder();
        entries.append(entry.stream().last()).append(' ').append(entry.stream().removed());
        entries.append(' ').append(entry.stream().added());
        entry.stream().range(0, Long.MAX_VALUE, new FieldSink() {
            @Override
            public void field(Slice name, int valueBytes) {
                entries.append('|').append(StreamId.of(name)).append(':');
            }

            @Override
            public void piece(Slice bytes) {
                entries.append(new String(bytes.toBytes(), StandardCharsets.ISO_8859_1));
            }
        });
        return entries.toString();
    }

    private static String fields(Entry entry) {
        Map<String, String> fields = new TreeMap<>();
        entry.fields().scan(0, Integer.MAX_VALUE, new FieldSink() {
            private String name = "";

            @Override
            public void field(Slice field, int valueBytes) {
                name = field.toString();
                fields.put(name, "@" + entry.fields().expiresAt(field) + " ");
            }

            @Override
            public void piece(Slice bytes) {
                fields.merge(name, new String(bytes.toBytes(), StandardCharsets.ISO_8859_1), String::concat);
            }
        });
        return fields.toString();
    }

    static void set(OffHeapStore store, int database, String key, String value) {
        set(store, database, key, value, Entry.NEVER);
    }

    static void set(OffHeapStore store, int database, String key, String value, long expiresAt) {
        try (Entry open = store.entry().open(database, Slice.of(key))) {
            open.set(Slice.of(value), expiresAt);
        }
    }

    static boolean remove(OffHeapStore store, int database, String key) {
        try (Entry open = store.entry().open(database, Slice.of(key))) {
            return open.remove();
        }
    }

    static String get(OffHeapStore store, int database, String key) {
        try (Entry open = store.entry().openToRead(database, Slice.of(key))) {
            return open.isPresent() ? text(open::read) : "-";
        }
    }

    /** Entries of every type and size. */
    static void fill(OffHeapStore store, Random random, int keys) {
        Entry entry = store.entry();
        for (int i = 0; i < keys; i++) {
            long expiresAt = random.nextInt(3) == 0 ? NOW + 1_000 + random.nextInt(1_000_000) : Entry.NEVER;
            try (Entry open = entry.open(random.nextInt(4), Slice.of("key" + i))) {
                switch (i % 40) {
                    case 0 -> open.set(bytes(random, 300_000), expiresAt, 7);
                    case 1 -> fields(open, random, 600);
                    case 2 -> {
                        fields(open, random, 5);
                        open.fields().put(Slice.of("long"), bytes(random, 90_000), NOW + 500_000);
                    }
                    case 3 -> members(open, random, 1_000);
                    case 4 -> scores(open, random, 1_000);
                    case 5, 6 -> fields(open, random, 20);
                    case 7, 8 -> members(open, random, 20);
                    case 9, 10 -> scores(open, random, 20);
                    case 13, 14 -> elements(open, random, 20);
                    case 15 -> elements(open, random, 2_000);
                    case 16 -> entries(open, random, 5);
                    case 17 -> entries(open, random, 3_000);
                    case 18 -> open.stream().state(new StreamId(i, 1), new StreamId(-1, 2), i);
                    case 11, 12 -> open.set(Slice.of(Integer.toString(random.nextInt())), expiresAt, random.nextInt());
                    default -> open.set(bytes(random, 300), expiresAt);
                }
                if (i % 40 < 11 || (i % 40 > 12 && i % 40 < 19)) {
                    open.expire(expiresAt);
                }
                if (random.nextBoolean()) {
                    open.version();
                }
            }
        }
    }

    private static Slice bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return Slice.of(bytes);
    }

    private static void fields(Entry open, Random random, int count) {
        for (int i = 0; i < count; i++) {
            long expiresAt = random.nextInt(5) == 0 ? NOW + 1_000 + random.nextInt(100_000) : Entry.NEVER;
            open.fields().put(Slice.of("field" + i), bytes(random, 40), expiresAt);
        }
    }

    private static void members(Entry open, Random random, int count) {
        for (int i = 0; i < count; i++) {
            open.members().add(Slice.of("member" + random.nextInt(100_000)));
        }
    }

    private static void entries(Entry open, Random random, int count) {
        for (int i = 0; i < count; i++) {
            byte[] value = bytes(random, i % 300 == 7 ? 9_000 : 100).toBytes();
            Texts texts = new Texts();
            texts.add(value, 0, value.length / 2);
            texts.add(value, 0, value.length);
            open.stream().append(new StreamId(i, random.nextInt(3) + 1L), texts.all());
        }
        open.stream().remove(open.stream().id(random.nextInt(count)));
    }

    private static void elements(Entry open, Random random, int count) {
        for (int i = 0; i < count; i++) {
            open.elements()
                    .insert(random.nextInt(open.elements().count() + 1), bytes(random, i % 300 == 7 ? 9_000 : 30));
        }
    }

    private static void scores(Entry open, Random random, int count) {
        for (int i = 0; i < count; i++) {
            open.scores().put(Slice.of("member" + random.nextInt(100_000)), random.nextInt(50) / 4.0);
        }
    }
}
