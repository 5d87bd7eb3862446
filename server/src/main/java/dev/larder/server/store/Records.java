package dev.larder.server.store;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * The layout of blocks: records, which are a key with its value, and what belongs to one.
 *
 * <pre>{@code
 *  record  ┌ block 3 ┐ key's length 1 ┐ database 6 bits │ expiry 2 │ flags 1 │ version 1 │ access 14 ┐
 *          ┌ [length 2] ┐ [expiry 5 or 8] ┐ [flags 4] ┐ [version 8] ┐ key ┐ value ┐ pad
 *  part    ┌ block 3 ┐ owner's slot 3 ┐ used 2 ┐ number 4 ┐ …
 * }</pre>
 *
 * A key of 255 bytes and more has its length in the two bytes after the head. An expiry of 5 bytes counts milliseconds from 2020 on, up to the
 * year 2054; others take 8. What is optional is there only where it is of use. Not thread-safe: guarded by its shard's
 * lock. One with an {@link Annex} has its expiry there.
 */
final class Records {
    static final int STRING = 0;
    /** A string that is a decimal number, kept as one. */
    static final int NUMBER = 1;
    /** A string in {@link Parts}. */
    static final int LONG_STRING = 2;
    /** A hash whose fields are in the record. */
    static final int HASH = 3;
    /** A hash whose fields are in {@link Parts}. Of each kind with fields, the large one is the next one. */
    static final int LARGE_HASH = 4;
    /** A set: a hash whose fields have no values. */
    static final int SET = 5;

    static final int LARGE_SET = 6;
    /** A sorted set: a hash of scores, its fields in their order. */
    static final int SORTED_SET = 7;
    /** A hash of scores, and a hidden {@link #TREE}. */
    static final int LARGE_SORTED_SET = 8;
    /** Fields in the order of their scores, hidden. */
    static final int TREE = 9;

    /** A list whose elements are in the record. */
    static final int LIST = 10;
    /** A list that is a tree: its elements are in {@link Parts}. One that has a {@linkplain #isStream mark} is a stream. */
    static final int LARGE_LIST = 11;

    /** A part of a long string. */
    static final int PART = 12;
    /** Places of parts. */
    static final int DIRECTORY = 13;
    /** A bucket of fields. */
    static final int BUCKET = 14;

    /** The database of what is no key: a value that a field refers to. Its key is its slot. */
    static final int HIDDEN = 63;
    /** The database of what is being freed step by step. */
    static final int DEAD = 62;

    static final int HEAD = 7;
    static final int PART_HEAD = 12;
    private static final int OWNER = 3;
    private static final int USED = 6;
    private static final int NUMBER_AT = 8;

    private static final int LONG_KEY = 255;
    /** The form of an expiry that is in an annex. */
    private static final int ANNEX = 3;

    private static final int SHORT_EXPIRY = 5;
    private static final long EXPIRY_BASE = 1_577_836_800_000L;
    private static final long SHORT_EXPIRY_RANGE = 1L << 40;
    private static final int ACCESS_SHIFT = 18;

    private final Blocks blocks;

    Records(Blocks blocks) {
        this.blocks = blocks;
    }

    static boolean isRecord(int kind) {
        return kind < Blocks.FIRST_UNPADDED_KIND;
    }

    static boolean hasParts(int kind) {
        return kind == LONG_STRING || kind == TREE || kind == LARGE_LIST || isLarge(kind);
    }

    /** Whether the value is fields in buckets. */
    static boolean isLarge(int kind) {
        return kind == LARGE_HASH || kind == LARGE_SET || kind == LARGE_SORTED_SET;
    }

    static ValueType type(int kind) {
        return switch (kind) {
            case STRING, NUMBER, LONG_STRING -> ValueType.STRING;
            case HASH, LARGE_HASH -> ValueType.HASH;
            case SET, LARGE_SET -> ValueType.SET;
            case LIST, LARGE_LIST -> ValueType.LIST;
            default -> ValueType.SORTED_SET;
        };
    }

    /** What a record's value is. */
    ValueType typeAt(int place) {
        return isStream(place) ? ValueType.STREAM : type(blocks.kind(place));
    }

    /** Whether what lies there is a stream: kinds are few, so it shares one with large lists. */
    boolean isStream(int place) {
        return blocks.kind(place) == LARGE_LIST
                && Raw.u16(blocks.memory(place), valueOffset(place) + Parts.STREAM_MARK) != 0;
    }

    private int head(int place) {
        return Raw.i32(blocks.memory(place), Blocks.offset(place) + 3);
    }

    int database(int place) {
        return (head(place) >>> 8) & 63;
    }

    void database(int place, int database) {
        Raw.put32(blocks.memory(place), Blocks.offset(place) + 3, (head(place) & ~(63 << 8)) | (database << 8));
    }

