package dev.larder.jdbc;

import dev.larder.codec.Envelope;
import dev.larder.tier.FarValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was found for one key, at one moment of the database's clock. Immutable but for the arrays, which nobody changes.
 *
 * @param generation the generation that was current
 * @param key the key the row belongs to; null where there is no row
 * @param stamp names the content: another one for each content, empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record EntryRow(
        long nowMillis,
        byte[] generation,
        byte @Nullable [] key,
        byte @Nullable [] content,
        boolean soft,
        long expiresAt,
        byte @Nullable [] leaseToken,
        long leaseEnd,
        byte[] stamp,
        long usedAt) {

    private static final byte SOFTLY_EXPIRED = 'S';
    private static final byte[] NONE = {};

    static EntryRow of(ResultSet row) throws SQLException {
        byte[] stamp = row.getBytes("stamp");
        return new EntryRow(
                row.getLong("now_ms"),
                row.getBytes("current_generation"),
                row.getBytes("entry_key"),
                row.getBytes("content"),
                row.getInt("soft") != 0,
                row.getLong("expires_at"),
                row.getBytes("lease_token"),
                row.getLong("lease_end"),
                stamp == null ? NONE : stamp,
                row.getLong("used_at"));
    }

    boolean exists() {
        return key != null;
    }

    /** Two keys of one hash do not happen; if they did, they would evict one another, and never be mistaken. */
    boolean isOf(Key wanted) {
        return Arrays.equals(key, wanted.bytes());
    }

    boolean isLeased() {
        return leaseEnd > nowMillis;
    }

    boolean isLeasedTo(byte[] token) {
        return isLeased() && Arrays.equals(leaseToken, token);
    }

    long leaseLeftMillis() {
        return leaseEnd - nowMillis;
    }

    /** What may be served, fresh or stale; null for nothing. */
    @Nullable FarValue value() {
        byte[] bytes = content;
        if (bytes == null || bytes.length == 0 || expiresAt <= nowMillis) {
            return null;
        }
        if (soft) {
            bytes[0] = SOFTLY_EXPIRED;
        }
        if (expiresAt == EntrySql.NEVER) {
            return new FarValue(bytes, -1);
        }
        long life = Envelope.lifeMillis(bytes);
        long left = expiresAt - nowMillis;
        return new FarValue(bytes, life < 0 ? left : Math.min(left, life)); // the database's clock may have gone back
    }

    /** Whether the value is fresh and stays so for longer than {@code softWindowMillis}. */
    boolean isFresh(long softWindowMillis) {
        return !soft && (expiresAt == EntrySql.NEVER || expiresAt - nowMillis > softWindowMillis);
    }
}
