package dev.larder.server.store;

import dev.larder.policy.Policy;
import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Pages;
import dev.larder.server.memory.Raw;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One part of a store: the entries whose keys hash to it, their blocks, and who of them leaves.
 *
 * <pre>{@code
 *  hash ─▶ SlotIndex ─▶ slot ─▶ SlotTable ─▶ place ─▶ Blocks: record ─▶ parts
 *                         │
 *                         └─▶ Leavers: policy and timing wheel
 * }</pre>
 *
 * Blocks may move whenever one is allocated, and other entries may leave then; slots stay. So code that allocates asks for
 * places again afterwards. An {@link #open} entry does not leave by itself.
 *
 * <p>Guarded by {@link #lock}, all of it.
 */
final class Shard implements SlotIndex.Match {
    private static final int BURY_STEP = 64;
    private static final int SWEEP_STEP = 64;
    private static final int EXPIRE_STEP = 4;
    private static final int MOST_SPARED = 8;
    private static final int SMALL_CORPSE = 64;
    private static final int MOST_GIVEN_UP = 256;
    private static final int VERSIONS_A_MILLI_BITS = 12;

    final ReentrantLock lock = new ReentrantLock();
    final Shared shared;
    final SipHash sip;
    final Blocks blocks;
    final Records records;
    final SlotTable slots;
    final SlotIndex index;
    final Leavers leavers;
    final Parts parts;
    final Strings strings;
    final Hashes hashes;
    final Trees trees;
    final SortedSets sortedSets;
    final Lists lists;
    final Streams streams;
    final Hidden hidden;
    final Census census = new Census();
    final Chores chores;

    private final Traits spare = new Traits();
    private final Slice spareKey = new Slice();
    private final SlotIndex.Match placeMatch;

    private Slice wantedKey = spareKey;
    private int wantedKeyspace;
    private int wantedPlace;
    /** A slot that has a record, and is not in the index yet. */
    private int building = SlotTable.NONE;

    private Entry[] open = new Entry[2];
    private int openCount;
    /** Begins above what an earlier process gave, whose numbers clients may still have. */
    private long versions;

    /** What happened to keys since a loading began; null where none is on. */
    private @Nullable Marks marks;

    /** Nobody is to be evicted for what is allocated now. */
    boolean sparing;

    final Trace trace = new Trace();
    final Leases leases;

    final Appearances appearances = new Appearances(this);

    Shard(Shared shared, int shards) {
        this.shared = shared;
        this.leases = new Leases(shards);
        this.versions = shared.clock().millis() << VERSIONS_A_MILLI_BITS;
        this.sip = shared.sip();
        this.blocks = new Blocks(shared.pages());
        this.records = new Records(blocks);
        this.slots = new SlotTable(shared.pages());
        this.index = new SlotIndex(shared.pages(), slots);
        this.leavers = new Leavers(shared.pages(), slots);
        this.parts = new Parts(this);
        this.strings = new Strings(this);
        this.hashes = new Hashes(this);
        this.trees = new Trees(this);
        this.sortedSets = new SortedSets(this);
        this.lists = new Lists(this);
        this.streams = new Streams(this);
        this.hidden = new Hidden(this);
        this.chores = new Chores(this);
        this.placeMatch = place -> place == wantedPlace;
    }

    // Finding.

    static int hashIn(int keyspace, long hash) {
        return (int) hash ^ (keyspace + 1) * 0x85EBCA6B;
    }

    /** The slot of a key, or {@link SlotTable#NONE}. */
    int find(int keyspace, Slice key, long hash) {
        wantedKeyspace = keyspace;
        wantedKey = key;
        return index.find(hashIn(keyspace, hash), this);
    }

    @Override
    public boolean isAt(int place) {
        return place != Blocks.NONE && records.isKey(place, wantedKeyspace, wantedKey);
    }

    /** Whether its time is over, or one of its tags was invalidated. */
    boolean isExpired(int slot) {
        int place = slots.place(slot);
        return records.mayBeGone(place)
                && (records.expiresAt(place) <= shared.clock().millis() || records.isVoid(place, shared.tags()));
    }

    // Open entries.

    void opened(Entry entry) {
        if (openCount == open.length) {
            open = Arrays.copyOf(open, openCount * 2);
        }
        open[openCount++] = entry;
    }

    void closed(Entry entry) {
        int at = --openCount;
        if (open[at] == entry) {
            return; // the only one, as a rule
        }
        while (open[at] != entry) {
            at--;
        }
        System.arraycopy(open, at + 1, open, at, openCount - at);
    }

    boolean isOpen(int slot) {
        for (int i = 0; i < openCount; i++) {
            if (open[i].slot() == slot) {
                return true;
            }
        }
        return slot == building;
    }

    // Room.

    /** A block of at least so many bytes. Others may leave for it; where there is no room it throws. */
    int allocate(int bytes) {
        int place = blocks.allocate(bytes);
        while (place == Blocks.NONE) {
            makeRoom(bytes);
            place = blocks.allocate(bytes);
        }
        return place;
    }

    private void makeRoom(int bytes) {
        boolean made = chores.bury(BURY_STEP)
                || chores.sweep(SWEEP_STEP)
                || chores.expire(EXPIRE_STEP) > 0
                || compactFor(bytes)
                || (!sparing && evict());
        if (!made) {
            throw new OutOfRoomException("the store is full: " + shared.pages().bytes() + " of "
                    + shared.pages().maxBytes() + " bytes are allocated, and no entry may leave");
        }
    }

    private boolean evict() {
        return (isSmall() && shared.neighbours().makeRoom(this))
                || evictOne()
                || shared.neighbours().makeRoom(this);
    }

    private boolean compactFor(int bytes) {
        return blocks.freeBytes() >= bytes + (long) Pages.PAGE_BYTES && blocks.mayEvacuate() && compact();
    }

    /** Has little to evict, so that others should. */
    private boolean isSmall() {
        return blocks.heldBytes() <= 2 * Pages.PAGE_BYTES;
    }

    boolean compact() {
        return blocks.evacuate(this::moved);
    }

    /** Has an entry leave, by the policy; false where none may. */
    boolean evictOne() {
        for (int tries = 0; tries < MOST_SPARED; tries++) {
            int slot = leavers.victim();
            if (slot == Policy.NONE) {
                return false;
            }
            if (!isOpen(slot)) {
                int place = slots.place(slot);
                int number = shared.databases().number(records.database(place));
                if (number != Databases.NONE) {
                    census.evicted++;
                    shared.listener().evicted(number, records.key(place, spareKey));
                }
                remove(slot, true);
                return true;
            }
            long deadline = deadline(slot);
            leavers.removed(slot, false);
            leavers.added(slot, deadline);
        }
        return false;
    }

    // Blocks that move.

    private void moved(int from, int to) {
        if (!Records.isRecord(blocks.kind(to))) {
            parts.moved(to);
            return;
        }
        slots.place(slotOf(from, to), to);
    }

    private int slotOf(int from, int to) {
        if (building != SlotTable.NONE && slots.place(building) == from) {
            return building;
        }
        int keyspace = records.database(to);
        if (keyspace == Records.HIDDEN) {
            return Raw.u24(blocks.memory(to), records.keyOffset(to));
        }
        if (keyspace == Records.DEAD) {
            return chores.corpseAt(from);
        }
        records.key(to, spareKey);
        wantedPlace = from;
        int slot = index.find(hashIn(keyspace, hash(spareKey)), placeMatch);
        check(slot != SlotTable.NONE, "a record is in no index", to);
        return slot;
    }

    long hash(Slice key) {
        return sip.hash(key, 0);
    }

    // Records.

    /** A slot for a new entry. Where there is no room it throws. */
    int newSlot(int hash) {
        while (true) {
            while (!leavers.hasRoomFor(slots.next()) || !index.hasRoom()) {
                makeRoom(0);
            }
            int slot = slots.take(hash);
            if (slot != SlotTable.NONE) {
                return slot;
            }
            makeRoom(0);
        }
    }

    /** A place for a slot's short record of so many bytes; the old one's content is lost. */
    int recordFor(int slot, int bytes) {
        int old = slots.place(slot);
        if (old != Blocks.NONE && blocks.stretch(old, bytes)) {
            return old;
        }
        int place = allocate(bytes);
        old = slots.place(slot);
        slots.place(slot, place);
        if (old != Blocks.NONE) {
            blocks.free(old);
        }
        return place;
    }

    /** Makes a record's block at least so many bytes, and keeps what is in it. */
    void resize(int slot, int bytes) {
        int place = slots.place(slot);
        if (blocks.bytes(place) - blocks.pad(place) >= bytes) {
            return;
        }
        if (!blocks.stretch(place, bytes)) {
            int larger = allocate(bytes);
            place = slots.place(slot);
            blocks.copy(place, larger, blocks.bytes(place));
            blocks.free(place);
            slots.place(slot, larger);
        }
        records.fill(slots.place(slot), bytes);
    }

    /** Writes a record anew with other traits, and the same key and value. */
    void rewrite(int slot, Traits traits) {
        int old = slots.place(slot);
        int before = Records.bytesBefore(records.keyLength(old), traits);
        int content = records.valueBytes(old);
        int total = before + content;
        int place = allocate(total);
        old = slots.place(slot);
        int kind = blocks.kind(old);
        long at = records.write(place, kind, records.key(old, spareKey), traits);
        Raw.copy(blocks.memory(old), records.valueOffset(old), blocks.memory(place), at, content);
        records.fill(place, total);
        slots.place(slot, place);
        blocks.free(old);
    }

    Traits traits(int slot) {
        return records.traits(slots.place(slot), spare);
    }

    void building(int slot) {
        building = slot;
    }

    /** A new entry is whole: others may find it, and it may leave. */
    void publish(int slot) {
        building = SlotTable.NONE;
        int place = slots.place(slot);
        index.add(slots.hashAt(slot), slot);
        leases.end(slots.hashAt(slot));
        census.add(records.database(place), records.hasExpiry(place));
        leavers.added(slot, deadline(slot));
    }

    /** What was built in a slot did not become whole. */
    void abandon(int slot) {
        building = SlotTable.NONE;
        drop(slot);
    }

    /** Frees a slot, whether it has a record or not. */
    void drop(int slot) {
        if (slots.place(slot) == Blocks.NONE) {
            slots.release(slot);
        } else {
            dispose(slot);
        }
    }

    long nextVersion() {
        return ++versions;
    }

    /** When time has something to do for an entry, by the ticker of policies and wheel. */
    long deadline(int slot) {
        return chores.nanos(records.expiresAt(slots.place(slot)));
    }

    void expiryChanged(int slot, boolean had) {
        int place = slots.place(slot);
        census.expiry(records.database(place), had, records.hasExpiry(place));
        leavers.updated(slot, deadline(slot));
    }

    /** Removes an entry. */
    void remove(int slot, boolean evicted) {
        int place = slots.place(slot);
        census.remove(records.database(place), records.hasExpiry(place));
        mark(slots.hashAt(slot));
        index.remove(slots.hashAt(slot), slot);
        leavers.removed(slot, evicted);
        trace.disturb(slot);
        for (int i = 0; i < openCount; i++) {
            open[i].gone(slot);
        }
        dispose(slot);
    }

    // Loading and saving.

    void marks(@Nullable Marks newMarks) {
        marks = newMarks;
    }

    long marksBytes() {
        return marks == null ? 0 : marks.bytes();
    }

    /** Something happened to a key of this hash. */
    void mark(int hash) {
        if (marks != null) {
            marks.add(hash);
        }
    }

    boolean isMarked(int hash) {
        return marks != null && marks.has(hash);
    }

    /** Has an entry be of another keyspace from now on; where there is no room it throws, and nothing has changed. */
    void rehome(int slot, int keyspace, long hash) {
        while (!index.hasRoom()) {
            makeRoom(0);
        }
        int place = slots.place(slot);
        boolean expires = records.hasExpiry(place);
        census.remove(records.database(place), expires);
        index.remove(slots.hashAt(slot), slot);
        leavers.removed(slot, false);
        records.database(place, keyspace);
        slots.hash(slot, hashIn(keyspace, hash));
        index.add(slots.hashAt(slot), slot);
        census.add(keyspace, expires);
        leavers.added(slot, deadline(slot));
        chores.wake(slot);
    }

    /** Frees what a slot holds, at once or, where it is much, bit by bit, and the slot. */
    void dispose(int slot) {
        int place = slots.place(slot);
        int kind = blocks.kind(place);
        if (kind == Records.LARGE_SORTED_SET && sortedSets.tree(slot) != SlotTable.NONE) {
            int tree = sortedSets.tree(slot);
            sortedSets.tree(slot, SlotTable.NONE);
            dispose(tree);
        }
        if (Records.hasParts(kind)) {
            records.database(place, Records.DEAD);
            int floor = chores.corpses();
            chores.add(slot);
            if (parts.count(slot) <= SMALL_CORPSE) {
                chores.bury(SMALL_CORPSE + 1, floor);
            }
            return;
        }
        if (kind == Records.HASH) {
            hashes.disposeHidden(slot, 0);
        }
        blocks.free(slots.place(slot));
        slots.release(slot);
    }

    /** Bytes that an entry takes, its share of tables included. */
    long usage(int slot) {
        int place = slots.place(slot);
        long bytes = blocks.bytes(place) + 14L;
        if (Records.hasParts(blocks.kind(place))) {
            bytes += parts.bytes(slot);
        }
        if (blocks.kind(place) == Records.LARGE_SORTED_SET) {
            bytes += usage(sortedSets.tree(slot));
        }
        return bytes;
    }

    void follow(@Nullable Policy policy, int bytesPerSlot) {
        leavers.follow(policy, bytesPerSlot);
        for (int slot = 0; policy != null && slot < slots.limit(); slot++) {
            if (isKey(slot)) {
                policy.onAdd(slot, slots.hashAt(slot), deadline(slot));
            }
        }
    }

    /** Whether a slot is a key's, and not something's that only the shard knows of. */
    boolean isKey(int slot) {
        int place = slots.place(slot);
        return place != Blocks.NONE && slot != building && records.database(place) < Databases.KEYSPACES;
    }

    /** Takes over what was built in another slot; what this one held is freed. */
    void exchange(int slot, int fresh) {
        building = SlotTable.NONE;
        leases.end(slots.hashAt(slot));
        trace.disturb(slot);
        int old = slots.place(slot);
        boolean had = records.hasExpiry(old);
        slots.place(slot, slots.place(fresh));
        slots.place(fresh, old);
        if (Records.hasParts(blocks.kind(slots.place(slot)))) {
            parts.hand(slot);
        }
        if (Records.hasParts(blocks.kind(old))) {
            parts.hand(fresh);
        }
        expiryChanged(slot, had);
        dispose(fresh);
    }

    /** Frees what it can for others: what is gone or due first, then entries by the policy. */
    boolean giveUp() {
        if (chores.bury(BURY_STEP) || chores.sweep(SWEEP_STEP) || chores.expire(EXPIRE_STEP) > 0 || compactFor(0)) {
            return true;
        }
        boolean evicted = false;
        for (int i = 0; i < MOST_GIVEN_UP && shared.pages().freeBytes() == 0; i++) {
            if (!evictOne()) {
                break;
            }
            evicted = true;
        }
        return evicted;
    }

    /** The same, for a bound that was lowered. */
    boolean giveUpForBound() {
        boolean evicted = false;
        for (int i = 0;
                i < MOST_GIVEN_UP && shared.pages().excess() > shared.pages().freeBytes();
                i++) {
            if (!(compactFor(0) || evictOne())) {
                break;
            }
            evicted = true;
        }
        return evicted;
    }

    /** Work that was put off, once nobody has an entry open. */
    void settle() {
        if (openCount == 0 && blocks.isFragmented()) {
            compact();
        }
    }

    /** Gives all memory back where nothing is left but what was flushed; says whether it did. */
    boolean resetWhereEmpty() {
        int left = census.total();
        for (int keyspace = 0; keyspace < Databases.KEYSPACES && left > 0; keyspace++) {
            left -= shared.databases().isFlushed(keyspace) ? census.keys[keyspace] : 0;
        }
        if (left > 0 || openCount > 0 || lock.getHoldCount() > 1 || slots.limit() == 0) {
            return false;
        }
        clear();
        return true;
    }

    /** Everything leaves at once. */
    void clear() {
        blocks.clear();
        slots.clear();
        index.clear();
        leavers.clear();
        chores.clear();
        census.clear();
    }

    static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
