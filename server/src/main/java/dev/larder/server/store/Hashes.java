package dev.larder.server.store;

import static dev.larder.server.store.Records.BUCKET;
import static dev.larder.server.store.Records.PART_HEAD;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * Values that have fields. Up to {@value #MAX_PACKED_FIELDS} fields and {@value #MAX_PACKED_BYTES} bytes are packed in the
 * record. More are in buckets, by linear hashing (Litwin, VLDB 1980): each bucket is a part as large as its fields need,
 * about {@value #FIELDS_PER_BUCKET} of them. One insertion in so many splits one bucket and none does more, so a read looks
 * at one bucket and no write pauses, however large the hash.
 *
 * <pre>{@code
 *  packed   ┌ fields 15 bits │ expires 1 │ used 16 ┐ fields …
 *  large    ┌ parts 4 ┐ directories 2 ┐ flags 2 ┐ fields 4 ┐ bytes 8 ┐ next expiry 8 ┐ sweep 4 ┐ directories …
 * }</pre>
 *
 * Not thread-safe: guarded by its shard's lock.
 */
final class Hashes {
    static final int MAX_PACKED_FIELDS = 64;
    static final int MAX_PACKED_BYTES = 1024;
    static final int FIELDS_PER_BUCKET = 32;
    /** A larger value is kept elsewhere. */
    static final int MAX_INLINE = 4096;

    /** A value as short as this is kept with its name, however long that is. */
    private static final int LEAST_HIDDEN = 64;

    private static final int BYTES_PER_BUCKET = 4096;
    private static final int MERGE_BELOW = 8;
    private static final int PACKED_HEAD = 4;
    private static final int EXPIRES = 0x8000;

    private static final int FLAGS = 6;
    private static final int COUNT = 8;
    private static final int BYTES = 12;
    private static final int NEXT_EXPIRY = 20;
    private static final int SWEEP = 28;
    private static final long SALT = 0x6669656C64L;

    private final Shard shard;
    private final Blocks blocks;
    private final Records records;
    /** Fields on their way; made at first use. */
    private MemorySegment moving = MemorySegment.NULL;

    Hashes(Shard shard) {
        this.shard = shard;
        this.blocks = shard.blocks;
        this.records = shard.records;
    }

    int place(int slot) {
        return shard.slots.place(slot);
    }

    boolean isLarge(int slot) {
        return Records.isLarge(blocks.kind(place(slot)));
    }

    private MemorySegment memory(int slot) {
        return blocks.memory(place(slot));
    }

    private long value(int slot) {
        return records.valueOffset(place(slot));
    }

    int count(int slot) {
        return isLarge(slot)
                ? Raw.i32(memory(slot), value(slot) + COUNT)
                : Raw.u16(memory(slot), value(slot)) & ~EXPIRES;
    }

    boolean expires(int slot) {
        return isLarge(slot)
                ? Raw.u16(memory(slot), value(slot) + FLAGS) != 0
                : (Raw.u16(memory(slot), value(slot)) & EXPIRES) != 0;
    }

    /** A new record for an empty hash, or another kind with fields, in a slot that has none. */
    void begin(int slot, int kind, Slice key, Traits traits) {
        int total = Records.bytesBefore(key.length(), traits) + PACKED_HEAD;
        int place = shard.recordFor(slot, total);
        long at = records.write(place, kind, key, traits);
        Raw.put32(blocks.memory(place), at, 0);
        records.fill(place, total);
    }

    /** Makes a packed hash a large one with one bucket, or leaves it as it was and throws. */
    void enlarge(int slot) {
        int kind = blocks.kind(place(slot));
        int count = count(slot);
        boolean expires = expires(slot);
        int used = used(slot, 0);
        int before = (int) (value(slot) - Blocks.offset(place(slot)));
        makeMoving();
        Raw.copy(memory(slot), start(slot, 0), moving, 0, used);
        shard.resize(slot, Math.max(before + Parts.HASH_BASE + 4, before + PACKED_HEAD + used));
        int place = place(slot);
        blocks.mark(place, kind + 1, 0);
        Parts.begin(blocks.memory(place), value(slot), Parts.HASH_BASE);
        boolean done = false;
        try {
            int bucket = shard.parts.add(slot, BUCKET, used + used / 16);
            Raw.copy(moving, 0, blocks.memory(bucket), Blocks.offset(bucket) + PART_HEAD, used);
            records.used(bucket, used);
            done = true;
        } finally {
            if (!done) {
                shard.parts.freeDirectories(slot);
                place = place(slot);
                blocks.mark(place, kind, 0);
                Raw.put16(blocks.memory(place), value(slot), count | (expires ? EXPIRES : 0));
                Raw.put16(blocks.memory(place), value(slot) + 2, used);
                Raw.copy(moving, 0, blocks.memory(place), value(slot) + PACKED_HEAD, used);
            }
        }
        Raw.put32(memory(slot), value(slot) + COUNT, count);
        Raw.put64(memory(slot), value(slot) + BYTES, used);
        Raw.put16(memory(slot), value(slot) + FLAGS, expires ? 1 : 0);
        Raw.put64(memory(slot), value(slot) + NEXT_EXPIRY, expires ? 0 : Entry.NEVER);
        int total = (int) (value(slot) - Blocks.offset(place(slot))) + Parts.HASH_BASE + 4;
        blocks.shrink(place(slot), total);
        records.fill(place(slot), total);
    }

    // A region: the fields of a packed hash, or those of a bucket.

    private int regionBlock(int slot, int bucket) {
        return isLarge(slot) ? shard.parts.place(slot, bucket) : place(slot);
    }

    MemorySegment region(int slot, int bucket) {
        return blocks.memory(regionBlock(slot, bucket));
    }

    long start(int slot, int bucket) {
        int block = regionBlock(slot, bucket);
        return isLarge(slot) ? Blocks.offset(block) + (long) PART_HEAD : records.valueOffset(block) + PACKED_HEAD;
    }

    int used(int slot, int bucket) {
        int block = regionBlock(slot, bucket);
        return isLarge(slot) ? records.used(block) : Raw.u16(blocks.memory(block), records.valueOffset(block) + 2);
    }

    private void used(int slot, int bucket, int bytes) {
        int block = regionBlock(slot, bucket);
        if (isLarge(slot)) {
            Raw.put64(memory(slot), value(slot) + BYTES, totalBytes(slot) + bytes - records.used(block));
            records.used(block, bytes);
        } else {
            Raw.put16(blocks.memory(block), records.valueOffset(block) + 2, bytes);
        }
    }

    private long totalBytes(int slot) {
        return Raw.i64(memory(slot), value(slot) + BYTES);
    }

    private int capacity(int slot, int bucket) {
        int block = regionBlock(slot, bucket);
        return isLarge(slot) ? blocks.bytes(block) - PART_HEAD : records.valueBytes(block) - PACKED_HEAD;
    }

    void makeRoom(int slot, int bucket, int bytes) {
        if (bytes <= capacity(slot, bucket)) {
            return;
        }
        int wanted = bytes + Math.min(bytes / 16, 128);
        if (isLarge(slot)) {
            if (PART_HEAD + bytes > Blocks.MAX_BYTES) {
                throw new OutOfRoomException("a bucket of a hash has no room for a name so long");
            }
            shard.parts.enlarge(slot, bucket, Math.min(wanted, Blocks.MAX_BYTES - PART_HEAD));
        } else {
            int before = (int) (start(slot, 0) - Blocks.offset(place(slot)));
            shard.resize(slot, before + wanted);
        }
    }

    private long hash(Slice name) {
        return shard.sip.hash(name, SALT);
    }

    private static int address(long hash, int buckets) {
        int level = Integer.highestOneBit(buckets);
        int address = (int) hash & (2 * level - 1);
        return address < buckets ? address : address & (level - 1);
    }

    int buckets(int slot) {
        return isLarge(slot) ? shard.parts.count(slot) : 1;
    }

    /** The bucket of a name. */
    int bucket(int slot, Slice name) {
        return isLarge(slot) ? address(hash(name), shard.parts.count(slot)) : 0;
    }

    /** Where a field is in its {@link #region}, also one whose time is over, or {@link Fields#NONE}. */
    long find(int slot, int bucket, Slice name) {
        long start = start(slot, bucket);
        return Fields.find(region(slot, bucket), start, start + used(slot, bucket), name);
    }

    /** Sets a field; says whether it was not there. Where there is no room it throws, and the hash is as it was. */
    boolean put(int slot, Slice name, Slice value, long expiresAt) {
        boolean isHidden =
                value.length() > LEAST_HIDDEN && Fields.nameBytes(name.length()) + value.length() > MAX_INLINE;
        int hidden = isHidden ? shard.hidden.value(value) : Fields.NONE;
        boolean done = false;
        try {
            int bytes = isHidden ? Fields.hiddenBytes(name, expiresAt) : Fields.bytes(name, value, expiresAt);
            boolean isNew = makeRoomFor(slot, name, bytes);
            int bucket = bucket(slot, name);
            if (!isNew) {
                drop(slot, bucket, find(slot, bucket, name));
            }
            int used = used(slot, bucket);
            long at = start(slot, bucket) + used;
            if (isHidden) {
                MemorySegment memory = region(slot, bucket);
                long code = Fields.writeName(memory, at, name, expiresAt);
                Fields.writeHidden(memory, code, hidden, value.length());
            } else {
                Fields.write(region(slot, bucket), at, name, value, expiresAt);
            }
            used(slot, bucket, used + bytes);
            done = true;
            addCount(slot, 1);
            noteExpiry(slot, expiresAt);
            splitWhereFull(slot);
            return isNew;
        } finally {
            if (!done && isHidden) {
                shard.dispose(hidden);
            }
        }
    }

    /** Makes room for a field of so many bytes in place of the one it has now; says whether it has none. */
    private boolean makeRoomFor(int slot, Slice name, int bytes) {
        int bucket = bucket(slot, name);
        long old = find(slot, bucket, name);
        int freed = old < 0 ? 0 : (int) (Fields.next(region(slot, bucket), old) - old);
        int wanted = used(slot, bucket) - freed + bytes;
        boolean isPacked = !isLarge(slot);
        if (isPacked && (wanted > MAX_PACKED_BYTES || (old < 0 && count(slot) >= MAX_PACKED_FIELDS))) {
            enlarge(slot);
        }
        makeRoom(slot, bucket(slot, name), wanted);
        return old < 0;
    }

    /** Inserts a field into a packed region, {@code offset} bytes from its start; there is room. */
    void insert(int slot, int offset, Slice name, Slice value) {
        int bytes = Fields.bytes(name, value, Entry.NEVER);
        int used = used(slot, 0);
        MemorySegment memory = region(slot, 0);
        long at = start(slot, 0) + offset;
        Raw.copy(memory, at, memory, at + bytes, used - offset);
        Fields.write(memory, at, name, value, Entry.NEVER);
        used(slot, 0, used + bytes);
        addCount(slot, 1);
    }

    /** The four bytes of a large one's record that a hash that expires needs, and a sorted set has its tree in. */
    int spare(int slot) {
        return Raw.i32(memory(slot), value(slot) + SWEEP);
    }

    void spare(int slot, int value) {
        Raw.put32(memory(slot), value(slot) + SWEEP, value);
    }

    /** Takes a field out of its region, its value elsewhere too. */
    void drop(int slot, int bucket, long at) {
        MemorySegment memory = region(slot, bucket);
        int hidden = Fields.hiddenSlot(memory, at);
        long next = Fields.next(memory, at);
        long end = start(slot, bucket) + used(slot, bucket);
        Raw.copy(memory, next, memory, at, end - next);
        used(slot, bucket, used(slot, bucket) - (int) (next - at));
        addCount(slot, -1);
        if (hidden >= 0) {
            shard.dispose(hidden);
        }
    }

    private void addCount(int slot, int more) {
        int count = count(slot) + more;
        if (isLarge(slot)) {
            Raw.put32(memory(slot), value(slot) + COUNT, count);
        } else {
            Raw.put16(memory(slot), value(slot), count | (expires(slot) ? EXPIRES : 0));
        }
    }

    private void noteExpiry(int slot, long expiresAt) {
        if (expiresAt == Entry.NEVER) {
            return;
        }
        if (isLarge(slot)) {
            Raw.put16(memory(slot), value(slot) + FLAGS, 1);
            long next = Math.min(expiresAt, Raw.i64(memory(slot), value(slot) + NEXT_EXPIRY));
            Raw.put64(memory(slot), value(slot) + NEXT_EXPIRY, next);
        } else {
            Raw.put16(memory(slot), value(slot), count(slot) | EXPIRES);
        }
    }

    /** Removes a field found at {@code at}; a hash left without any is the caller's to remove. */
    void remove(int slot, int bucket, long at) {
        drop(slot, bucket, at);
        if (count(slot) > 0) {
            tighten(slot, bucket);
            mergeWhereEmpty(slot);
        }
    }

    private void tighten(int slot, int bucket) {
        int used = used(slot, bucket);
        if (capacity(slot, bucket) - used > Math.max(64, used / 4)) {
            int block = regionBlock(slot, bucket);
            if (isLarge(slot)) {
                blocks.shrink(block, PART_HEAD + used + used / 16);
            } else {
                int total = (int) (start(slot, 0) - Blocks.offset(block)) + used;
                blocks.shrink(block, total);
                records.fill(block, total);
            }
        }
    }

    private void splitWhereFull(int slot) {
        if (!isLarge(slot)) {
            return;
        }
        long buckets = shard.parts.count(slot);
        if (count(slot) > buckets * FIELDS_PER_BUCKET || totalBytes(slot) > buckets * BYTES_PER_BUCKET) {
            try {
                split(slot, (int) buckets);
            } catch (OutOfRoomException ignored) {
                // buckets are fuller than they should be until there is room
            }
        }
    }

    private void split(int slot, int added) {
        int source = added - Integer.highestOneBit(added);
        int bytes = collect(slot, source, added);
        long total = totalBytes(slot);
        int block = shard.parts.add(slot, BUCKET, bytes + bytes / 16);
        Raw.copy(moving, 0, blocks.memory(block), Blocks.offset(block) + PART_HEAD, bytes);
        records.used(block, bytes);
        keep(slot, source, added);
        Raw.put64(memory(slot), value(slot) + BYTES, total);
        tighten(slot, source);
    }

    private void makeMoving() {
        if (moving.byteSize() == 0) {
            moving = MemorySegment.ofArray(new byte[Blocks.MAX_BYTES]);
        }
    }

    private boolean belongs(MemorySegment memory, long at, int added) {
        long hash = shard.sip.hash(memory, Fields.nameAt(memory, at), Fields.nameLength(memory, at), SALT);
        return address(hash, added + 1) == added;
    }

    /** Copies the fields that belong to a new bucket; returns how many bytes. */
    private int collect(int slot, int source, int added) {
        makeMoving();
        MemorySegment memory = region(slot, source);
        long at = start(slot, source);
        long end = at + used(slot, source);
        int bytes = 0;
        while (at < end) {
            long next = Fields.next(memory, at);
            if (belongs(memory, at, added)) {
                Raw.copy(memory, at, moving, bytes, next - at);
                bytes += (int) (next - at);
            }
            at = next;
        }
        return bytes;
    }

    /** Closes the gaps of the fields that went to the new bucket. */
    private void keep(int slot, int source, int added) {
        MemorySegment memory = region(slot, source);
        long start = start(slot, source);
        long end = start + used(slot, source);
        long to = start;
        for (long at = start; at < end; ) {
            long next = Fields.next(memory, at);
            if (!belongs(memory, at, added)) {
                Raw.copy(memory, at, memory, to, next - at);
                to += next - at;
            }
            at = next;
        }
        records.used(shard.parts.place(slot, source), (int) (to - start));
    }

    private void mergeWhereEmpty(int slot) {
        if (!isLarge(slot)) {
            return;
        }
        int last = shard.parts.count(slot) - 1;
        if (last == 0
                || count(slot) >= (long) (last + 1) * MERGE_BELOW
                || totalBytes(slot) > (long) last * BYTES_PER_BUCKET / 2) {
            return;
        }
        int target = last - Integer.highestOneBit(last);
        int bytes = used(slot, last);
        int kept = used(slot, target);
        try {
            makeRoom(slot, target, kept + bytes);
        } catch (OutOfRoomException ignored) {
            return; // one bucket more than there should be
        }
        Raw.copy(region(slot, last), start(slot, last), region(slot, target), start(slot, target) + kept, bytes);
        records.used(shard.parts.place(slot, target), kept + bytes);
        shard.parts.removeLast(slot);
        if (expires(slot)) {
            Raw.put64(memory(slot), value(slot) + NEXT_EXPIRY, 0);
        }
    }

    // Time.

    /** When a field is due to be looked at, or {@link Entry#NEVER}. */
    long nextExpiry(int slot) {
        if (!expires(slot)) {
            return Entry.NEVER;
        }
        if (isLarge(slot)) {
            return Raw.i32(memory(slot), value(slot) + SWEEP) > 0
                    ? 0
                    : Raw.i64(memory(slot), value(slot) + NEXT_EXPIRY);
        }
        return earliest(slot, 0);
    }

    private long earliest(int slot, int bucket) {
        MemorySegment memory = region(slot, bucket);
        long end = start(slot, bucket) + used(slot, bucket);
        long earliest = Entry.NEVER;
        for (long at = start(slot, bucket); at < end; at = Fields.next(memory, at)) {
            earliest = Math.min(earliest, Fields.expiresAt(memory, at));
        }
        return earliest;
    }

    /** Removes fields whose time is over, from so many buckets; a hash left without any is the caller's to remove. */
    void purge(int slot, long now, int maxBuckets) {
        if (!isLarge(slot)) {
            purgeBucket(slot, 0, now);
            return;
        }
        int bucket = Raw.i32(memory(slot), value(slot) + SWEEP);
        if (bucket == 0) {
            Raw.put64(memory(slot), value(slot) + NEXT_EXPIRY, Entry.NEVER);
        }
        int end = Math.min(buckets(slot), bucket + maxBuckets);
        for (; bucket < end && count(slot) > 0; bucket++) {
            purgeBucket(slot, bucket, now);
            long next = Math.min(earliest(slot, bucket), Raw.i64(memory(slot), value(slot) + NEXT_EXPIRY));
            Raw.put64(memory(slot), value(slot) + NEXT_EXPIRY, next);
        }
        Raw.put32(memory(slot), value(slot) + SWEEP, bucket >= buckets(slot) ? 0 : bucket);
    }

    private void purgeBucket(int slot, int bucket, long now) {
        long at = start(slot, bucket);
        while (at < start(slot, bucket) + used(slot, bucket)) {
            if (Fields.expiresAt(region(slot, bucket), at) <= now) {
                drop(slot, bucket, at);
            } else {
                at = Fields.next(region(slot, bucket), at);
            }
        }
        if (count(slot) > 0) {
            tighten(slot, bucket);
        }
    }

    // Walking.

    /** Bits of a cursor: it names a position among the hashes, their bits in reverse, so that splits do not disturb it. */
    private static final int CURSOR_BITS = 48;

    /** The bucket at a cursor. */
    int bucketAt(int slot, long cursor) {
        return isLarge(slot) ? address(Long.reverse(cursor << (64 - CURSOR_BITS)), buckets(slot)) : 0;
    }

    /** The cursor after a bucket; 0 after the last one. */
    long after(int slot, int bucket) {
        if (!isLarge(slot)) {
            return 0;
        }
        int buckets = buckets(slot);
        int level = Integer.highestOneBit(buckets);
        boolean isSplit = bucket < buckets - level || bucket >= level;
        int bits = Integer.numberOfTrailingZeros(level) + (isSplit ? 1 : 0);
        long start = Long.reverse(bucket) >>> (64 - CURSOR_BITS);
        return bits == 0 ? 0 : (start + (1L << (CURSOR_BITS - bits))) & ((1L << CURSOR_BITS) - 1);
    }

    /** Forgets the fields of a region from an offset on; the hash is about to go. */
    void cutOff(int slot, int bucket, int bytes) {
        int block = regionBlock(slot, bucket);
        if (isLarge(slot)) {
            records.used(block, bytes);
        } else {
            Raw.put16(blocks.memory(block), records.valueOffset(block) + 2, bytes);
        }
    }

    /** Whether a packed hash has values elsewhere. */
    boolean hasHidden(int slot) {
        MemorySegment memory = region(slot, 0);
        long end = start(slot, 0) + used(slot, 0);
        boolean found = false;
        for (long at = start(slot, 0); at < end && !found; at = Fields.next(memory, at)) {
            found = Fields.hiddenSlot(memory, at) >= 0;
        }
        return found;
    }

    /** Frees what fields of a bucket have elsewhere. */
    void disposeHidden(int slot, int bucket) {
        MemorySegment memory = region(slot, bucket);
        long end = start(slot, bucket) + used(slot, bucket);
        for (long at = start(slot, bucket); at < end; at = Fields.next(memory, at)) {
            int hidden = Fields.hiddenSlot(memory, at);
            if (hidden >= 0) {
                shard.dispose(hidden);
            }
        }
    }

    void checkInvariants(int slot) {
        int fields = 0;
        long bytes = 0;
        for (int bucket = 0; bucket < buckets(slot); bucket++) {
            MemorySegment memory = region(slot, bucket);
            long end = start(slot, bucket) + used(slot, bucket);
            long at = start(slot, bucket);
            Slice name = new Slice();
            for (; at < end; at = Fields.next(memory, at)) {
                name.set(memory, Fields.nameAt(memory, at), Fields.nameLength(memory, at));
                Shard.check(bucket(slot, name) == bucket, "a field is in another bucket", bucket);
                Shard.check(expires(slot) || !Fields.expires(memory, at), "a field expires unnoticed", slot);
                fields++;
            }
            Shard.check(at == end, "fields end beyond their bucket", bucket);
            Shard.check(used(slot, bucket) <= capacity(slot, bucket), "fields exceed their block", bucket);
            bytes += used(slot, bucket);
        }
        Shard.check(fields == count(slot), "fields differ from their count", fields);
        Shard.check(!isLarge(slot) || bytes == totalBytes(slot), "fields' bytes differ from the account", slot);
        Shard.check(fields > 0, "a hash has no fields", slot);
    }
}
