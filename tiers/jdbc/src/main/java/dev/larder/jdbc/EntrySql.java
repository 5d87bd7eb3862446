package dev.larder.jdbc;

import java.util.Collections;

/**
 * The statements on entries. Immutable.
 *
 * <p>Each names the generation it works in within itself, so that it can never work on an outdated view: a clear or a
 * rebuild's switch, which replaces {@code current_generation}, holds for every statement that begins after it. What is
 * written to a generation that was current when the statement began, and is no longer, is seen by nobody.
 */
final class EntrySql {
    /** In the order of {@link #MARKS}. */
    static final String COLUMNS = "generation, key_hash, entry_key, content, entry_bytes, expires_at, lease_token,"
            + " lease_end, stamp, remove_at, used_at, soft";

    /** One row to insert. */
    static final String MARKS = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

    /** A moment that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final String CONTENT =
            "e.entry_key, e.content, e.soft, e.expires_at, e.lease_token, e.lease_end, e.stamp, e.used_at";

    final String read;
    final String acquire;
    final String fill;
    final String renew;
    final String release;
    final String next;
    final String expire;
    final String begin;
    final String removeOne;
    final String age;
    final String empty;

    private final Dialect dialect;
    private final Tables tables;
    private final String now;
    private final String inCurrent;

    EntrySql(Dialect dialect, Tables tables) {
        this.dialect = dialect;
        this.tables = tables;
        this.now = dialect.nowMillis();
        this.inCurrent = "generation = (SELECT current_generation FROM " + tables.caches() + " WHERE cache_id = ?)";
        String one = " WHERE " + inCurrent + " AND key_hash = ?";
        String held = one + " AND lease_token = ? AND lease_end > " + now;
        String update = "UPDATE " + tables.entries() + " SET ";
        String later = now + " + " + dialect.number();
        // Arguments: hash, cache.
        read = "SELECT " + now + " AS now_ms, c.current_generation, " + CONTENT + " FROM " + tables.caches()
                + " c LEFT JOIN " + tables.entries() + " e ON e.generation = c.current_generation AND e.key_hash = ?"
                + " WHERE c.cache_id = ?";
        // Arguments: token, lease, lease, generation, hash, stamp.
        acquire = update + "lease_token = ?, lease_end = " + later + ", remove_at = GREATEST(remove_at, " + later
                + ") WHERE generation = ? AND key_hash = ? AND stamp = ? AND lease_end <= " + now;
        // Arguments: key, content, bytes, life or -1 and life again for both ends, stamp, cache, hash, token.
        String end = "CASE WHEN " + dialect.number() + " < 0 THEN " + NEVER + " ELSE " + later + " END";
        fill = update + "entry_key = ?, content = ?, entry_bytes = ?, soft = 0, expires_at = " + end + ", remove_at = "
                + end + ", stamp = ?, lease_token = NULL, lease_end = 0, used_at = " + now + held;
        // Arguments: lease, lease, cache, hash, token.
        renew = update + "lease_end = " + later + ", remove_at = GREATEST(remove_at, " + later + ")" + held;
        // Arguments: cache, hash, token.
        release = update + "lease_token = NULL, lease_end = 0,"
                + " remove_at = CASE WHEN content IS NULL THEN 0 ELSE expires_at END" + one + " AND lease_token = ?";
        // Arguments: cache.
        next = "SELECT " + now + ", next_generation FROM " + tables.caches() + " WHERE cache_id = ?";
        // Arguments: stale, stale, stamp, cache, hash.
        expire = update + "expires_at = LEAST(expires_at, " + later + "), remove_at = LEAST(expires_at, " + later
                + "), stamp = CASE WHEN content IS NULL THEN stamp ELSE ? END, soft = 1, lease_token = NULL,"
                + " lease_end = 0" + one;
        // Arguments: key, token, lease, lease, no stamp, cache, hash.
        begin = update + "entry_key = ?, content = NULL, entry_bytes = 0, soft = 0, expires_at = 0, lease_token = ?,"
                + " lease_end = " + later + ", remove_at = " + later + ", stamp = ?" + one;
        // Both leave the lease whose it is.
        String seen = " WHERE generation = ? AND key_hash = ? AND stamp = ?";
        // Arguments: keep, keep, new stamp, generation, hash, stamp.
        age = update + "expires_at = LEAST(expires_at, " + later + "), remove_at = GREATEST(lease_end,"
                + " LEAST(expires_at, " + later + ")), soft = 1, stamp = ?" + seen;
        // Arguments: no stamp, generation, hash, stamp.
        empty = update + "content = NULL, entry_bytes = 0, soft = 0, expires_at = 0, remove_at = lease_end, stamp = ?"
                + seen;
        // Arguments: cache, hash.
        removeOne = "DELETE FROM " + tables.entries() + one;
    }

    /** How many keys a statement names at most. */
    int keysAtOnce() {
        return dialect.keysAtOnce();
    }

    /** Reads several keys. Arguments: cache, then the hashes. */
    String readAll(int keys) {
        return "SELECT " + now + " AS now_ms, c.current_generation, " + CONTENT + " FROM " + tables.caches()
                + " c JOIN "
                + tables.entries()
                + " e ON e.generation = c.current_generation WHERE c.cache_id = ? AND e.key_hash IN ("
                + marks(keys) + ")";
    }

    /** Removes several keys. Arguments: cache, then the hashes. */
    String removeAll(int keys) {
        return "DELETE FROM " + tables.entries() + " WHERE " + inCurrent + " AND key_hash IN (" + marks(keys) + ")";
    }

    /** Makes rows of one generation tombstones. Arguments: no stamp, end, generation, then the hashes. */
    String buryAll(int keys) {
        return "UPDATE " + tables.entries() + " SET content = NULL, entry_bytes = 0, soft = 0, expires_at = 0,"
                + " lease_token = NULL, lease_end = 0, stamp = ?, remove_at = ? WHERE generation = ? AND key_hash IN ("
                + marks(keys) + ")";
    }

    /** Inserts rows where there are none. */
    String insertAbsent(int rows) {
        return dialect.insertAbsent(tables.entries(), rows);
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
