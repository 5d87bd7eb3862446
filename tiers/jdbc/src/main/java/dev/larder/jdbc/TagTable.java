package dev.larder.jdbc;

import dev.larder.bus.TagChange;
import dev.larder.jdbc.TagSnapshot.Clock;
import dev.larder.jdbc.TagSnapshot.Noted;
import dev.larder.tier.TagReading;
import dev.larder.tier.Tokens;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tag clock of one cache and when its tags were invalidated, in statements. Thread-safe: immutable.
 *
 * <p><b>Rules.</b> Whoever notes something of a tag locks the clock's row first, in a transaction that goes on to nothing
 * but tags: so changes of one cache come one after the other, and their readings are committed in order. What only reads is
 * one statement, which sees clock and tags as of one commit, and locks nothing.
 *
 * <p><b>The floor.</b> A tag without a record was invalidated no later than the floor beside the clock. A record is removed
 * only after the floor was raised to what it knew ({@link TagSweep}), so that forgetting brings nothing back.
 *
 * <p><b>Epochs.</b> A clock that is begun anew makes every record one of another epoch, at once: such a record counts as
 * none, and the next use of its tag replaces it.
 */
final class TagTable {
    /** How many tags a statement names at most. */
    static final int READ_AT_ONCE = 1_024;

    private static final byte[] NO_ID = {};

    private final byte[] cacheId;
    private final String now;
    private final String make;
    private final String lock;
    private final String advance;
    private final String notedOf;
    private final String remove;
    private final String stale;
    private final String use;
    private final String forget;
    private final String insert;

    TagTable(byte[] cacheId, Dialect dialect, Tables tables) {
        this.cacheId = cacheId;
        String clocks = tables.tagClocks();
        String tags = tables.tags();
        this.now = "SELECT tag_clock FROM " + clocks + " WHERE cache_id = ?";
        this.make = "INSERT INTO " + clocks + " (cache_id, tag_clock, tag_floor) SELECT " + dialect.typed("$id") + ", "
                + dialect.number() + ", " + dialect.number() + dialect.fromNothing()
                + " WHERE NOT EXISTS (SELECT 1 FROM " + clocks + " WHERE cache_id = ?)";
        String clock = "tag_clock, tag_floor, " + dialect.nowMillis();
        this.lock = "SELECT " + clock + " FROM " + clocks + " WHERE cache_id = ? FOR UPDATE";
        this.advance = "UPDATE " + clocks + " SET tag_clock = ?, tag_floor = ? WHERE cache_id = ?";
        this.notedOf = "SELECT " + clock + ", t.tag_id, t.removed_at, t.stale_at, t.stale_time, t.used_at FROM "
                + clocks + " c LEFT JOIN " + tags + " t ON t.tag_id IN ($marks) WHERE c.cache_id = ?";
        String ofEpoch = " WHERE tag_id = ? AND removed_at >= ? AND removed_at <= ?";
        this.remove = "UPDATE " + tags + " SET removed_at = ?, used_at = ?" + ofEpoch;
        this.stale = "UPDATE " + tags + " SET stale_at = ?, stale_time = ?, used_at = ?" + ofEpoch;
        this.use = "UPDATE " + tags + " SET used_at = ? WHERE tag_id = ?";
        this.forget = "DELETE FROM " + tags + " WHERE tag_id = ?";
        this.insert = "INSERT INTO " + tags
                + " (tag_id, cache_id, removed_at, stale_at, stale_time, used_at) VALUES (?, ?, ?, ?, ?, ?)";
    }

    /** The clock's reading; begun where there is none, and then a race with another beginning is a passing failure. */
    long now(Session session) throws SQLException {
        Long reading = session.first(now, row -> row.getLong(1), cacheId);
        return reading == null ? make(session) : reading;
    }

    /** What is noted of {@code tags}, at most {@value #READ_AT_ONCE}; locks nothing. */
    TagSnapshot peek(Session session, List<TagName> tags) throws SQLException {
        TagSnapshot seen = notedOf(session, tags, null);
        return seen == null ? new TagSnapshot(new Clock(make(session), 0, 0)) : seen;
    }

