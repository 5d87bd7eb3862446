package dev.larder.jdbc;

import dev.larder.time.Ticker;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Forgets tags that nobody used for longer than any entry lives, and those used least recently where there are more than
 * there may be entries. Used by one thread at a time.
 *
 * <p>First the floors of their caches are raised to what the records know, then each record is removed that is still what
 * was read. So at every moment a tag's last invalidation is told by its record or covered by the floor, and each statement
 * may be a transaction of its own. An invalidation that made stale counts as a removal once it is forgotten.
 *
 * <p>Counting reads an index or the table, so the next count waits until twenty times as long has passed.
 */
final class TagSweep {
    /** Entries live for 30 days at most. */
    static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(31);

    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int SHARE_OF_COUNTING = 20;
    private static final Comparator<Found> BY_ID = (a, b) -> Arrays.compareUnsigned(a.id(), b.id());

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody but byId
    private record Found(byte[] id, byte[] cacheId, long removedAt, long staleAt, long usedAt) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(row.getBytes(1), row.getBytes(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }

        long latest() {
            return Math.max(removedAt, staleAt);
        }

        Object[] arguments() {
            return new Object[] {id, removedAt, staleAt, usedAt};
        }
    }

    /** The readings of one clock between its beginning and its loss. */
    private record Epoch(ByteBuffer cacheId, long firstReading) {}

    private final long maxTags;
    private final Ticker ticker;
    private final String now;
    private final String unused;
    private final String count;
    private final String coldest;
    private final String raise;
    private final String remove;
    private long nextCountNanos;
    private long surplus;

    TagSweep(Dialect dialect, JdbcOptions options, Ticker ticker) {
        String tags = options.tables().tags();
        String found = "SELECT tag_id, cache_id, removed_at, stale_at, used_at FROM " + tags;
        String some = " ORDER BY used_at LIMIT " + Rubbish.ROWS_PER_STEP;
        this.maxTags = options.maxRows();
        this.ticker = ticker;
        this.now = "SELECT " + dialect.nowMillis();
        this.unused = found + " WHERE used_at <= ?" + some;
        this.count = "SELECT COUNT(*) FROM " + tags;
        this.coldest = found + some;
        this.raise = "UPDATE " + options.tables().tagClocks() + " SET tag_floor = GREATEST(tag_floor, "
                + dialect.number() + ") WHERE cache_id = ? AND tag_clock >= ? AND tag_clock <= ?";
        this.remove = "DELETE FROM " + tags + " WHERE tag_id = ? AND removed_at = ? AND stale_at = ? AND used_at = ?";
        this.nextCountNanos = ticker.nanos();
    }

    /** Forgets some; true where more are left. */
    synchronized boolean step(Session session) throws SQLException {
        Long nowMillis = session.first(now, row -> row.getLong(1));
        if (nowMillis == null) {
            return false;
        }
        List<Found> old = session.rows(unused, Found::of, nowMillis - KEPT_MILLIS);
        if (!old.isEmpty()) {
            forget(session, old);
            return old.size() == Rubbish.ROWS_PER_STEP;
        }
        if (surplus <= 0) {
            count(session);
        }
        if (surplus <= 0) {
            return false;
        }
        List<Found> cold = session.rows(coldest, Found::of);
        List<Found> leaving = cold.subList(0, (int) Math.min(cold.size(), surplus));
        forget(session, leaving);
        surplus = leaving.isEmpty() ? 0 : surplus - leaving.size();
        return surplus > 0;
    }

    private void forget(Session session, List<Found> leaving) throws SQLException {
        if (leaving.isEmpty()) {
            return;
        }
        Map<Epoch, Long> latest = new HashMap<>();
        for (Found each : leaving) {
            Epoch epoch = new Epoch(ByteBuffer.wrap(each.cacheId()), TagTable.firstOfEpoch(each.removedAt()));
            latest.merge(epoch, each.latest(), Math::max);
        }
        for (Map.Entry<Epoch, Long> each : latest.entrySet()) {
            long first = each.getKey().firstReading();
            byte[] cacheId = each.getKey().cacheId().array();
            session.update(raise, each.getValue(), cacheId, first, TagTable.lastOfEpoch(first));
        }
        List<Object[]> removed = new ArrayList<>();
        leaving.stream().sorted(BY_ID).forEach(each -> removed.add(each.arguments()));
        session.updateEach(remove, removed);
    }

    private void count(Session session) throws SQLException {
        long begun = ticker.nanos();
        if (begun < nextCountNanos) {
            return;
        }
        nextCountNanos = begun + COUNT_NANOS;
        Long found = session.first(count, row -> row.getLong(1));
        long took = ticker.nanos() - begun;
        nextCountNanos = Math.max(nextCountNanos, ticker.nanos() + SHARE_OF_COUNTING * took);
        surplus = found == null || found <= maxTags ? 0 : found - (maxTags - maxTags / 20);
    }
}
