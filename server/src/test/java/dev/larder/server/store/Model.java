package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a store should hold, in plain maps, and random operations on both. */
final class Model {
    private static final class Value {
        byte[] bytes = {};
        long expiresAt = Entry.NEVER;
        int flags;
        final Map<String, byte[]> fields = new TreeMap<>();
        final Map<String, Long> fieldExpiries = new HashMap<>();
        boolean isHash;
    }

    private final OffHeapStore store;
    private final Random random;
    private final Entry entry;
    private final Entry other;
    private final Map<String, Value>[] databases;
    private final int keys;
    private final int maxBytes;
    long now = 1_700_000_000_000L;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Model(OffHeapStore store, long seed, int keys, int maxBytes) {
        this.store = store;
        this.random = new Random(seed);
        this.entry = store.entry();
        this.other = store.entry();
        this.keys = keys;
        this.maxBytes = maxBytes;
        this.databases = new Map[] {new HashMap<>(), new HashMap<>(), new HashMap<>()};
    }

    private byte[] bytes() {
        return switch (random.nextInt(10)) {
            case 0 -> new byte[0];
            case 1, 2 -> Long.toString(random.nextLong() >> random.nextInt(64)).getBytes(StandardCharsets.UTF_8);
            case 3 -> random(random.nextInt(maxBytes + 1));
            case 4 -> random(random.nextInt(Math.min(maxBytes, 2000) + 1));
            default -> random(random.nextInt(150));
        };
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String key() {
        int number = random.nextInt(keys);
        return number % 37 == 0 ? "long".repeat(100) + number : "key" + number;
    }

    private String field() {
        int number = random.nextInt(random.nextInt(4) == 0 ? 400 : 40);
        return number % 29 == 0 ? "f".repeat(300) + number : "field" + number;
    }

    private long expiry() {
        return random.nextInt(3) > 0 ? Entry.NEVER : now + 1 + random.nextInt(20_000);
    }

    private @Nullable Value live(int database, String key) {
        Value value = databases[database].get(key);
        if (value != null && value.expiresAt <= now) {
            databases[database].remove(key);
            return null;
        }
        return value;
    }

    private static void dropExpiredFields(Value value, long now) {
        value.fieldExpiries.entrySet().removeIf(each -> {
            boolean over = each.getValue() <= now;
            if (over) {
                value.fields.remove(each.getKey());
            }
            return over;
        });
    }

    void step() {
        int database = random.nextInt(databases.length);
        String key = key();
        if (random.nextInt(200) == 0) {
            whole(database);
            return;
        }
        if (random.nextInt(30) == 0) {
            copy(database, key, key(), random.nextBoolean());
            return;
        }
        try (Entry open = entry.open(database, Slice.of(key))) {
            check(open, live(database, key));
            change(open, database, key);
            check(open, live(database, key));
        }
    }

    private void whole(int database) {
        switch (random.nextInt(6)) {
            case 0 -> {
                store.flush(database);
                databases[database].clear();
            }
            case 1 -> {
                int other = random.nextInt(databases.length);
                store.swap(database, other);
                Map<String, Value> held = databases[database];
                databases[database] = databases[other];
                databases[other] = held;
            }
            default -> {
                now += random.nextInt(3_000);
                store.expireSome(1 + random.nextInt(500));
                store.tidy(1 + random.nextInt(500));
            }
        }
    }

    private void copy(int database, String from, String to, boolean move) {
        try (Section section =
                        store.section().add(Slice.of(from)).add(Slice.of(to)).lock();
                Entry source = entry.open(database, Slice.of(from));
                Entry target = other.open(database, Slice.of(to))) {
            assertThat(section).isNotNull();
            Value model = live(database, from);
            if (model != null && model.isHash) {
                dropExpiredFields(model, now);
            }
            if (!source.isPresent() || from.equals(to) || model == null || (model.isHash && model.fields.isEmpty())) {
                return;
            }
            target.copyFrom(source);
            Value value = Objects.requireNonNull(live(database, from));
            Value copied = new Value();
            copied.bytes = value.bytes;
            copied.expiresAt = value.expiresAt;
            copied.flags = value.flags;
            copied.isHash = value.isHash;
            copied.fields.putAll(value.fields);
            copied.fieldExpiries.putAll(value.fieldExpiries);
            databases[database].put(to, copied);
            if (move) {
                source.remove();
                databases[database].remove(from);
            }
            check(target, copied);
        }
    }

    private void change(Entry open, int database, String key) {
        Value value = live(database, key);
        if (value != null && value.isHash) {
            dropExpiredFields(value, now);
            if (value.fields.isEmpty()) { // there with nothing in it, or gone: as far as the sweep has come
                open.remove();
                databases[database].remove(key);
                return;
            }
        }
        int what = random.nextInt(12);
        if (what < 3) {
            set(open, database, key);
        } else if (what < 4) {
            open.remove();
            databases[database].remove(key);
        } else if (what < 5 && value != null) {
            value.expiresAt = expiry();
            open.expire(value.expiresAt);
        } else if (what < 6 && value != null) {
            long version = open.version();
            assertThat(open.version()).isEqualTo(version).isNotZero();
        } else if (what < 8 && (value == null || !value.isHash)) {
            range(open, database, key);
        } else if (value == null || value.isHash) {
            hash(open, database, key);
        }
        if (open.isPresent() && random.nextBoolean()) {
            open.touch();
        }
    }

    private void set(Entry open, int database, String key) {
        long version = open.isPresent() && random.nextInt(4) == 0 ? open.version() : 0;
        Value fresh = new Value();
        fresh.bytes = bytes();
        fresh.expiresAt = expiry();
        fresh.flags = random.nextInt(4) == 0 ? random.nextInt() : 0;
        open.set(Slice.of(fresh.bytes), fresh.expiresAt, fresh.flags);
        databases[database].put(key, fresh);
        if (version != 0) {
            assertThat(open.version()).isNotEqualTo(version);
        }
    }

    private void range(Entry open, int database, String key) {
        Value value = databases[database].computeIfAbsent(key, any -> new Value());
        byte[] added = bytes();
        int from = random.nextBoolean() ? value.bytes.length : random.nextInt(value.bytes.length + 50);
        if (added.length > 0) {
            byte[] longer = Arrays.copyOf(value.bytes, Math.max(value.bytes.length, from + added.length));
            System.arraycopy(added, 0, longer, from, added.length);
            value.bytes = longer;
        } else if (!open.isPresent()) {
            databases[database].remove(key);
        }
        int length = from == value.bytes.length - added.length && added.length > 0 && from == lengthOf(open)
                ? open.append(Slice.of(added))
                : open.setRange(from, Slice.of(added));
        assertThat(length).isEqualTo(value.bytes.length);
    }

    private static int lengthOf(Entry open) {
        return open.isPresent() ? open.length() : 0;
    }

    private void hash(Entry open, int database, String key) {
        int times = random.nextInt(8) == 0 ? 150 : 3;
        for (int i = 0; i < times; i++) {
            Value value = databases[database].get(key);
            String field = field();
            if (value != null && random.nextInt(3) == 0) {
                boolean was = value.fields.remove(field) != null;
                value.fieldExpiries.remove(field);
                assertThat(open.fields().remove(Slice.of(field))).isEqualTo(was);
                if (value.fields.isEmpty() && !open.isPresent()) {
                    databases[database].remove(key);
                }
            } else {
                Value into = databases[database].computeIfAbsent(key, any -> new Value());
                into.isHash = true;
                byte[] bytes = random.nextInt(5) == 0
                        ? bytes()
                        : Integer.toString(random.nextInt(1000)).getBytes(StandardCharsets.UTF_8);
                long expiry = random.nextInt(6) == 0 ? expiry() : Entry.NEVER;
                boolean isNew = into.fields.put(field, bytes) == null;
                into.fieldExpiries.remove(field);
                if (expiry != Entry.NEVER) {
                    into.fieldExpiries.put(field, expiry);
                }
                assertThat(open.fields().put(Slice.of(field), Slice.of(bytes), expiry))
                        .isEqualTo(isNew);
            }
        }
    }

    private void check(Entry open, @Nullable Value value) {
        if (value != null && value.isHash) {
            dropExpiredFields(value, now);
            if (value.fields.isEmpty()) {
                return; // there with nothing in it, or gone: as far as the sweep has come
            }
        }
        assertThat(open.isPresent()).isEqualTo(value != null);
        if (value == null) {
            return;
        }
        assertThat(open.expiresAt()).isEqualTo(value.expiresAt);
        assertThat(open.flags()).isEqualTo(value.flags);
        assertThat(open.usage()).isPositive();
        if (value.isHash) {
            assertThat(open.type()).isEqualTo(ValueType.HASH);
            for (int i = 0; i < 3; i++) {
                checkField(open, value, field());
            }
            if (random.nextInt(10) == 0) {
                assertThat(fields(open)).isEqualTo(value.fields.keySet());
            }
        } else {
            assertThat(open.length()).isEqualTo(value.bytes.length);
            assertThat(read(open::read)).isEqualTo(value.bytes);
        }
    }

    private void checkField(Entry open, Value value, String field) {
        byte[] bytes = value.fields.get(field);
        assertThat(open.fields().length(Slice.of(field))).isEqualTo(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            assertThat(read(sink -> open.fields().read(Slice.of(field), sink))).isEqualTo(bytes);
            assertThat(open.fields().expiresAt(Slice.of(field)))
                    .isEqualTo(value.fieldExpiries.getOrDefault(field, Entry.NEVER));
        }
    }

    static Set<String> fields(Entry open) {
        Set<String> names = new HashSet<>();
        long cursor = 0;
        do {
            cursor = open.fields().scan(cursor, 10, new FieldSink() {
                @Override
                public void field(Slice name, int valueBytes) {
                    names.add(name.toString());
                }

                @Override
                public void piece(Slice bytes) {}
            });
        } while (cursor != 0);
        return names;
    }

    /** Something that hands out a value. */
    interface Reading {
        void into(Sink sink);
    }

    static byte[] read(Reading reading) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        reading.into(piece -> bytes.writeBytes(piece.toBytes()));
        return bytes.toByteArray();
    }

    /** Compares everything. */
    void checkAll() {
        for (int database = 0; database < databases.length; database++) {
            Set<String> found = new HashSet<>();
            Walk walk = new Walk(store.entry(), each -> found.add(each.key().toString()));
            long cursor = 0;
            do {
                cursor = store.scan(database, cursor, 1 + random.nextInt(50), walk);
            } while (cursor != 0);
            for (String key : Set.copyOf(databases[database].keySet())) {
                Value value = live(database, key);
                try (Entry open = entry.open(database, Slice.of(key))) {
                    check(open, value);
                    if (value != null && open.isPresent()) {
                        assertThat(found).contains(key);
                    }
                }
            }
            assertThat(found).allMatch(databases[database]::containsKey);
        }
        store.checkInvariants();
    }
}
