package dev.larder.server.store;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * At which reading of the tag clock each tag was last invalidated: a tag is a moment, and entries are judged by it when
 * they are read. The clock counts invalidations.
 *
 * <p>It knows {@value #MOST} tags. When one more comes it forgets all, and says of each tag that it was invalidated just
 * then: so entries with tags that were not invalidated are loaded once more, and none that was is ever served.
 *
 * <p>Thread-safe. Changes are made under its monitor; reads take no lock. A reader looks at the table first and at the
 * floor then, and the floor is raised before a table is replaced, so that it misses nothing.
 */
final class Tags {
    static final int MOST = 1 << 16;

    private static final int FIRST_SLOTS = 1 << 8;
    private static final int WORDS = 2;

    private volatile AtomicLongArray table = new AtomicLongArray(WORDS * FIRST_SLOTS);
    private volatile long floor;
    private volatile long clock;
    private int count;

    /** The reading of the clock. */
    long reading() {
        return clock;
    }

    /** Whether a tag was invalidated after a reading. */
    boolean wasInvalidated(long tag, long reading) {
        AtomicLongArray looked = table;
        long at = looked.get(slot(looked, tag) + 1);
        return at > reading || floor > reading;
    }

    /** A tag is invalidated now. */
    synchronized void invalidate(long tag) {
        clock++;
        int slot = slot(table, tag);
        if (table.get(slot) == 0) {
            if (count == MOST) {
                floor = clock;
                table = new AtomicLongArray(WORDS * FIRST_SLOTS);
                count = 0;
                return;
            }
            if (WORDS * (count + 1) > table.length() / WORDS) {
                grow();
            }
            slot = slot(table, tag);
            count++;
            table.set(slot + 1, clock);
            table.set(slot, tag);
        } else {
            table.set(slot + 1, clock);
        }
    }

    private void grow() {
        AtomicLongArray larger = new AtomicLongArray(2 * table.length());
        for (int i = 0; i < table.length(); i += WORDS) {
            if (table.get(i) != 0) {
                int slot = slot(larger, table.get(i));
                larger.set(slot + 1, table.get(i + 1));
                larger.set(slot, table.get(i));
            }
        }
        table = larger;
    }

    /** Where a tag is, or would be; at most half of the slots are taken. */
    private static int slot(AtomicLongArray table, long tag) {
        int mask = table.length() / WORDS - 1;
        int at = (int) (tag >>> 32) & mask;
        while (true) {
            long found = table.get(WORDS * at);
            if (found == tag || found == 0) {
                return WORDS * at;
            }
            at = (at + 1) & mask;
        }
    }

    /** How many tags it knows. */
    synchronized int count() {
        return count;
    }
}