    int access(int place) {
        return head(place) >>> ACCESS_SHIFT;
    }

    void access(int place, int access) {
        int rest = head(place) & ((1 << ACCESS_SHIFT) - 1);
        Raw.put32(blocks.memory(place), Blocks.offset(place) + 3, rest | (access << ACCESS_SHIFT));
    }

    private static int expiryForm(Traits traits) {
        return traits.annex.isThere ? ANNEX : expiryForm(traits.expiresAt);
    }

    private static int expiryForm(long expiresAt) {
        if (expiresAt == Entry.NEVER) {
            return 0;
        }
        return expiresAt >= EXPIRY_BASE && expiresAt - EXPIRY_BASE < SHORT_EXPIRY_RANGE ? 1 : 2;
    }

    private static int expiryBytes(int form, Traits traits) {
        return form == ANNEX ? traits.annex.bytes() : expiryBytes(form);
    }

    private static int expiryBytes(int form) {
        return form == 0 ? 0 : form == 1 ? SHORT_EXPIRY : 8;
    }

    /** Bytes before the value. */
    static int bytesBefore(int keyLength, Traits traits) {
        return HEAD
                + (keyLength < LONG_KEY ? 0 : 2)
                + expiryBytes(expiryForm(traits), traits)
                + (traits.flags == 0 ? 0 : 4)
                + (traits.version == 0 ? 0 : 8)
                + keyLength;
    }

    /** Writes all that is before the value; returns where that begins. */
    long write(int place, int kind, Slice key, Traits traits) {
        MemorySegment memory = blocks.memory(place);
        long at = Blocks.offset(place);
        blocks.mark(place, kind, 0);
        int form = expiryForm(traits);
        int bits = traits.database
                | (form << 6)
                | (traits.flags == 0 ? 0 : 1 << 8)
                | (traits.version == 0 ? 0 : 1 << 9)
                | (traits.access << 10);
        Raw.put32(memory, at + 3, Math.min(key.length(), LONG_KEY) | (bits << 8));
        at += HEAD;
        if (key.length() >= LONG_KEY) {
            Raw.put16(memory, at, key.length());
            at += 2;
        }
        if (form == 1) {
            Raw.putSigned(memory, at, SHORT_EXPIRY, traits.expiresAt - EXPIRY_BASE);
        } else if (form == 2) {
            Raw.put64(memory, at, traits.expiresAt);
        } else if (form == ANNEX) {
            traits.annex.write(memory, at, traits.expiresAt);
        }
        at += expiryBytes(form, traits);
        if (traits.flags != 0) {
            Raw.put32(memory, at, traits.flags);
            at += 4;
        }
        if (traits.version != 0) {
            Raw.put64(memory, at, traits.version);
            at += 8;
        }
        key.copyTo(memory, at);
        return at + key.length();
    }

    /** Says how much of its block a record fills. */
    void fill(int place, int bytes) {
        blocks.mark(place, blocks.kind(place), blocks.bytes(place) - bytes);
    }

    int keyLength(int place) {
        int length = head(place) & 255;
        return length < LONG_KEY ? length : Raw.u16(blocks.memory(place), Blocks.offset(place) + HEAD);
    }

    private static int expiryAt(int head) {
        return HEAD + ((head & 255) < LONG_KEY ? 0 : 2);
    }

    private int flagsAt(int place, int head) {
        int form = (head >>> 14) & 3;
        int at = expiryAt(head);
        return form == ANNEX
                ? at + Annex.bytes(blocks.memory(place), Blocks.offset(place) + (long) at)
                : at + expiryBytes(form);
    }

    private int versionAt(int place, int head) {
        return flagsAt(place, head) + ((head >>> 16) & 1) * 4;
    }

    private int keyAt(int place, int head) {
        return versionAt(place, head) + ((head >>> 17) & 1) * 8;
    }

    long keyOffset(int place) {
        return Blocks.offset(place) + (long) keyAt(place, head(place));
    }

    long valueOffset(int place) {
        int head = head(place);
        int length = head & 255;
        return Blocks.offset(place) + (long) keyAt(place, head) + (length < LONG_KEY ? length : keyLength(place));
    }

    /** Bytes of the block before the value. */
    int bytesBefore(int place) {
        int head = head(place);
        int length = head & 255;
        return keyAt(place, head) + (length < LONG_KEY ? length : keyLength(place));
    }

    /** Whether a record has flags, a version or an annex. */
    boolean hasExtras(int place) {
        int head = head(place);
        return ((head >>> 16) & 3) != 0 || ((head >>> 14) & 3) == ANNEX;
    }

    /** Bytes from the value's begin to the pad. */
    int valueBytes(int place) {
        return Blocks.offset(place) + blocks.bytes(place) - blocks.pad(place) - (int) valueOffset(place);
    }

