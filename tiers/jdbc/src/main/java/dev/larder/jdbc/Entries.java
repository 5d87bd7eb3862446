package dev.larder.jdbc;

import dev.larder.failure.TierException;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of one cache's entries, in statements. Thread-safe: has no state but the touches, which are.
 *
 * <p><b>Rules.</b> A store is one statement that demands the token in the lease, in the generation that is current as it
 * begins; an invalidation removes the row, and the lease with it. So what was loaded before an invalidation cannot be
 * stored after it. A generation contains nothing that was loaded before it was made. So an operation that began before a
 * clear or a rebuild's begin, and did not see it, has nothing to do there.
 *
 * <p><b>Next, then current.</b> Whatever makes an entry void does so in the generation a rebuild is filling first, and then
 * in the current one. A switch between the two steps makes the first generation the current one; the second step then
 * finds the tombstone there, which is as void. In the other order a switch would bring the rebuild's row to life.
 *
 * <p><b>Stamps.</b> A lease is taken by a statement that names the content its caller was shown, by its stamp. So the stale
 * value that goes with a lease is the one that the lease was taken on.
 */
final class Entries {
    /** How long tombstones live, and so the longest rebuild. */
    static final long TOMBSTONE_MILLIS = 6L * 60 * 60 * 1000;

    static final int MAX_TRIES = 50;
    private static final int ROWS_AT_ONCE = 100;
    /** Longer lives than this, about 30,000 years, are cut, so that no sum overflows. */
    private static final long LONGEST_MILLIS = 1L << 50;

    static final byte[] NO_STAMP = {};

    private final CacheRow cache;
    private final EntrySql sql;
    private final Touches touches;

    Entries(CacheRow cache, EntrySql sql, Touches touches) {
        this.cache = cache;
        this.sql = sql;
        this.touches = touches;
    }

    @Nullable FarValue get(Session session, Key key) throws SQLException {
        EntryRow row = session.first(sql.read, EntryRow::of, key.hash(), cache.id());
        return row == null || !row.isOf(key) ? null : used(row, key);
    }

