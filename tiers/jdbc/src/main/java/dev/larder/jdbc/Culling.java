package dev.larder.jdbc;

import dev.larder.time.Ticker;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Evicts what was used least recently where there are more rows, or more bytes, than the options allow: down to 95 % of
 * them, so that there is room for a while. Used by one thread at a time.
 *
 * <p>Rows are counted now and then, not with each change, so the bound may be passed by what is stored between two counts.
 * Counting reads an index or the table, so the next count waits until twenty times as long has passed. Tombstones and
 * leases without a value are never evicted: they are short-lived, and a lost tombstone would let an old row in.
 */
final class Culling {
    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int SHARE_OF_COUNTING = 20;

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Victim(byte[] generation, byte[] hash, long bytes, long usedAt) {
        Object[] arguments() {
            return new Object[] {generation, hash, usedAt};
        }
    }

    private record Load(long rows, long bytes) {}

    private final JdbcOptions options;
    private final Ticker ticker;
    private final String count;
    private final String coldest;
    private final String remove;
    private long nextCountNanos;
    private long surplusRows;
    private long surplusBytes;

    Culling(JdbcOptions options, Ticker ticker) {
        this.options = options;
        this.ticker = ticker;
        String entries = options.tables().entries();
        this.count = "SELECT COUNT(*), COALESCE(SUM(entry_bytes), 0) FROM " + entries + " WHERE entry_bytes > 0";
        this.coldest = "SELECT generation, key_hash, entry_bytes, used_at FROM " + entries
                + " WHERE entry_bytes > 0 ORDER BY used_at LIMIT " + Rubbish.ROWS_PER_STEP;
        this.remove = "DELETE FROM " + entries + " WHERE generation = ? AND key_hash = ? AND used_at = ?";
    }

    /** Evicts some where there are too many; true where more are. */
    synchronized boolean step(Session session) throws SQLException {
        if (!isTooMuch()) {
            count(session);
        }
        if (!isTooMuch()) {
            return false;
        }
        List<Object[]> victims = new ArrayList<>();
        for (Victim victim : session.rows(
                coldest, row -> new Victim(row.getBytes(1), row.getBytes(2), row.getLong(3), row.getLong(4)))) {
            if (!isTooMuch()) {
                break;
            }
            victims.add(victim.arguments());
            surplusRows--;
            surplusBytes -= victim.bytes();
        }
        if (victims.isEmpty()) { // others have removed them meanwhile
            surplusRows = 0;
            surplusBytes = 0;
            return false;
        }
        session.updateEach(remove, victims);
        return isTooMuch();
    }

    private boolean isTooMuch() {
        return surplusRows > 0 || surplusBytes > 0;
    }

    private void count(Session session) throws SQLException {
        long begun = ticker.nanos();
        if (begun < nextCountNanos) {
            return;
        }
        nextCountNanos = begun + COUNT_NANOS;
        Load load = session.first(count, row -> new Load(row.getLong(1), row.getLong(2)));
        long took = ticker.nanos() - begun;
        nextCountNanos = Math.max(nextCountNanos, ticker.nanos() + SHARE_OF_COUNTING * took);
        if (load == null) {
            return;
        }
        boolean full = load.rows() > options.maxRows() || load.bytes() > options.maxBytes();
        surplusRows = full ? load.rows() - (options.maxRows() - options.maxRows() / 20) : 0;
        surplusBytes = full ? load.bytes() - (options.maxBytes() - options.maxBytes() / 20) : 0;
    }
}
