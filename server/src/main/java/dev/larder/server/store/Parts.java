package dev.larder.server.store;

import static dev.larder.server.store.Records.DIRECTORY;
import static dev.larder.server.store.Records.PART_HEAD;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * What does not fit into one block: numbered parts of an entry, each a block, found through directories of places. So a
 * long string is never copied as a whole, and a large hash grows by one bucket at a time. A place for sorted sets and
 * lists, too: their nodes are parts with a number.
 *
 * <pre>{@code
 *  the record's value   ┌ parts 4 ┐ directories 2 ┐ stream 2 ┐ the kind's own … ┐ place of each directory 4 ┐
 *  directory            ┌ head of a part ┐ place 4 ┐ × up to 4,096
 * }</pre>
 *
 * A part knows its entry's slot and its number, so that it can move. Not thread-safe: guarded by its shard's lock.
 */
final class Parts {
    /** The fixed bytes before the directories' places: of a long string, and of a large hash. */
    static final int STRING_BASE = 12;

    static final int HASH_BASE = 32;
    /** The same of a {@linkplain Streams stream}. */
    static final int STREAM_BASE = 56;
    /** Where in a value it says that it is a stream, in two bytes. */
    static final int STREAM_MARK = 6;

    private static final int DIRECTORIES = 4;
    private static final int SHIFT = 12;
    private static final int PER_DIRECTORY = 1 << SHIFT;
    private static final int FIRST_PLACES = 8;

    private final Shard shard;
    private final Blocks blocks;
    private final Records records;

    Parts(Shard shard) {
        this.shard = shard;
        this.blocks = shard.blocks;
        this.records = shard.records;
    }

    private MemorySegment memory(int slot) {
        return blocks.memory(shard.slots.place(slot));
    }

    private long value(int slot) {
        return records.valueOffset(shard.slots.place(slot));
    }

    int count(int slot) {
        return Raw.i32(memory(slot), value(slot));
    }

    private void count(int slot, int count) {
        Raw.put32(memory(slot), value(slot), count);
    }

    private int directories(int slot) {
        return Raw.u16(memory(slot), value(slot) + DIRECTORIES);
    }

    private long directoryAt(int slot, int number) {
        return value(slot) + base(shard.slots.place(slot)) + 4L * number;
    }

    /** The fixed bytes of a record's value. */
    int base(int place) {
        int kind = blocks.kind(place);
        return kind == Records.LONG_STRING ? STRING_BASE : records.isStream(place) ? STREAM_BASE : HASH_BASE;
    }

    private int directory(int slot, int number) {
        return Raw.i32(memory(slot), directoryAt(slot, number));
    }

    /** The place of a part. */
    int place(int slot, int number) {
        int directory = directory(slot, number >>> SHIFT);
        return Raw.i32(blocks.memory(directory), placeAt(directory, number));
    }

    private static long placeAt(int directory, int number) {
        return Blocks.offset(directory) + PART_HEAD + 4L * (number & (PER_DIRECTORY - 1));
    }

    private void place(int slot, int number, int place) {
        int directory = directory(slot, number >>> SHIFT);
        Raw.put32(blocks.memory(directory), placeAt(directory, number), place);
    }

    /** A part or directory moved. */
    void moved(int to) {
        int slot = records.owner(to);
        if (blocks.kind(to) == DIRECTORY) {
            Raw.put32(memory(slot), directoryAt(slot, records.number(to)), to);
        } else {
            place(slot, records.number(to), to);
        }
    }

    /** Adds a part; returns its place. Where there is no room it throws, and there is none more. */
    int add(int slot, int kind, int bytes) {
        int number = count(slot);
        makeDirectory(slot, number);
        int place = shard.allocate(PART_HEAD + bytes);
        claim(place, kind, slot, number);
        place(slot, number, place);
        count(slot, number + 1);
        return place;
    }

    private void claim(int place, int kind, int slot, int number) {
        blocks.mark(place, kind, 0);
        records.owner(place, slot);
        records.used(place, 0);
        records.number(place, number);
    }