    /** What is noted of {@code tags}, each of which has a record afterwards; in a transaction of the caller's. */
    TagSnapshot read(Session session, List<TagName> tags) throws SQLException {
        TagSnapshot seen = new TagSnapshot(locked(session));
        for (int from = 0; from < tags.size(); from += READ_AT_ONCE) {
            notedOf(session, tags.subList(from, Math.min(tags.size(), from + READ_AT_ONCE)), seen);
        }
        Clock clock = seen.clock();
        List<Object[]> used = new ArrayList<>();
        List<Object[]> outdated = new ArrayList<>();
        List<Object[]> missing = new ArrayList<>();
        for (TagName tag : tags) {
            if (!seen.isKnown(tag)) {
                Noted noted = new Noted(clock.floor(), 0, 0, clock.nowMillis());
                missing.add(insertArguments(tag, noted));
                if (seen.noted().put(tag.key(), noted) != null) {
                    outdated.add(new Object[] {tag.id()});
                }
            } else if (seen.isUseOld(tag)) {
                used.add(new Object[] {clock.nowMillis(), tag.id()});
            }
        }
        each(session, use, used);
        each(session, forget, outdated);
        each(session, insert, missing);
        return seen;
    }

    /** Raises the clock and notes it for the tag; in a transaction of the caller's. */
    long change(Session session, TagName tag, TagChange.Kind kind) throws SQLException {
        Clock before = locked(session);
        long next = before.reading() + 1;
        boolean goesOn = TagReading.isSameEpoch(before.reading(), next);
        long at = goesOn ? next : Tokens.clock();
        long floor = goesOn ? before.floor() : at;
        session.update(advance, at, floor, cacheId);
        long now = before.nowMillis();
        long first = firstOfEpoch(at);
        long last = lastOfEpoch(at);
        boolean isNoted = switch (kind) {
            case REMOVED -> session.update(remove, at, now, tag.id(), first, last) == 1;
            case STALE -> session.update(stale, at, now, now, tag.id(), first, last) == 1;
        };
        if (!isNoted) {
            Noted noted = switch (kind) {
                case REMOVED -> new Noted(at, 0, 0, now);
                case STALE -> new Noted(floor, at, now, now);
            };
            session.update(forget, (Object) tag.id()); // one of another epoch
            session.update(insert, insertArguments(tag, noted));
        }
        return at;
    }

    /** Begins a new epoch: every entry and every record of the one before is void. */
    void beginAnew(Session session) throws SQLException {
        long clock = Tokens.clock();
        session.update(advance, clock, clock, cacheId); // where there is no row, the next epoch is a new one anyway
    }

    static long firstOfEpoch(long reading) {
        return reading >>> TagReading.COUNT_BITS << TagReading.COUNT_BITS;
    }

    static long lastOfEpoch(long reading) {
        return firstOfEpoch(reading) | (1L << TagReading.COUNT_BITS) - 1;
    }

    private long make(Session session) throws SQLException {
        long clock = Tokens.clock();
        if (session.update(make, cacheId, clock, clock, cacheId) == 0) {
            throw new SQLException("another process began a tag clock at the same time", "40001");
        }
        return clock;
    }

    private Clock locked(Session session) throws SQLException {
        Clock clock = session.first(lock, Clock::of, cacheId);
        if (clock == null) {
            make(session);
            clock = session.first(lock, Clock::of, cacheId);
        }
        if (clock == null) {
            throw new SQLException("a tag clock vanished as it was begun", "40001");
        }
        return clock;
    }

    /** Adds what is noted of {@code tags} to {@code known}, or to what is read of the clock; null for no clock. */
    private @Nullable TagSnapshot notedOf(Session session, List<TagName> tags, @Nullable TagSnapshot known)
            throws SQLException {
        int marks = tags.size() <= 1 ? 1 : Integer.highestOneBit(tags.size() - 1) * 2; // few statements to prepare
        Object[] arguments = new Object[marks + 1];
        for (int i = 0; i < marks; i++) {
            arguments[i] = tags.isEmpty()
                    ? NO_ID
                    : tags.get(Math.min(i, tags.size() - 1)).id();
        }
        arguments[marks] = cacheId;
        String sql = notedOf.replace("$marks", String.join(", ", Collections.nCopies(marks, "?")));
        List<TagSnapshot> seen = new ArrayList<>();
        if (known != null) {
            seen.add(known);
        }
        session.each(sql, row -> add(row, seen), arguments);
        return seen.isEmpty() ? null : seen.get(0);
    }

    private static boolean add(ResultSet row, List<TagSnapshot> seen) throws SQLException {
        if (seen.isEmpty()) {
            seen.add(new TagSnapshot(Clock.of(row)));
        }
        byte[] id = row.getBytes(4);
        if (id != null) {
            Noted noted = new Noted(row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8));
            seen.get(0).noted().put(ByteBuffer.wrap(id), noted);
        }
        return true;
    }

    private Object[] insertArguments(TagName tag, Noted noted) {
        return new Object[] {tag.id(), cacheId, noted.removedAt(), noted.staleAt(), noted.staleTime(), noted.usedAt()};
    }

    private static void each(Session session, String sql, List<Object[]> arguments) throws SQLException {
        if (!arguments.isEmpty()) {
            session.updateEach(sql, arguments);
        }
    }
}