    boolean isKey(int place, int database, Slice key) {
        int head = head(place);
        return ((head >>> 8) & 63) == database
                && (head & 255) == Math.min(key.length(), LONG_KEY)
                && (key.length() < LONG_KEY || keyLength(place) == key.length())
                && key.matches(blocks.memory(place), Blocks.offset(place) + keyAt(place, head));
    }

    boolean hasExpiry(int place) {
        int form = (head(place) >>> 14) & 3;
        return form != 0 && (form != ANNEX || expiresAt(place) != Entry.NEVER);
    }

    /** Whether a record has an expiry or an annex. */
    boolean mayBeGone(int place) {
        return ((head(place) >>> 14) & 3) != 0;
    }

    boolean hasAnnex(int place) {
        return ((head(place) >>> 14) & 3) == ANNEX;
    }

    private long annexOffset(int place) {
        return Blocks.offset(place) + (long) expiryAt(head(place));
    }

    /** Reads the annex, which is cleared where there is none. */
    Annex annex(int place, Annex into) {
        if (hasAnnex(place)) {
            into.read(blocks.memory(place), annexOffset(place));
        } else {
            into.clear();
        }
        return into;
    }

    /** Writes the state of an annex that is there. */
    void state(int place, int state) {
        Annex.state(blocks.memory(place), annexOffset(place), state);
    }

    /** Whether a tag of the entry was invalidated since it was made. */
    boolean isVoid(int place, Tags known) {
        return hasAnnex(place) && Annex.isVoid(blocks.memory(place), annexOffset(place), known);
    }

    /** Milliseconds since 1970, or {@link Entry#NEVER}. */
    long expiresAt(int place) {
        int head = head(place);
        long at = Blocks.offset(place) + (long) expiryAt(head);
        MemorySegment memory = blocks.memory(place);
        return switch ((head >>> 14) & 3) {
            case 0 -> Entry.NEVER;
            case 1 ->
                EXPIRY_BASE + (Integer.toUnsignedLong(Raw.i32(memory, at)) | ((long) Raw.u8(memory, at + 4) << 32));
            case 2 -> Raw.i64(memory, at);
            default -> Annex.expiresAt(memory, at);
        };
    }

    int flags(int place) {
        int head = head(place);
        boolean has = ((head >>> 16) & 1) != 0;
        return has ? Raw.i32(blocks.memory(place), Blocks.offset(place) + flagsAt(place, head)) : 0;
    }

    long version(int place) {
        int head = head(place);
        boolean has = ((head >>> 17) & 1) != 0;
        return has ? Raw.i64(blocks.memory(place), Blocks.offset(place) + versionAt(place, head)) : 0;
    }

    /** Writes a version where there is one already. */
    void version(int place, long version) {
        Raw.put64(blocks.memory(place), Blocks.offset(place) + versionAt(place, head(place)), version);
    }

    /** Writes an expiry where there is one of the same form; says whether there was. */
    boolean expiresAt(int place, long expiresAt) {
        int head = head(place);
        long at = Blocks.offset(place) + (long) expiryAt(head);
        int written = (head >>> 14) & 3;
        if (written == ANNEX) {
            Annex.expiresAt(blocks.memory(place), at, expiresAt);
            return true;
        }
        int form = expiryForm(expiresAt);
        if (form != written) {
            return false;
        }
        if (form == 1) {
            Raw.putSigned(blocks.memory(place), at, SHORT_EXPIRY, expiresAt - EXPIRY_BASE);
        } else if (form == 2) {
            Raw.put64(blocks.memory(place), at, expiresAt);
        }
        return true;
    }

    /** Reads what is to stay when a record is written anew. */
    Traits traits(int place, Traits into) {
        into.of(database(place), expiresAt(place), flags(place), version(place));
        into.access = access(place);
        annex(place, into.annex);
        return into;
    }

    Slice key(int place, Slice into) {
        return into.set(blocks.memory(place), keyOffset(place), keyLength(place));
    }

    int owner(int place) {
        return Raw.u24(blocks.memory(place), Blocks.offset(place) + OWNER);
    }

    void owner(int place, int slot) {
        Raw.put24(blocks.memory(place), Blocks.offset(place) + OWNER, slot);
    }

    int number(int place) {
        return Raw.i32(blocks.memory(place), Blocks.offset(place) + NUMBER_AT);
    }

    void number(int place, int number) {
        Raw.put32(blocks.memory(place), Blocks.offset(place) + NUMBER_AT, number);
    }

    /** Bytes of a part that are in use. */
    int used(int place) {
        return Raw.u16(blocks.memory(place), Blocks.offset(place) + USED);
    }

    void used(int place, int bytes) {
        Raw.put16(blocks.memory(place), Blocks.offset(place) + USED, bytes);
    }
}