    private void makeDirectory(int slot, int number) {
        int which = number >>> SHIFT;
        int index = number & (PER_DIRECTORY - 1);
        if (which == directories(slot)) {
            int record = shard.slots.place(slot);
            int before = (int) (directoryAt(slot, which) - Blocks.offset(record));
            shard.resize(slot, before + 4);
            int place = shard.allocate(PART_HEAD + 4 * FIRST_PLACES);
            claim(place, DIRECTORY, slot, which);
            Raw.put32(memory(slot), directoryAt(slot, which), place);
            Raw.put16(memory(slot), value(slot) + DIRECTORIES, which + 1);
        }
        int directory = directory(slot, which);
        int capacity = (blocks.bytes(directory) - PART_HEAD) / 4;
        if (index >= capacity) {
            int wanted = PART_HEAD + 4 * Math.min(PER_DIRECTORY, capacity + Math.max(FIRST_PLACES, capacity / 4));
            int larger = enlarge(() -> directory(slot, which), wanted);
            Raw.put32(memory(slot), directoryAt(slot, which), larger);
        }
    }

    /** Makes a part's block at least so many bytes, head aside; returns its place. */
    int enlarge(int slot, int number, int bytes) {
        int at = enlarge(() -> place(slot, number), PART_HEAD + bytes);
        place(slot, number, at);
        return at;
    }

    /** Where a block is that may be moved while another is allocated. */
    private interface Whereabouts {
        int place();
    }

    private int enlarge(Whereabouts block, int bytes) {
        if (blocks.stretch(block.place(), bytes)) {
            return block.place();
        }
        int larger = shard.allocate(bytes);
        int from = block.place();
        blocks.copy(from, larger, blocks.bytes(from));
        blocks.free(from);
        return larger;
    }

    void removeLast(int slot) {
        int number = count(slot) - 1;
        blocks.free(place(slot, number));
        count(slot, number);
    }

    /** Removes a part; the last one takes its number. */
    void removeLastInto(int slot, int number) {
        int last = count(slot) - 1;
        int place = place(slot, last);
        blocks.free(place(slot, number));
        place(slot, number, place);
        records.number(place, number);
        count(slot, last);
    }

    /** Frees directories, once there is no part. */
    void freeDirectories(int slot) {
        for (int i = directories(slot) - 1; i >= 0; i--) {
            blocks.free(directory(slot, i));
            Raw.put16(memory(slot), value(slot) + DIRECTORIES, i);
        }
    }

    /** All parts and directories belong to another slot from now on; it has the record already. */
    void hand(int slot) {
        for (int i = directories(slot) - 1; i >= 0; i--) {
            records.owner(directory(slot, i), slot);
        }
        for (int i = count(slot) - 1; i >= 0; i--) {
            records.owner(place(slot, i), slot);
        }
    }

    /** Bytes of all blocks but the record's. */
    long bytes(int slot) {
        long sum = 0;
        for (int i = directories(slot) - 1; i >= 0; i--) {
            sum += blocks.bytes(directory(slot, i));
        }
        for (int i = count(slot) - 1; i >= 0; i--) {
            sum += blocks.bytes(place(slot, i));
        }
        return sum;
    }

    /** Clears the fixed part of a new record's value. */
    static void begin(MemorySegment memory, long value, int base) {
        memory.asSlice(value, base).fill((byte) 0);
    }

    /** Checks that each part leads back; returns how many blocks there are. */
    int checkInvariants(int slot) {
        int found = 0;
        for (int i = 0; i < directories(slot); i++) {
            Shard.check(records.owner(directory(slot, i)) == slot, "a directory belongs to another entry", slot);
            Shard.check(records.number(directory(slot, i)) == i, "a directory has another number", slot);
            found++;
        }
        for (int i = 0; i < count(slot); i++) {
            int part = place(slot, i);
            Shard.check(records.owner(part) == slot && records.number(part) == i, "a part does not lead back", slot);
            found++;
        }
        return found;
    }
}
