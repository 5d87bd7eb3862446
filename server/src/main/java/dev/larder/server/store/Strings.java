package dev.larder.server.store;

import static dev.larder.server.store.Records.LONG_STRING;
import static dev.larder.server.store.Records.NUMBER;
import static dev.larder.server.store.Records.PART;
import static dev.larder.server.store.Records.PART_HEAD;
import static dev.larder.server.store.Records.STRING;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * Values that are bytes: in the record, as a number where they are one, or in parts where they are long. Not thread-safe:
 * guarded by its shard's lock.
 */
final class Strings {
    /** A record of more bytes has its value in parts. */
    static final int MAX_RECORD = 16 * 1024;
    /** Bytes of each part but the last: four of these fill a page. */
    static final int PART_BYTES = 16_368;

    private static final int LENGTH = 8;

    private final Shard shard;
    private final Blocks blocks;
    private final Records records;
    private final Slice piece = new Slice();
    private final MemorySegment digits = MemorySegment.ofArray(new byte[Numbers.MAX_BYTES]);

    Strings(Shard shard) {
        this.shard = shard;
        this.blocks = shard.blocks;
        this.records = shard.records;
    }

    int bytes(int slot) {
        int place = shard.slots.place(slot);
        return switch (blocks.kind(place)) {
            case NUMBER -> Numbers.length(number(place));
            case LONG_STRING -> Raw.i32(blocks.memory(place), records.valueOffset(place) + LENGTH);
            default -> records.valueBytes(place);
        };
    }

    private long number(int place) {
        return Raw.signed(blocks.memory(place), records.valueOffset(place), records.valueBytes(place));
    }

    /** Hands out {@code count} bytes from {@code from} on, which are there. */
    void read(int slot, int from, int count, Sink sink) {
        int place = shard.slots.place(slot);
        switch (blocks.kind(place)) {
            case NUMBER -> {
                Numbers.format(number(place), digits);
                sink.piece(piece.set(digits, from, count));
            }
            case LONG_STRING -> readParts(slot, from, count, sink);
            default -> sink.piece(piece.set(blocks.memory(place), records.valueOffset(place) + from, count));
        }
    }

    /** Hands out a whole value that is bytes in its record; false where it is something else. */
    boolean readInline(int place, Sink sink) {
        MemorySegment memory = blocks.memory(place);
        int at = Blocks.offset(place);
        int block = Raw.i32(memory, at);
        if (Blocks.kindOf(block) != STRING) {
            return false;
        }
        int before = records.bytesBefore(place);
        int length = Blocks.bytesOf(block) - Blocks.padOf(block) - before;
        if (length > 0) {
            sink.piece(piece.set(memory, at + (long) before, length));
        }
        return true;
    }

    /**
     * Writes a value over one of the same length, where nothing else but its expiry changes and that is kept in as many
     * bytes; says whether it did.
     */
    boolean overwriteInline(int place, Traits traits, Slice value) {
        if (blocks.kind(place) != STRING
                || traits.flags != 0
                || traits.version != 0
                || traits.annex.isThere
                || records.hasExtras(place)
                || records.valueBytes(place) != value.length()
                || Numbers.isNumber(value)
                || !records.expiresAt(place, traits.expiresAt)) {
            return false;
        }
        value.copyTo(blocks.memory(place), records.valueOffset(place));
        return true;
    }

    private void readParts(int slot, int from, int count, Sink sink) {
        int at = from;
        int end = from + count;
        while (at < end) {
            int part = shard.parts.place(slot, at / PART_BYTES);
            int within = at % PART_BYTES;
            int length = Math.min(end - at, PART_BYTES - within);
            sink.piece(piece.set(blocks.memory(part), Blocks.offset(part) + PART_HEAD + (long) within, length));
            at += length;
        }
    }

    /** Whether a value of so many bytes goes into parts. */
    static boolean isLong(int keyLength, Traits traits, int bytes) {
        return Records.bytesBefore(keyLength, traits) + bytes > MAX_RECORD;
    }

