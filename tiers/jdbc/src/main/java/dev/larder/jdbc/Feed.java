package dev.larder.jdbc;

import dev.larder.tier.BusPosition;
import dev.larder.tier.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The messages of one cache, in the database. Thread-safe: immutable.
 *
 * <p><b>Order.</b> An identity column gives out numbers before their transactions commit, so a reader that asks for "more
 * than the last I saw" passes over one that commits late. Here the number comes from a row of its own, which the publisher
 * locks until it commits: numbers commit in their order, and whoever sees the row at n can see every message up to n.
 *
 * <p><b>Chain.</b> Each message has a random stamp and names the stamp of the one before. A reader whose last stamp is not
 * what the next message follows has missed something: messages were trimmed, or the tables emptied, or the database is an
 * older copy in which the same number stood, or will stand, for another message.
 */
final class Feed {
    /** A point between two messages. */
    @SuppressWarnings("ArrayRecordComponent") // compared by the caller
    record Place(long number, byte[] stamp) {}

    /** One message as it stands in the table. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Message(long number, byte[] stamp, byte[] previousStamp, byte[] origin, byte[] body) {
        static Message of(ResultSet row) throws SQLException {
            return new Message(row.getLong(1), row.getBytes(2), row.getBytes(3), row.getBytes(4), row.getBytes(5));
        }
    }

    static final int READ_AT_ONCE = 500;

    private static final String KIND = "jdbc";

    private final byte[] cacheId;
    private final String log;
    private final String insert;
    private final String lock;
    private final String advance;
    private final String add;
    private final String read;

    Feed(byte[] cacheId, Dialect dialect, Tables tables) {
        this.cacheId = cacheId;
        this.log = BusPosition.log(KIND, HexFormat.of().formatHex(cacheId));
        // Behind the messages that are left, where somebody removed the row and not them.
        this.insert = "INSERT INTO " + tables.feeds() + " (cache_id, stamp, message_number) SELECT "
                + dialect.typed("$id") + ", " + dialect.typed("$token")
                + ", (SELECT COALESCE(MAX(message_number), 0) FROM " + tables.messages() + " WHERE cache_id = ?)"
                + dialect.fromNothing() + " WHERE NOT EXISTS (SELECT 1 FROM " + tables.feeds() + " WHERE cache_id = ?)";
        this.lock = "SELECT message_number, stamp FROM " + tables.feeds() + " WHERE cache_id = ? FOR UPDATE";
        this.advance = "UPDATE " + tables.feeds() + " SET message_number = ?, stamp = ? WHERE cache_id = ?";
        this.add = "INSERT INTO " + tables.messages()
                + " (cache_id, message_number, stamp, previous_stamp, origin, body, sent_at) VALUES (?, ?, ?, ?, ?, ?, "
                + dialect.nowMillis() + ")";
        this.read = "SELECT message_number, stamp, previous_stamp, origin, body FROM " + tables.messages()
                + " WHERE cache_id = ? AND message_number > ? AND message_number <= ? ORDER BY message_number LIMIT "
                + READ_AT_ONCE;
    }

    /** Adds messages, in a transaction of the caller's; where the feed stands when that commits. */
    BusPosition publish(Session session, byte[] origin, List<byte[]> bodies) throws SQLException {
        Place place = session.first(lock, Feed::place, cacheId);
        if (place == null) {
            make(session);
            place = session.first(lock, Feed::place, cacheId);
        }
        if (place == null) {
            throw new SQLException("the row of a feed vanished as it was made", "40001");
        }
        for (byte[] body : bodies) {
            Place next = new Place(place.number() + 1, stamp());
            session.update(add, cacheId, next.number(), next.stamp(), place.stamp(), origin, body);
            place = next;
        }
        session.update(advance, place.number(), place.stamp(), cacheId);
        return position(place.number());
    }

    /** The position of the message with that number. */
    BusPosition position(long number) {
        return new BusPosition(log, 0, number);
    }

    /** Whether {@code position} is of a feed of another cache. */
    boolean isOfAnother(BusPosition position) {
        return position.log().startsWith(KIND + '-') && !position.log().equals(log);
    }

    byte[] cacheId() {
        return cacheId;
    }

    /** Where the feeds of caches end now, by the caches' identities; those that have not begun are left out. */
    static Map<ByteBuffer, Place> ends(Session session, Tables tables, List<byte[]> cacheIds) throws SQLException {
        Map<ByteBuffer, Place> ends = new HashMap<>();
        for (int from = 0; from < cacheIds.size(); from += READ_AT_ONCE) {
            List<byte[]> part = cacheIds.subList(from, Math.min(cacheIds.size(), from + READ_AT_ONCE));
            String sql = "SELECT message_number, stamp, cache_id FROM " + tables.feeds() + " WHERE cache_id IN ("
                    + String.join(", ", Collections.nCopies(part.size(), "?")) + ")";
            session.each(sql, row -> ends.put(ByteBuffer.wrap(row.getBytes(3)), place(row)), part.toArray());
        }
        return ends;
    }

    /** Begins a feed where there is none; one that another process begins meanwhile ends in a passing failure. */
    void make(Session session) throws SQLException {
        session.update(insert, cacheId, stamp(), cacheId, cacheId);
    }

    /** The messages after {@code from} up to {@code to}, or the first of them. */
    List<Message> messages(Session session, Place from, Place to) throws SQLException {
        return session.rows(read, Message::of, cacheId, from.number(), to.number());
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(row.getLong(1), row.getBytes(2));
    }

    private static byte[] stamp() {
        return Tokens.next().getBytes(StandardCharsets.US_ASCII);
    }
}
