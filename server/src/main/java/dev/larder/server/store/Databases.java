package dev.larder.server.store;

import java.util.Arrays;

/**
 * Which keyspace each numbered database is. Records name their keyspace, so two databases are swapped by swapping numbers,
 * and one is emptied by giving it a new keyspace; the old one's entries are <em>flushed</em>: nobody finds them, and they
 * are removed bit by bit.
 *
 * <p>Written under the locks of all shards, read under that of any.
 */
final class Databases {
    static final int KEYSPACES = 62;
    /** The keyspace of entries that are being put together, no database's. */
    static final int STAGING = KEYSPACES - 1;

    static final int NONE = -1;

    private final int[] keyspaces = new int[Limits.DATABASES];
    private final int[] numbers = new int[KEYSPACES];
    /** A bit for each keyspace that is flushed. */
    private long flushed;

    Databases() {
        Arrays.fill(numbers, NONE);
        for (int i = 0; i < keyspaces.length; i++) {
            keyspaces[i] = i;
            numbers[i] = i;
        }
    }

    int keyspace(int database) {
        if (database < 0 || database >= keyspaces.length) {
            throw new IllegalArgumentException(
                    "database must be from 0 to " + (keyspaces.length - 1) + " but was " + database);
        }
        return keyspaces[database];
    }

    /** The number of a keyspace, or {@link #NONE} where it is flushed or no database's. */
    int number(int keyspace) {
        return keyspace < KEYSPACES ? numbers[keyspace] : NONE;
    }

    long flushed() {
        return flushed;
    }

    boolean isFlushed(int keyspace) {
        return keyspace < KEYSPACES && ((flushed >>> keyspace) & 1) != 0;
    }

    /** Gives a database a new keyspace; false where all are in use. */
    boolean flush(int database) {
        int old = keyspace(database);
        for (int keyspace = 0; keyspace < STAGING; keyspace++) {
            if (numbers[keyspace] == NONE && !isFlushed(keyspace)) {
                numbers[old] = NONE;
                flushed |= 1L << old;
                keyspaces[database] = keyspace;
                numbers[keyspace] = database;
                return true;
            }
        }
        return false;
    }

    /** Keyspaces that no entry is left of can be used again. */
    void forget(long emptied) {
        flushed &= ~emptied;
    }

    void swap(int one, int other) {
        int first = keyspace(one);
        int second = keyspace(other);
        keyspaces[one] = second;
        keyspaces[other] = first;
        numbers[first] = other;
        numbers[second] = one;
    }
}
