package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * What few records say besides: whether they are stale, since when, and which tags they have. In place of the expiry,
 * which moves into it.
 *
 * <pre>{@code
 *  ┌ tags' number 1 ┐ expiry 8 ┐ state 1 ┐ fresh until 8 ┐ reading of the tag clock 8 ┐ tag 8 ┐ …
 * }</pre>
 *
 * A tag is 64 bits of a keyed hash of its name. Not thread-safe: guarded by its shard's lock.
 */
final class Annex {
    static final int MAX_TAGS = 16;

    /** Somebody said that the value is stale. */
    static final int STALE = 1;
    /** Somebody was told to make the value anew, by Memcached's {@code W}. */
    static final int WON = 2;
    /** There is no value: the entry stands for one that somebody was told to make. */
    static final int PLACEHOLDER = 4;

    private static final int EXPIRY = 1;
    private static final int STATE = 9;
    private static final int FRESH_UNTIL = 10;
    private static final int READING = 18;
    private static final int TAGS = 26;

    boolean isThere;
    int state;
    /** Milliseconds since 1970; {@link Entry#NEVER} where the value stays fresh. */
    long freshUntil;

    long reading;
    int tagCount;
    final long[] tags = new long[MAX_TAGS];

    void clear() {
        isThere = false;
        state = 0;
        freshUntil = Entry.NEVER;
        reading = 0;
        tagCount = 0;
    }

    /** One without a state or tags. */
    Annex begin() {
        clear();
        isThere = true;
        return this;
    }

    void set(Annex other) {
        isThere = other.isThere;
        state = other.state;
        freshUntil = other.freshUntil;
        reading = other.reading;
        tagCount = other.tagCount;
        System.arraycopy(other.tags, 0, tags, 0, tagCount);
    }

    int bytes() {
        return TAGS + Long.BYTES * tagCount;
    }

    static int bytes(MemorySegment memory, long at) {
        return TAGS + Long.BYTES * Raw.u8(memory, at);
    }

    static long expiresAt(MemorySegment memory, long at) {
        return Raw.i64(memory, at + EXPIRY);
    }

    static void expiresAt(MemorySegment memory, long at, long expiresAt) {
        Raw.put64(memory, at + EXPIRY, expiresAt);
    }

    static void state(MemorySegment memory, long at, int state) {
        Raw.put8(memory, at + STATE, state);
    }

    /** Whether one of its tags was invalidated since its reading. */
    static boolean isVoid(MemorySegment memory, long at, Tags known) {
        int count = Raw.u8(memory, at);
        if (count == 0) {
            return false;
        }
        long since = Raw.i64(memory, at + READING);
        for (int i = 0; i < count; i++) {
            if (known.wasInvalidated(Raw.i64(memory, at + TAGS + (long) Long.BYTES * i), since)) {
                return true;
            }
        }
        return false;
    }

    void write(MemorySegment memory, long at, long expiresAt) {
        Raw.put8(memory, at, tagCount);
        expiresAt(memory, at, expiresAt);
        state(memory, at, state);
        Raw.put64(memory, at + FRESH_UNTIL, freshUntil);
        Raw.put64(memory, at + READING, reading);
        for (int i = 0; i < tagCount; i++) {
            Raw.put64(memory, at + TAGS + (long) Long.BYTES * i, tags[i]);
        }
    }

    void read(MemorySegment memory, long at) {
        isThere = true;
        tagCount = Raw.u8(memory, at);
        state = Raw.u8(memory, at + STATE);
        freshUntil = Raw.i64(memory, at + FRESH_UNTIL);
        reading = Raw.i64(memory, at + READING);
        for (int i = 0; i < tagCount; i++) {
            tags[i] = Raw.i64(memory, at + TAGS + (long) Long.BYTES * i);
        }
    }

    boolean hasTag(long tag) {
        for (int i = 0; i < tagCount; i++) {
            if (tags[i] == tag) {
                return true;
            }
        }
        return false;
    }
}