    /**
     * Writes a short value into an entry's record, in place where it fits. A slot without a record gets one. Where there is
     * no room it throws, and nothing has changed.
     */
    void write(int slot, Slice key, Traits traits, Slice value) {
        boolean isNumber = Numbers.isNumber(value);
        long number = isNumber ? Numbers.parse(value) : 0;
        int bytes = isNumber ? Raw.signedBytes(number) : value.length();
        int total = Records.bytesBefore(key.length(), traits) + bytes;
        int place = shard.recordFor(slot, total);
        long at = records.write(place, isNumber ? NUMBER : STRING, key, traits);
        if (isNumber) {
            Raw.putSigned(blocks.memory(place), at, bytes, number);
        } else {
            value.copyTo(blocks.memory(place), at);
        }
        blocks.shrink(place, total);
        records.fill(place, total);
    }

    /**
     * Writes a long value into parts of a slot that has no record yet. Where there is no room it throws; what is there by
     * then is the caller's to remove.
     */
    void writeLong(int slot, Slice key, Traits traits, Slice value) {
        int total = Records.bytesBefore(key.length(), traits) + Parts.STRING_BASE;
        int place = shard.recordFor(slot, total);
        long at = records.write(place, LONG_STRING, key, traits);
        Parts.begin(blocks.memory(place), at, Parts.STRING_BASE);
        records.fill(place, total);
        for (int from = 0; from < value.length(); from += PART_BYTES) {
            int length = Math.min(PART_BYTES, value.length() - from);
            int part = shard.parts.add(slot, PART, length);
            value.copyTo(from, length, blocks.memory(part), Blocks.offset(part) + (long) PART_HEAD);
            records.used(part, length);
        }
        length(slot, value.length());
    }

    private void length(int slot, int bytes) {
        int place = shard.slots.place(slot);
        Raw.put32(blocks.memory(place), records.valueOffset(place) + LENGTH, bytes);
    }

    boolean isLong(int slot) {
        return blocks.kind(shard.slots.place(slot)) == LONG_STRING;
    }

    /** Overwrites bytes of a long value from {@code from} on; it becomes longer, with zeros between, where need be. */
    void overwrite(int slot, int from, Slice bytes) {
        int length = bytes(slot);
        int end = from + bytes.length();
        if (end > length) {
            extend(slot, length, end);
        }
        int done = 0;
        while (done < bytes.length()) {
            int at = from + done;
            int part = shard.parts.place(slot, at / PART_BYTES);
            int count = Math.min(bytes.length() - done, PART_BYTES - at % PART_BYTES);
            bytes.copyTo(done, count, blocks.memory(part), Blocks.offset(part) + PART_HEAD + (long) (at % PART_BYTES));
            done += count;
        }
    }

    private void extend(int slot, int length, int end) {
        int count = shard.parts.count(slot);
        boolean done = false;
        try {
            int last = count - 1;
            if (last >= 0) {
                enlarge(slot, last, length - last * PART_BYTES, Math.min(PART_BYTES, end - last * PART_BYTES));
            }
            for (int n = count; n * PART_BYTES < end; n++) {
                int bytes = Math.min(PART_BYTES, end - n * PART_BYTES);
                zero(shard.parts.add(slot, PART, bytes), 0, bytes);
            }
            length(slot, end);
            done = true;
        } finally {
            while (!done && shard.parts.count(slot) > count) {
                shard.parts.removeLast(slot);
            }
        }
    }

    private void enlarge(int slot, int number, int used, int bytes) {
        zero(shard.parts.enlarge(slot, number, bytes), used, bytes);
    }

    private void zero(int part, int from, int to) {
        blocks.memory(part)
                .asSlice(Blocks.offset(part) + PART_HEAD + (long) from, to - (long) from)
                .fill((byte) 0);
        records.used(part, to);
    }
}
