package dev.larder.jdbc;

import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The one row that says which generation of a cache is read, and which one a rebuild fills. Thread-safe: immutable.
 *
 * <p>Whoever changes it locks it first, in a transaction. Whoever reads it does so within the statement that goes on to the
 * entries, and locks nothing. A lapsed rebuild stays in the row, and gets its tombstones, until somebody takes it out: so
 * whether there is a rebuild is never a matter of two clock readings.
 */
final class CacheRow {
    private static final int MAX_LABEL = 255;

    /** What a rebuild is known by. Immutable but for the arrays, which nobody changes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Place(byte[] generation, byte[] token) {
        static Place next() {
            return new Place(generationId(), Tokens.next().getBytes(StandardCharsets.US_ASCII));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record State(byte[] current, byte[] next, byte[] token, long beginAt, long endAt, long now) {
        boolean isPlaceOf(Place place) {
            return Arrays.equals(token, place.token()) && Arrays.equals(next, place.generation());
        }

        /** The tombstones of a longer rebuild may be gone. */
        boolean isAlive() {
            return endAt > now && beginAt + Entries.TOMBSTONE_MILLIS > now;
        }
    }

    private static final byte[] NONE = {};

    private final byte[] id;
    private final String label;
    private final String insert;
    private final String lock;
    private final String change;
    private final String retire;
    private final String recall;
    private final String keep;

    CacheRow(String namespace, String cache, Dialect dialect, Tables tables) {
        this.id = KeyBytes.hash((namespace + '\0' + cache).getBytes(StandardCharsets.UTF_8));
        String text = (namespace + "/" + cache).replaceAll("[^\\x20-\\x7e]", "?");
        this.label = text.length() <= MAX_LABEL ? text : text.substring(0, MAX_LABEL);
        this.insert = "INSERT INTO " + tables.caches()
                + " (cache_id, label, current_generation, rebuild_begin, rebuild_end)"
                + " SELECT " + dialect.typed("$id") + ", " + dialect.typed("VARCHAR(255)") + ", " + dialect.typed("$id")
                + ", 0, 0" + dialect.fromNothing() + " WHERE NOT EXISTS (SELECT 1 FROM " + tables.caches()
                + " WHERE cache_id = ?)";
        this.lock = "SELECT current_generation, next_generation, rebuild_token, rebuild_begin, rebuild_end, "
                + dialect.nowMillis() + " FROM " + tables.caches() + " WHERE cache_id = ? FOR UPDATE";
        this.change =
                "UPDATE " + tables.caches() + " SET current_generation = ?, next_generation = ?, rebuild_token = ?,"
                        + " rebuild_begin = ?, rebuild_end = ? WHERE cache_id = ?";
        this.retire = "INSERT INTO " + tables.old() + " (generation, retired_at) VALUES (?, ?)";
        this.keep = "UPDATE " + tables.caches() + " SET rebuild_end = " + dialect.nowMillis() + " + " + dialect.number()
                + " WHERE cache_id = ? AND rebuild_token = ? AND rebuild_end > " + dialect.nowMillis();
        this.recall = "DELETE FROM " + tables.old() + " WHERE generation = ?";
    }

    byte[] id() {
        return id;
    }

    /** Makes the row where there is none; one that another process makes meanwhile ends in a passing failure. */
    void make(Session session) throws SQLException {
        session.update(insert, id, label, generationId(), id);
    }

    /** Replaces the generation; a rebuild loses its place. */
    void clear(Session session) throws SQLException {
        State state = locked(session);
        session.update(change, generationId(), null, null, 0L, 0L, id);
        session.update(retire, state.current(), state.now());
    }

    /** Takes the place of a rebuild; false where another one lives there. */
    boolean beginRebuild(Session session, Place place, long leaseMillis) throws SQLException {
        State state = locked(session);
        if (state.token().length > 0 && state.isAlive()) {
            return false;
        }
        session.update(
                change, state.current(), place.generation(), place.token(), state.now(), state.now() + leaseMillis, id);
        session.update(retire, place.generation(), state.now()); // until it is current it counts as old
        return true;
    }

    /** Keeps the place for {@code leaseMillis} more; false where it is lost. */
    boolean keepRebuild(Session session, Place place, long leaseMillis) throws SQLException {
        return session.update(keep, leaseMillis, id, place.token()) == 1;
    }

    /** The database's time if {@code place} is still the rebuild's, which it stays until the transaction ends; else -1. */
    long lockPlace(Session session, Place place) throws SQLException {
        State state = locked(session);
        return state.isPlaceOf(place) && state.isAlive() ? state.now() : -1;
    }

    /** Makes the rebuild's generation the current one; true too where it is so already. */
    boolean commitRebuild(Session session, Place place) throws SQLException {
        State state = locked(session);
        if (Arrays.equals(state.current(), place.generation())) {
            return true; // committed before, and the answer was lost
        }
        if (!state.isPlaceOf(place) || !state.isAlive()) {
            return false;
        }
        session.update(change, place.generation(), null, null, 0L, 0L, id);
        session.update(recall, place.generation());
        session.update(retire, state.current(), state.now());
        return true;
    }

    /** Gives the place up, if it is still this rebuild's. */
    void abortRebuild(Session session, Place place) throws SQLException {
        State state = locked(session);
        if (state.isPlaceOf(place)) {
            session.update(change, state.current(), null, null, 0L, 0L, id);
        }
    }

    private State locked(Session session) throws SQLException {
        State state = read(session);
        if (state == null) {
            make(session);
            state = read(session);
        }
        if (state == null) {
            throw new SQLException("the row of a cache vanished as it was made", "40001");
        }
        return state;
    }

    private @Nullable State read(Session session) throws SQLException {
        return session.first(
                lock,
                row -> new State(
                        row.getBytes(1),
                        orNone(row.getBytes(2)),
                        orNone(row.getBytes(3)),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                id);
    }

    private static byte[] orNone(byte @Nullable [] bytes) {
        return bytes == null ? NONE : bytes;
    }

    private static byte[] generationId() {
        return HexFormat.of().parseHex(Tokens.next());
    }
}
