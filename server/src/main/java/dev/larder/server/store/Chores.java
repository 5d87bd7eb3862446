package dev.larder.server.store;

import dev.larder.expiry.TimingWheel;
import dev.larder.server.memory.Blocks;
import dev.larder.time.Ticker;
import java.util.Arrays;

/**
 * What a shard does in small steps besides its callers' work: removes what expired, what was flushed, and the parts of
 * large entries that are gone. Each step is bounded, and whoever needs room takes some. Guarded by the shard's lock.
 */
final class Chores implements TimingWheel.Visitor {
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int PURGE_BUCKETS = 64;

    private final Shard shard;
    private final Slice key = new Slice();
    private final long baseMillis;
    private long nowMillis;
    private int removed;

    /** Slots of large entries that are gone but for their parts. */
    private int[] corpses = new int[4];

    private int corpseCount;
    private long sweeping;
    private int sweepAt;

    Chores(Shard shard) {
        this.shard = shard;
        this.baseMillis = shard.shared.clock().millis();
    }

    /** A time of day as the wheel and policies count it; negative for one before the store's beginning. */
    long nanos(long millis) {
        if (millis == Entry.NEVER) {
            return Ticker.NEVER;
        }
        long since = Math.max(-Ticker.NEVER / NANOS_PER_MILLI, millis - baseMillis);
        return since >= Ticker.NEVER / NANOS_PER_MILLI ? Ticker.NEVER - 1 : since * NANOS_PER_MILLI;
    }

    // What expired.

    /** Looks at no more than so many blocks of slots; returns how many entries left. */
    int expire(int maxBlocks) {
        removed = 0;
        nowMillis = shard.shared.clock().millis();
        shard.leavers.advance(nanos(nowMillis), maxBlocks, this);
        return removed;
    }

    @Override
    public long visit(int firstSlot, int endSlot) {
        long next = Entry.NEVER;
        int end = Math.min(endSlot, shard.slots.limit());
        for (int slot = firstSlot; slot < end; slot++) {
            if (shard.isKey(slot)) {
                next = Math.min(next, visit(slot));
            }
        }
        return nanos(next);
    }

    /** Has an entry looked at soon, for its fields may expire. */
    void wake(int slot) {
        int kind = shard.blocks.kind(shard.slots.place(slot));
        if (Records.type(kind) == ValueType.HASH && shard.hashes.expires(slot)) {
            shard.leavers.schedule(slot, nanos(shard.hashes.nextExpiry(slot)));
        }
    }

    private long visit(int slot) {
        int place = shard.slots.place(slot);
        long expiresAt = shard.records.expiresAt(place);
        boolean isHash = Records.type(shard.blocks.kind(place)) == ValueType.HASH;
        if (shard.isOpen(slot)) {
            return isHash ? Math.min(expiresAt, shard.hashes.nextExpiry(slot)) : expiresAt;
        }
        if (expiresAt <= nowMillis) {
            expired(slot);
            removed++;
            return Entry.NEVER;
        }
        if (!isHash || !shard.hashes.expires(slot)) {
            return expiresAt;
        }
        if (shard.hashes.nextExpiry(slot) <= nowMillis) {
            int before = shard.hashes.count(slot);
            shard.hashes.purge(slot, nowMillis, PURGE_BUCKETS);
            int left = shard.hashes.count(slot);
            if (left < before) {
                tellOfFields(slot, left == 0);
            }
            if (left == 0) {
                shard.remove(slot, false);
                removed++;
                return Entry.NEVER;
            }
        }
        return Math.min(expiresAt, shard.hashes.nextExpiry(slot));
    }

    private void tellOfFields(int slot, boolean isEmpty) {
        int at = shard.slots.place(slot);
        int number = shard.shared.databases().number(shard.records.database(at));
        if (number != Databases.NONE) {
            shard.shared.listener().fieldsExpired(number, shard.records.key(at, key), isEmpty);
        }
    }

    /** Removes an entry whose time is over. */
    void expired(int slot) {
        int place = shard.slots.place(slot);
        int number = shard.shared.databases().number(shard.records.database(place));
        if (number != Databases.NONE) {
            shard.census.expired++;
            shard.shared.listener().expired(number, shard.records.key(place, key));
        }
        shard.remove(slot, false);
    }

    // What was flushed.

    /** Looks at so many slots for flushed entries; says whether there was something to do. */
    boolean sweep(int maxSlots) {
        long flushed = shard.shared.databases().flushed() & ~shard.census.empty();
        if (flushed == 0) {
            return false;
        }
        if (flushed != sweeping || sweepAt >= shard.slots.limit()) {
            sweeping = flushed;
            sweepAt = 0;
        }
        int end = Math.min(shard.slots.limit(), sweepAt + maxSlots);
        for (; sweepAt < end; sweepAt++) {
            if (shard.isKey(sweepAt) && isFlushed(sweepAt)) {
                shard.remove(sweepAt, false);
            }
        }
        return true;
    }

    private boolean isFlushed(int slot) {
        return shard.shared.databases().isFlushed(shard.records.database(shard.slots.place(slot)));
    }

    // What is gone but for its parts.

    void add(int slot) {
        if (corpseCount == corpses.length) {
            corpses = Arrays.copyOf(corpses, corpseCount * 2);
        }
        corpses[corpseCount++] = slot;
    }

    int corpseAt(int place) {
        for (int i = 0; i < corpseCount; i++) {
            if (shard.slots.place(corpses[i]) == place) {
                return corpses[i];
            }
        }
        throw new IllegalStateException("what is being freed is nowhere listed");
    }

    /** Frees so many parts; says whether there was one. */
    boolean bury(int maxParts) {
        return bury(maxParts, 0);
    }

    /** The same, of those that were added when there were {@code floor}. */
    boolean bury(int maxParts, int floor) {
        if (corpseCount <= floor) {
            return false;
        }
        for (int done = 0; done < maxParts && corpseCount > floor; done++) {
            int slot = corpses[corpseCount - 1];
            int count = shard.parts.count(slot);
            if (count == 0) {
                corpseCount--;
                shard.parts.freeDirectories(slot);
                shard.blocks.free(shard.slots.place(slot));
                shard.slots.release(slot);
            } else {
                int kind = shard.blocks.kind(shard.slots.place(slot)); // hidden values may go on top of this one
                if (kind == Records.LARGE_HASH) {
                    shard.hashes.disposeHidden(slot, count - 1);
                } else if (kind == Records.LARGE_LIST) {
                    shard.lists.disposeHidden(slot, count - 1);
                }
                shard.parts.removeLast(slot);
            }
        }
        return true;
    }

    int corpses() {
        return corpseCount;
    }

    void clear() {
        corpseCount = 0;
        sweepAt = 0;
        sweeping = 0;
    }

    /** How many blocks belong to what is gone; for tests. */
    int checkInvariants() {
        int found = 0;
        for (int i = 0; i < corpseCount; i++) {
            int place = shard.slots.place(corpses[i]);
            Shard.check(place != Blocks.NONE, "a corpse has no record", corpses[i]);
            found += 1 + shard.parts.checkInvariants(corpses[i]);
        }
        return found;
    }
}
