package dev.larder.jdbc;

import dev.larder.jdbc.Entries.NewRow;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of {@link Entries} for many keys at once, each of them once. Thread-safe: has no state.
 *
 * <p>Leases are taken in three steps: read all, take those that are free, read again what was taken. The third step makes
 * it plain: who finds his token in the row has the lease, and the content beside it is the one the lease was taken on,
 * since a change of the content would have ended the lease. It makes the whole repeatable, too.
 */
final class BulkEntries {
    /** A request for the lease of one key. */
    record Ask(Key key, LeaseRequest request) implements Gathering.Question {
        @Override
        public long bytes() {
            return key.bytes().length;
        }
    }

    /** A value to store under one key's lease. */
    record Fill(Key key, String token, FarValue value) implements Gathering.Question {
        @Override
        public long bytes() {
            return value.bytes().length;
        }
    }

    private final Entries entries;

    BulkEntries(Entries entries) {
        this.entries = entries;
    }

    /** The answers to {@code asks}, in their order. */
    List<Acquired> acquire(Session session, List<Ask> asks) throws SQLException {
        if (asks.size() == 1) {
            Ask ask = asks.get(0);
            return List.of(entries.acquire(session, ask.key(), ask.request()));
        }
        Map<ByteBuffer, Acquired> answers = new HashMap<>();
        Map<ByteBuffer, EntryRow> rows = read(session, asks);
        List<Ask> free = unanswered(asks, rows, answers);
        if (!free.isEmpty()) {
            take(session, free, rows);
            unanswered(free, read(session, free), answers);
        }
        List<Acquired> all = new ArrayList<>();
        for (Ask ask : asks) {
            Acquired answer = answers.get(ByteBuffer.wrap(ask.key().hash()));
            // Without an answer: lost a race, or the generation was replaced meanwhile.
            all.add(answer == null ? entries.acquire(session, ask.key(), ask.request()) : answer);
        }
        return all;
    }

    /** The rows there are, by their keys' bytes. */
    private Map<ByteBuffer, EntryRow> read(Session session, List<Ask> asks) throws SQLException {
        Map<ByteBuffer, EntryRow> rows = new HashMap<>();
        for (EntryRow row : entries.rows(session, asks.stream().map(Ask::key).toList())) {
            byte[] key = row.key();
            if (key != null) {
                rows.put(ByteBuffer.wrap(key), row);
            }
        }
        return rows;
    }

    /** Notes what {@code rows} answer; returns those whose lease is free. */
    private List<Ask> unanswered(List<Ask> asks, Map<ByteBuffer, EntryRow> rows, Map<ByteBuffer, Acquired> answers) {
        List<Ask> free = new ArrayList<>();
        for (Ask ask : asks) {
            EntryRow row = rows.get(ByteBuffer.wrap(ask.key().bytes()));
            Acquired answer = row == null ? null : entries.answer(row, ask.key(), ask.request());
            if (answer == null) {
                free.add(ask);
            } else {
                answers.put(ByteBuffer.wrap(ask.key().hash()), answer);
            }
        }
        return free;
    }

    private void take(Session session, List<Ask> free, Map<ByteBuffer, EntryRow> rows) throws SQLException {
        List<Object[]> there = new ArrayList<>();
        List<NewRow> absent = new ArrayList<>();
        EntryRow current = entries.current(session);
        List<Ask> sorted = new ArrayList<>(free);
        sorted.sort(Comparator.comparing(ask -> ask.key().hash(), Arrays::compareUnsigned));
        for (Ask ask : sorted) {
            EntryRow row = rows.get(ByteBuffer.wrap(ask.key().bytes()));
            if (row != null) {
                there.add(entries.acquireArguments(row, ask.key(), ask.request()));
            } else if (current != null) {
                absent.add(entries.leaseOnly(current, ask.key(), ask.request()));
            }
        }
        if (!there.isEmpty()) {
            entries.acquireEach(session, there);
        }
        if (!absent.isEmpty()) {
            entries.insertAbsent(session, absent);
        }
    }

    /** Whether each value was stored, in the order of {@code fills}; in a transaction of the caller's. */
    List<Boolean> fill(Session session, List<Fill> fills) throws SQLException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < fills.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(i -> fills.get(i).key().hash(), Arrays::compareUnsigned));
        int[] counts = entries.fillEach(session, order.stream().map(fills::get).toList());
        @Nullable Boolean[] stored = new Boolean[fills.size()];
        for (int i = 0; i < counts.length; i++) {
            stored[order.get(i)] = counts[i] == 1;
        }
        return List.of(stored);
    }
}
