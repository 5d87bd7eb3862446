package dev.larder.server.store;

import dev.larder.server.memory.Pages;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * From hashes to slots: a table of buckets of one cache line each.
 *
 * <pre>{@code
 *  ┌ 15 tags, a byte each; 0 for an empty place ┐ passed 1 ┐ 15 slots, 3 bytes each ┐ 3 unused ┐
 * }</pre>
 *
 * An entry is in the bucket that its hash names or, where that is full, in the next one with a place. Each bucket counts
 * how many entries <em>passed</em> it that way, so a search ends at the first bucket that nobody passed, and what leaves
 * leaves no mark (after Facebook's F14). At 255 the count stays for good.
 *
 * <p>The number of buckets is any number, so that a table grows by a quarter and not to its double. Growing takes small
 * steps: of two tables, slots below {@link #moved} are in the new one, the others in the old one, and every insertion
 * moves {@value #MOVE} more. The slot table knows each slot's hash, so no key is read for it.
 *
 * <p>Not thread-safe: guarded by its shard's lock.
 */
final class SlotIndex {
    static final int NONE = -1;
    private static final int WAYS = 15;
    private static final int PASSED = 15;
    private static final int SLOTS = 16;
    private static final int LINE = 64;
    private static final int PAGE_BUCKETS = Pages.PAGE_BYTES / LINE;
    private static final int MOVE = 32;
    private static final int FULL_PERCENT = 86;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long NO_COUNT = 0x00FFFFFFFFFFFFFFL;

    /** Says whether what is looked for is at a place, that of a slot with its hash. */
    interface Match {
        boolean isAt(int place);
    }

    private final Pages source;
    private final SlotTable slots;
    private PagedArray table;
    private int buckets;
    private PagedArray old;
    private int oldBuckets;
    private int moved;
    private int size;

    SlotIndex(Pages source, SlotTable slots) {
        this.source = source;
        this.slots = slots;
        this.table = new PagedArray(source);
        this.old = new PagedArray(source);
    }

    long bytes() {
        return table.bytes() + old.bytes();
    }

    int size() {
        return size;
    }

    private boolean isGrowing() {
        return oldBuckets > 0;
    }

    /** The slot of a hash that matches, or {@link #NONE}. */
    int find(int hash, Match match) {
        int slot = buckets == 0 ? NONE : find(table, buckets, hash, match);
        return slot == NONE && isGrowing() ? find(old, oldBuckets, hash, match) : slot;
    }

    private int find(PagedArray in, int count, int hash, Match match) {
        long tags = tag(hash) * ONES;
        int bucket = home(hash, count);
        for (int tries = 0; tries < count; tries++) {
            MemorySegment page = in.page(bucket / PAGE_BUCKETS);
            long line = (long) (bucket % PAGE_BUCKETS) * LINE;
            long high = Raw.i64(page, line + 8);
            long hits = zeros(Raw.i64(page, line) ^ tags);
            for (int half = 0; half < 2; half++) {
                while (hits != 0) {
                    int way = half * 8 + (Long.numberOfTrailingZeros(hits) >>> 3);
                    if (way < WAYS) {
                        int slot = slotAt(page, line, way);
                        long word = slots.word(slot);
                        if ((int) (word >>> 32) == hash && match.isAt((int) word)) {
                            return slot;
                        }
                    }
                    hits &= hits - 1;
                }
                hits = zeros(high ^ tags);
            }
            if (high >>> 56 == 0) {
                return NONE;
            }
            bucket = bucket + 1 == count ? 0 : bucket + 1;
        }
        return NONE;
    }

    private static int slotAt(MemorySegment page, long line, int way) {
        return Raw.i32(page, line + SLOTS + way * 3L) & 0xFFFFFF;
    }

    /** A high bit for each byte that is zero, and perhaps for one above it. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGH;
    }

    private static int tag(int hash) {
        int low = hash & 0xFF;
        return low == 0 ? 1 : low;
    }

    private static int home(int hash, int count) {
        return (int) ((Integer.toUnsignedLong(hash) * count) >>> 32);
    }

    /** Whether one more has a place; makes it, if there is memory. To be asked before each {@link #add}. */
    boolean hasRoom() {
        if (isGrowing()) {
            moveSome();
        }
        long ways = (long) buckets * WAYS;
        if (!isGrowing() && size * 100L >= ways * FULL_PERCENT) {
            growTo(table.pages() + Math.max(1, table.pages() / 4));
        }
        return size * 100L < (long) buckets * WAYS * 97 && (buckets > 0);
    }

    /** Grows at once as far as so many entries more need, if there is memory, and no further than to so many bytes. */
    void reserve(long more, long mostBytes) {
        long most = mostBytes / LINE * WAYS;
        long ways = (size + Math.min(more, most)) * 100 / FULL_PERCENT + 1;
        long pages = Math.min(ways / (WAYS * PAGE_BUCKETS) + 1, mostBytes / Pages.PAGE_BYTES);
        if (!isGrowing() && pages > table.pages()) {
            growTo((int) pages);
        }
    }

    private void growTo(int pages) {
        PagedArray larger = new PagedArray(source);
        while (larger.pages() < pages) {
            if (!larger.addPage()) {
                larger.clear();
                return;
            }
        }
        old = table;
        oldBuckets = buckets;
        table = larger;
        buckets = pages * PAGE_BUCKETS;
        moved = 0;
        if (oldBuckets > 0) {
            moveSome();
        }
    }

    private void moveSome() {
        int end = Math.min(slots.limit(), moved + MOVE);
        for (; moved < end; moved++) {
            if (slots.place(moved) != 0) {
                int hash = slots.hashAt(moved);
                if (remove(old, oldBuckets, hash, moved)) {
                    insert(table, buckets, hash, moved);
                }
            }
        }
        if (moved >= slots.limit()) {
            old.clear();
            oldBuckets = 0;
        }
    }

    /** Adds a slot that is not here; {@link #hasRoom} was just answered with yes. */
    void add(int hash, int slot) {
        insert(table, buckets, hash, slot);
        size++;
    }

    private static void insert(PagedArray in, int count, int hash, int slot) {
        int bucket = home(hash, count);
        while (true) {
            MemorySegment page = in.page(bucket / PAGE_BUCKETS);
            long line = (long) (bucket % PAGE_BUCKETS) * LINE;
            int way = freeWay(page, line);
            if (way < WAYS) {
                Raw.put8(page, line + way, tag(hash));
                Raw.put24(page, line + SLOTS + way * 3L, slot);
                return;
            }
            int passed = Raw.u8(page, line + PASSED);
            Raw.put8(page, line + PASSED, Math.min(255, passed + 1));
            bucket = bucket + 1 == count ? 0 : bucket + 1;
        }
    }

    private static int freeWay(MemorySegment page, long line) {
        long low = zeros(Raw.i64(page, line));
        if (low != 0) {
            return Long.numberOfTrailingZeros(low) >>> 3;
        }
        long high = zeros(Raw.i64(page, line + 8) | ~NO_COUNT);
        return 8 + (high == 0 ? WAYS : Long.numberOfTrailingZeros(high) >>> 3);
    }

    /** Removes a slot that is here. */
    void remove(int hash, int slot) {
        boolean found = remove(table, buckets, hash, slot);
        if (!found && isGrowing()) {
            found = remove(old, oldBuckets, hash, slot);
        }
        if (!found) {
            throw new IllegalStateException("slot " + slot + " is not in the index");
        }
        size--;
    }

    private static boolean remove(PagedArray in, int count, int hash, int slot) {
        int tag = tag(hash);
        int home = home(hash, count);
        int bucket = home;
        for (int tries = 0; tries < count; tries++) {
            MemorySegment page = in.page(bucket / PAGE_BUCKETS);
            long line = (long) (bucket % PAGE_BUCKETS) * LINE;
            int way = wayOf(page, line, tag, slot);
            if (way < WAYS) {
                Raw.put8(page, line + way, 0);
                unpass(in, count, home, bucket);
                return true;
            }
            if (Raw.u8(page, line + PASSED) == 0) {
                return false;
            }
            bucket = bucket + 1 == count ? 0 : bucket + 1;
        }
        return false;
    }

    /** The place of a slot in a bucket; {@link #WAYS} or more where it is not there. */
    private static int wayOf(MemorySegment page, long line, int tag, int slot) {
        long tags = tag * ONES;
        for (int half = 0; half < 2; half++) {
            for (long hits = zeros(Raw.i64(page, line + half * 8L) ^ tags); hits != 0; hits &= hits - 1) {
                int way = half * 8 + (Long.numberOfTrailingZeros(hits) >>> 3);
                if (way < WAYS && Raw.u8(page, line + way) == tag && slotAt(page, line, way) == slot) {
                    return way;
                }
            }
        }
        return WAYS;
    }

    private static void unpass(PagedArray in, int count, int home, int found) {
        for (int bucket = home; bucket != found; bucket = bucket + 1 == count ? 0 : bucket + 1) {
            MemorySegment page = in.page(bucket / PAGE_BUCKETS);
            long at = (long) (bucket % PAGE_BUCKETS) * LINE + PASSED;
            int passed = Raw.u8(page, at);
            if (passed < 255) {
                Raw.put8(page, at, passed - 1);
            }
        }
    }

    void clear() {
        table.clear();
        old.clear();
        buckets = 0;
        oldBuckets = 0;
        moved = 0;
        size = 0;
    }

    /** Entries in both tables, counted; for tests. */
    int count() {
        return count(table, buckets) + count(old, oldBuckets);
    }

    private static int count(PagedArray in, int count) {
        int found = 0;
        for (int bucket = 0; bucket < count; bucket++) {
            MemorySegment page = in.page(bucket / PAGE_BUCKETS);
            for (int way = 0; way < WAYS; way++) {
                found += Raw.u8(page, (long) (bucket % PAGE_BUCKETS) * LINE + way) == 0 ? 0 : 1;
            }
        }
        return found;
    }
}
