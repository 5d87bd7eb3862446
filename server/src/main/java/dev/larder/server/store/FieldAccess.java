package dev.larder.server.store;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** The fields of an open {@link Entry} that is a hash, or is not there and becomes one. As an entry is: see there. */
public final class FieldAccess {
    private static final int MOST_TRIES = 64;

    private final Entry entry;
    private final ValueType type;
    private final int kind;
    private final Slice name = new Slice();
    private final Slice value = new Slice();
    private final MemorySegment digits = MemorySegment.ofArray(new byte[Numbers.MAX_BYTES]);

    /** @param kind of a new record; sets are hashes underneath */
    FieldAccess(Entry entry, ValueType type, int kind) {
        this.entry = entry;
        this.type = type;
        this.kind = kind;
    }

    private Shard shard() {
        return entry.shard();
    }

    private Hashes hashes() {
        return shard().hashes;
    }

    private int slot() {
        return entry.present(type);
    }

    private long now() {
        return shard().shared.clock().millis();
    }

    /** How many; those whose time is over count until they are removed. */
    public int count() {
        return entry.isPresent() ? hashes().count(slot()) : 0;
    }

    /** Whether some field has a time of its own. */
    public boolean expires() {
        return entry.isPresent() && hashes().expires(slot());
    }

    /** Where a field begins whose time is not over, or {@link Fields#NONE}. */
    private long find(Slice wanted) {
        if (!entry.isPresent()) {
            return Fields.NONE;
        }
        int slot = slot();
        int bucket = hashes().bucket(slot, wanted);
        long at = hashes().find(slot, bucket, wanted);
        boolean isOver = at != Fields.NONE
                && Fields.expires(hashes().region(slot, bucket), at)
                && Fields.expiresAt(hashes().region(slot, bucket), at) <= now();
        return isOver ? Fields.NONE : at;
    }

    private MemorySegment region(Slice wanted) {
        return hashes().region(slot(), hashes().bucket(slot(), wanted));
    }

    /** Whether there is such a field. */
    public boolean contains(Slice wanted) {
        return find(wanted) != Fields.NONE;
    }

    /** Bytes of a field's value, or -1 where there is none. */
    public int length(Slice wanted) {
        long at = find(wanted);
        return at == Fields.NONE ? -1 : Fields.valueBytes(region(wanted), at);
    }

    /** When a field expires: {@link Entry#NEVER}, or -1 where there is none. */
    public long expiresAt(Slice wanted) {
        long at = find(wanted);
        return at == Fields.NONE ? -1 : Fields.expiresAt(region(wanted), at);
    }

    /** Hands out a field's value; false where there is none. */
    public boolean read(Slice wanted, Sink sink) {
        long at = find(wanted);
        if (at == Fields.NONE) {
            return false;
        }
        read(region(wanted), at, sink);
        return true;
    }

    private void read(MemorySegment region, long at, Sink sink) {
        int hidden = Fields.hiddenSlot(region, at);
        if (hidden >= 0) {
            shard().strings.read(hidden, 0, shard().strings.bytes(hidden), sink);
        } else {
            Fields.value(region, at, digits, value);
            if (value.length() > 0) {
                sink.piece(value);
            }
        }
    }

    /**
     * Sets a field; says whether it was not there.
     *
     * @param expiresAt milliseconds since 1970, or {@link Entry#NEVER}
     */
    public boolean put(Slice wanted, Slice newValue, long expiresAt) {
        Limits.check("a field's name", wanted.length(), Limits.MAX_FIELD_BYTES);
        Limits.check("a value", newValue.length(), Limits.MAX_VALUE_BYTES);
        boolean isNew = find(wanted) == Fields.NONE;
        if (entry.isPresent()) {
            hashes().put(slot(), wanted, newValue, expiresAt);
            entry.changed();
            shard().leavers.updated(slot(), shard().deadline(slot()));
        } else {
            Traits traits = entry.begin(Entry.NEVER, 0);
            entry.build(fresh -> {
                hashes().begin(fresh, kind, entry.key(), traits);
                hashes().put(fresh, wanted, newValue, expiresAt);
            });
        }
        if (expiresAt != Entry.NEVER) {
            shard().leavers.schedule(slot(), shard().chores.nanos(expiresAt));
        }
        return isNew;
    }