    Map<String, FarValue> getAll(Session session, List<Key> keys) throws SQLException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Map<String, FarValue> found = inOneGeneration(session, keys);
            if (found != null) {
                return found;
            }
        }
        throw new TierException("a cache was cleared " + MAX_TRIES + " times while it was read", null);
    }

    /** What is found of {@code keys}; null where the generation was replaced between two portions. */
    private @Nullable Map<String, FarValue> inOneGeneration(Session session, List<Key> keys) throws SQLException {
        Map<String, FarValue> found = new HashMap<>();
        byte[] generation = null;
        for (List<Key> part : parts(keys)) {
            Map<ByteBuffer, Key> byBytes = new HashMap<>();
            part.forEach(key -> byBytes.put(ByteBuffer.wrap(key.bytes()), key));
            for (EntryRow row : rows(session, part)) {
                if (generation != null && !Arrays.equals(generation, row.generation())) {
                    return null;
                }
                generation = row.generation();
                Key key = byBytes.get(ByteBuffer.wrap(row.key() == null ? NO_STAMP : row.key()));
                FarValue value = key == null ? null : used(row, key);
                if (key != null && value != null) {
                    found.put(key.text(), value);
                }
            }
        }
        return found;
    }

    private @Nullable FarValue used(EntryRow row, Key key) {
        FarValue value = row.value();
        if (value != null) {
            touches.note(row, key);
        }
        return value;
    }

    Acquired acquire(Session session, Key key, LeaseRequest request) throws SQLException {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            EntryRow row = session.first(sql.read, EntryRow::of, key.hash(), cache.id());
            if (row == null) {
                cache.make(session);
                continue;
            }
            Acquired answer = answer(row, key, request);
            if (answer != null) {
                return answer;
            }
            boolean won = row.exists()
                    ? session.update(sql.acquire, acquireArguments(row, key, request)) == 1
                    : insertAbsent(session, List.of(leaseOnly(row, key, request))) == 1;
            if (won) {
                return new Acquired.Won(row.isOf(key) ? row.value() : null);
            }
        }
        throw new TierException("a key's row changed " + MAX_TRIES + " times while its lease was asked for", null);
    }

    /** What {@code row} answers by itself; null where the lease is free. */
    @Nullable Acquired answer(EntryRow row, Key key, LeaseRequest request) {
        FarValue value = row.isOf(key) ? used(row, key) : null;
        if (value != null && row.isFresh(request.softWindowMillis())) {
            return new Acquired.Hit(value);
        }
        if (row.isLeasedTo(bytes(request.token()))) {
            return new Acquired.Won(value);
        }
        return row.isLeased() ? new Acquired.Lost(value, row.leaseLeftMillis()) : null;
    }

    /** The rows there are of {@code keys}. */
    List<EntryRow> rows(Session session, List<Key> keys) throws SQLException {
        List<EntryRow> rows = new ArrayList<>();
        for (List<Key> part : parts(keys)) {
            int marks = roundedUp(part.size());
            rows.addAll(session.rows(sql.readAll(marks), EntryRow::of, hashes(marks, part, cache.id())));
        }
        return rows;
    }

    private List<List<Key>> parts(List<Key> keys) {
        List<List<Key>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += sql.keysAtOnce()) {
            parts.add(keys.subList(from, Math.min(keys.size(), from + sql.keysAtOnce())));
        }
        return parts;
    }

    /** The generation that is current, and the time, beside what is of no interest; null where the cache has no row. */
    @Nullable EntryRow current(Session session) throws SQLException {
        return session.first(sql.read, EntryRow::of, NO_STAMP, cache.id());
    }

    /** Takes leases where the content is still what was read; {@code arguments} of {@link #acquireArguments}. */
    void acquireEach(Session session, List<Object[]> arguments) throws SQLException {
        session.updateEach(sql.acquire, arguments);
    }

    Object[] acquireArguments(EntryRow row, Key key, LeaseRequest request) {
        long lease = limited(request.leaseMillis());
        return new Object[] {bytes(request.token()), lease, lease, row.generation(), key.hash(), row.stamp()};
    }

    NewRow leaseOnly(EntryRow seen, Key key, LeaseRequest request) {
        return leaseOnly(seen, key, bytes(request.token()), limited(request.leaseMillis()));
    }

    boolean fill(Session session, Key key, String token, FarValue value) throws SQLException {
        return session.update(sql.fill, fillArguments(key, token, value)) == 1;
    }

    /** As {@link #fill} for each; counts the rows of each. */
    int[] fillEach(Session session, List<BulkEntries.Fill> fills) throws SQLException {
        return session.updateEach(
                sql.fill,
                fills.stream()
                        .map(fill -> fillArguments(fill.key(), fill.token(), fill.value()))
                        .toList());
    }

    private Object[] fillArguments(Key key, String token, FarValue value) {
        long life = life(value);
        byte[] held = bytes(token);
        return new Object[] {
            key.bytes(), value.bytes(), size(key, value), life, life, life, life, held, cache.id(), key.hash(), held
        };
    }

    boolean renew(Session session, Key key, String token, long leaseMillis) throws SQLException {
        long lease = limited(leaseMillis);
        return session.update(sql.renew, lease, lease, cache.id(), key.hash(), bytes(token)) == 1;
    }

    void release(Session session, Key key, String token) throws SQLException {
        session.update(sql.release, cache.id(), key.hash(), bytes(token));
    }

    void invalidate(Session session, List<Key> keys) throws SQLException {
        bury(session, keys);
        for (List<Key> part : parts(keys)) {
            int marks = roundedUp(part.size());
            session.update(sql.removeAll(marks), hashes(marks, part, cache.id()));
        }
    }

    void expire(Session session, Key key, long maxStaleMillis) throws SQLException {
        bury(session, List.of(key));
        long stale = limited(maxStaleMillis);
        session.update(sql.expire, stale, stale, bytes(Tokens.next()), cache.id(), key.hash());
    }

    void beginWrite(Session session, Key key, String token, long leaseMillis) throws SQLException {
        bury(session, List.of(key));
        byte[] held = bytes(token);
        long lease = limited(leaseMillis);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            if (session.update(sql.begin, key.bytes(), held, lease, lease, NO_STAMP, cache.id(), key.hash()) == 1) {
                return;
            }
            EntryRow row = session.first(sql.read, EntryRow::of, key.hash(), cache.id());
            if (row == null) {
                cache.make(session);
            } else if (!row.exists()) {
                insertAbsent(session, List.of(leaseOnly(row, key, NO_STAMP, 0))); // the update then takes it
            }
        }
        throw new TierException("a key's row changed " + MAX_TRIES + " times while a write began", null);
    }

    boolean commitWrite(Session session, Key key, String token, FarValue value) throws SQLException {
        bury(session, List.of(key));
        if (fill(session, key, token, value)) {
            return true;
        }
        session.update(sql.removeOne, cache.id(), key.hash());
        return false;
    }

    /** A row to insert; moments by the database's clock. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record NewRow(
            byte[] generation,
            Key key,
            @Nullable FarValue value,
            byte @Nullable [] token,
            long leaseEnd,
            long removeAt,
            long nowMillis) {}

    private static NewRow leaseOnly(EntryRow seen, Key key, byte[] token, long leaseMillis) {
        long end = seen.nowMillis() + leaseMillis;
        return new NewRow(seen.generation(), key, null, token, end, end, seen.nowMillis());
    }

    /** Inserts rows where the generation has none of the key; counts those inserted. */
    int insertAbsent(Session session, List<NewRow> rows) throws SQLException {
        int inserted = 0;
        for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
            List<NewRow> part = rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE));
            List<@Nullable Object> arguments = new ArrayList<>();
            part.forEach(row -> add(row, arguments));
            inserted += session.update(sql.insertAbsent(part.size()), arguments.toArray());
        }
        return inserted;
    }

    private static void add(NewRow row, List<@Nullable Object> arguments) {
        FarValue value = row.value();
        long life = value == null ? 0 : life(value);
        long expiresAt = value == null ? 0 : life < 0 ? EntrySql.NEVER : row.nowMillis() + life;
        arguments.add(row.generation());
        arguments.add(row.key().hash());
        arguments.add(row.key().bytes());
        arguments.add(value == null ? null : value.bytes());
        arguments.add(value == null ? 0L : size(row.key(), value));
        arguments.add(expiresAt);
        arguments.add(row.token());
        arguments.add(row.leaseEnd());
        arguments.add(value == null ? NO_STAMP : bytes(Tokens.next()));
        arguments.add(value == null ? row.removeAt() : expiresAt);
        arguments.add(row.nowMillis());
    }

    /** Where a rebuild is under way: tombstones in its generation, which refuse its rows and void those already there. */
    private void bury(Session session, List<Key> keys) throws SQLException {
        List<NewRow> tombstones = session.first(
                sql.next,
                row -> {
                    long now = row.getLong(1);
                    byte[] next = row.getBytes(2);
                    return next == null ? List.of() : tombstones(next, keys, now);
                },
                cache.id());
        if (tombstones == null || tombstones.isEmpty()) {
            return;
        }
        insertAbsent(session, tombstones);
        NewRow first = tombstones.get(0);
        for (List<Key> part : parts(keys)) {
            int marks = roundedUp(part.size());
            session.update(sql.buryAll(marks), hashes(marks, part, NO_STAMP, first.removeAt(), first.generation()));
        }
    }

    private static List<NewRow> tombstones(byte[] generation, List<Key> keys, long now) {
        return keys.stream()
                .map(key -> new NewRow(generation, key, null, null, 0, now + TOMBSTONE_MILLIS, now))
                .toList();
    }

    /** {@code first}, then {@code count} hashes: those of {@code keys}, the last one repeated. */
    private static @Nullable Object[] hashes(int count, List<Key> keys, Object... first) {
        @Nullable Object[] arguments = Arrays.copyOf(first, first.length + count);
        for (int i = 0; i < count; i++) {
            arguments[first.length + i] = keys.get(Math.min(i, keys.size() - 1)).hash();
        }
        return arguments;
    }

    /** So that there are ten statements to prepare and not five hundred. */
    private static int roundedUp(int count) {
        return count <= 1 ? 1 : Integer.highestOneBit(count - 1) * 2;
    }

    static List<Key> keys(Collection<String> texts) {
        return Key.sorted(texts);
    }

    private static long size(Key key, FarValue value) {
        return (long) key.bytes().length + value.bytes().length;
    }

    private static long life(FarValue value) {
        return value.leftMillis() < 0 ? -1 : limited(value.leftMillis());
    }

    static long limited(long millis) {
        return Math.max(0, Math.min(LONGEST_MILLIS, millis));
    }

    static byte[] bytes(String token) {
        byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length > 64) {
            throw new IllegalArgumentException("a token must have 1 to 64 characters but had " + bytes.length);
        }
        return bytes;
    }
}
