package dev.larder.jdbc;

import dev.larder.failure.TierException;
import dev.larder.tier.FarValue;
import dev.larder.tier.Tokens;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes an entry that its tags have made old out of service, if it is still the one that was seen. Thread-safe: immutable.
 *
 * <p>The content is compared with what was seen, and the change names the stamp of what was compared. So an entry that
 * replaced it meanwhile is left alone. A rebuild's generation is not touched: its rows have tags of their own.
 */
final class Retirement {
    /** What stands before it is changed in place, see {@link dev.larder.codec.Envelope}. */
    private static final int CONTENT_AT = 1;

    private final CacheRow cache;
    private final EntrySql sql;

    Retirement(CacheRow cache, EntrySql sql) {
        this.cache = cache;
        this.sql = sql;
    }

    /** Marks the entry as softly expired and keeps it for {@code keepMillis} at most; zero removes it. */
    void retire(Session session, Key key, FarValue seen, long keepMillis) throws SQLException {
        for (int tries = 0; tries < Entries.MAX_TRIES; tries++) {
            EntryRow row = session.first(sql.read, EntryRow::of, key.hash(), cache.id());
            if (row == null || !row.isOf(key) || !isSame(row.value(), seen)) {
                return;
            }
            if (keepMillis <= 0 ? empty(session, key, row) : age(session, key, row, keepMillis)) {
                return;
            }
        }
        throw new TierException("a key's row changed " + Entries.MAX_TRIES + " times while it was retired", null);
    }

    private boolean empty(Session session, Key key, EntryRow row) throws SQLException {
        return session.update(sql.empty, Entries.NO_STAMP, row.generation(), key.hash(), row.stamp()) == 1;
    }

    private boolean age(Session session, Key key, EntryRow row, long keepMillis) throws SQLException {
        long keep = Entries.limited(keepMillis);
        byte[] stamp = Entries.bytes(Tokens.next());
        return session.update(sql.age, keep, keep, stamp, row.generation(), key.hash(), row.stamp()) == 1;
    }

    private static boolean isSame(@Nullable FarValue found, FarValue seen) {
        if (found == null || found.bytes().length == 0 || seen.bytes().length == 0) {
            return false;
        }
        byte[] a = found.bytes();
        byte[] b = seen.bytes();
        return Arrays.equals(a, CONTENT_AT, a.length, b, CONTENT_AT, b.length);
    }
}