    /** Sets when a field expires, {@link Entry#NEVER} for never; false where there is none. */
    public boolean expire(Slice wanted, long expiresAt) {
        int length = length(wanted);
        if (length < 0) {
            return false;
        }
        byte[] bytes = new byte[length];
        MemorySegment copy = MemorySegment.ofArray(bytes);
        int[] at = {0};
        read(wanted, piece -> {
            piece.copyTo(copy, at[0]);
            at[0] += piece.length();
        });
        put(wanted, Slice.of(bytes), expiresAt);
        return true;
    }

    /** Removes a field; says whether it was there. With its last field a hash goes. */
    public boolean remove(Slice wanted) {
        boolean wasThere = contains(wanted);
        if (!entry.isPresent()) {
            return false;
        }
        int slot = slot();
        int bucket = hashes().bucket(slot, wanted);
        long at = hashes().find(slot, bucket, wanted);
        if (at == Fields.NONE) {
            return false;
        }
        hashes().remove(slot, bucket, at);
        if (hashes().count(slot) == 0) {
            entry.counted();
            shard().remove(slot, false);
        } else {
            entry.changed();
        }
        return wasThere;
    }

    /**
     * Walks on from a cursor, 0 at first, for about {@code count} fields. Each field that is there during the whole walk is
     * handed out at least once, whatever is added or removed meanwhile.
     *
     * @return the next cursor; 0 at the end
     */
    public long scan(long cursor, int count, FieldSink sink) {
        if (!entry.isPresent()) {
            return 0;
        }
        int slot = slot();
        long at = cursor & ((1L << 48) - 1);
        long now = now();
        int shown = 0;
        do {
            int bucket = hashes().bucketAt(slot, at);
            shown += Math.max(1, show(slot, bucket, now, sink));
            at = hashes().after(slot, bucket);
        } while (at != 0 && shown < count);
        return at;
    }

    private int show(int slot, int bucket, long now, FieldSink sink) {
        MemorySegment region = hashes().region(slot, bucket);
        long end = hashes().start(slot, bucket) + hashes().used(slot, bucket);
        int shown = 0;
        for (long at = hashes().start(slot, bucket); at < end; at = Fields.next(region, at)) {
            if (!Fields.expires(region, at) || Fields.expiresAt(region, at) > now) {
                show(region, at, sink);
                shown++;
            }
        }
        return shown;
    }

    private void show(MemorySegment region, long at, FieldSink sink) {
        name.set(region, Fields.nameAt(region, at), Fields.nameLength(region, at));
        sink.field(name, Fields.valueBytes(region, at));
        read(region, at, sink);
    }

    /** Hands out a field at random, each about as likely as any other; false where there is none. */
    public boolean random(RandomGenerator random, FieldSink sink) {
        if (!entry.isPresent()) {
            return false;
        }
        int slot = slot();
        long now = now();
        int buckets = hashes().buckets(slot);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            int bucket = random.nextInt(buckets);
            int ticket = random.nextInt(buckets == 1 ? Hashes.MAX_PACKED_FIELDS : 2 * Hashes.FIELDS_PER_BUCKET);
            if (showNumbered(slot, bucket, ticket, now, sink)) {
                return true;
            }
        }
        for (int bucket = 0; bucket < buckets; bucket++) {
            if (showNumbered(slot, bucket, 0, now, sink)) {
                return true;
            }
        }
        return false;
    }

    private boolean showNumbered(int slot, int bucket, int number, long now, FieldSink sink) {
        MemorySegment region = hashes().region(slot, bucket);
        long end = hashes().start(slot, bucket) + hashes().used(slot, bucket);
        int passed = 0;
        for (long at = hashes().start(slot, bucket); at < end; at = Fields.next(region, at)) {
            if (Fields.expiresAt(region, at) > now && passed++ == number) {
                show(region, at, sink);
                return true;
            }
        }
        return false;
    }
}
