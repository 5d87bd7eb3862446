package dev.larder.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows that are void already: past their time, of old generations, old messages, places of rebuilds that lapsed.
 * Thread-safe: immutable.
 */
final class Rubbish {
    static final int ROWS_PER_STEP = 500;
    /** A reader that was away longer is told of a gap. */
    static final long MESSAGES_MILLIS = 10 * 60_000;

    static final long MAX_MESSAGES = 100_000;
    /** Longer than a statement may take: one that began while the generation was current has ended. */
    static final long GRACE_MILLIS = 60_000;

    private final String now;
    private final String lapse;
    private final String expired;
    private final String removeExpired;
    private final String retired;
    private final String ofGeneration;
    private final String removeOf;
    private final String forget;
    private final String sent;
    private final String surplus;
    private final String removeMessage;

    Rubbish(Dialect dialect, Tables tables) {
        now = "SELECT " + dialect.nowMillis();
        lapse = "UPDATE " + tables.caches() + " SET next_generation = NULL, rebuild_token = NULL, rebuild_end = 0"
                + " WHERE next_generation IS NOT NULL AND rebuild_end <= ?";
        expired = "SELECT generation, key_hash FROM " + tables.entries()
                + " WHERE remove_at <= ? ORDER BY remove_at LIMIT " + ROWS_PER_STEP;
        removeExpired = "DELETE FROM " + tables.entries() + " WHERE generation = ? AND key_hash = ? AND remove_at <= ?";
        retired = "SELECT o.generation FROM " + tables.old()
                + " o WHERE o.retired_at <= ? AND NOT EXISTS (SELECT 1 FROM "
                + tables.caches() + " c WHERE c.current_generation = o.generation OR c.next_generation = o.generation)"
                + " LIMIT 1";
        ofGeneration = "SELECT key_hash FROM " + tables.entries() + " WHERE generation = ? LIMIT " + ROWS_PER_STEP;
        removeOf = "DELETE FROM " + tables.entries() + " WHERE generation = ? AND key_hash = ?";
        forget = "DELETE FROM " + tables.old() + " WHERE generation = ?";
        sent = "SELECT cache_id, message_number FROM " + tables.messages() + " WHERE sent_at <= ? LIMIT "
                + ROWS_PER_STEP;
        surplus = "SELECT m.cache_id, m.message_number FROM " + tables.messages() + " m JOIN " + tables.feeds()
                + " f ON f.cache_id = m.cache_id WHERE m.message_number <= f.message_number - " + MAX_MESSAGES
                + " LIMIT "
                + ROWS_PER_STEP;
        removeMessage = "DELETE FROM " + tables.messages() + " WHERE cache_id = ? AND message_number = ?";
    }

    /** Removes some of each kind; true where more is left. */
    boolean step(Session session) throws SQLException {
        Long found = session.first(now, row -> row.getLong(1));
        if (found == null) {
            return false;
        }
        long nowMillis = found;
        session.update(lapse, nowMillis);
        boolean more = removeExpired(session, nowMillis);
        more |= removeOldGeneration(session, nowMillis - GRACE_MILLIS);
        more |= remove(session, removeMessage, session.rows(sent, Rubbish::message, nowMillis - MESSAGES_MILLIS));
        if (!more) { // reads every message's number, so not in a hurry
            more = remove(session, removeMessage, session.rows(surplus, Rubbish::message));
        }
        return more;
    }

    private boolean removeExpired(Session session, long nowMillis) throws SQLException {
        List<Object[]> rows =
                session.rows(expired, row -> new Object[] {row.getBytes(1), row.getBytes(2), nowMillis}, nowMillis);
        return remove(session, removeExpired, rows);
    }

    private boolean removeOldGeneration(Session session, long retiredBefore) throws SQLException {
        byte @Nullable [] generation = session.first(retired, row -> row.getBytes(1), retiredBefore);
        if (generation == null) {
            return false;
        }
        List<Object[]> rows =
                session.rows(ofGeneration, row -> new Object[] {generation, row.getBytes(1)}, (Object) generation);
        if (rows.isEmpty()) {
            session.update(forget, (Object) generation);
        }
        remove(session, removeOf, rows);
        return true;
    }

    private static Object[] message(ResultSet row) throws SQLException {
        return new Object[] {row.getBytes(1), row.getLong(2)};
    }

    private static boolean remove(Session session, String statement, List<Object[]> rows) throws SQLException {
        if (!rows.isEmpty()) {
            session.updateEach(statement, new ArrayList<>(rows));
        }
        return rows.size() == ROWS_PER_STEP;
    }
}
