package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Several keys of one command, open at once within a {@linkplain Call#lock section}. Used again and again; confined to its
 * worker's thread.
 */
final class Several implements AutoCloseable {
    /** So many are kept from one command to the next. */
    private static final int KEPT = 64;

    private final OffHeapStore store;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Slice> keys = new ArrayList<>();
    private int count;

    Several(OffHeapStore store) {
        this.store = store;
    }

    /** Opens the key in a word of a call; the next one. */
    Entry open(Call call, int word) {
        if (count == entries.size()) {
            entries.add(store.entry());
            keys.add(new Slice());
        }
        Slice key = keys.get(count)
                .set(
                        call.arguments().array(word),
                        call.arguments().offset(word),
                        call.arguments().length(word));
        Entry entry = entries.get(count).open(call.client().database(), key);
        count++;
        return entry;
    }

    /**
     * What {@code LMPOP}, {@code ZMPOP} and their like ask for: from which keys, from which end, and how much.
     *
     * @param from the word of the first key
     * @param end the word after the last one
     * @param isSecond whether it is the second of two ends
     */
    record Asked(int from, int end, boolean isSecond, long most) {
        private static final byte[] COUNT = Ascii.bytes("count");
        private static final String NO_COUNT = "ERR count should be greater than 0";

        /** Reads it from the word on that has the number of keys. */
        static Asked of(Call call, int at, String one, String other) {
            long keys = call.arguments().isLong(at) ? call.arguments().toLong(at) : 0;
            if (keys < 1) {
                throw new Complaint(Complaint.NO_NUMKEYS);
            }
            if (keys > call.count() - at - 2) {
                throw new Complaint(Complaint.SYNTAX);
            }
            int end = at + 1 + (int) keys;
            boolean isSecond = call.is(end, Ascii.bytes(other));
            if (!isSecond && !call.is(end, Ascii.bytes(one))) {
                throw new Complaint(Complaint.SYNTAX);
            }
            if (call.count() == end + 1) {
                return new Asked(at + 1, end, isSecond, 1);
            }
            if (call.count() < end + 3 || !call.is(end + 1, COUNT)) {
                throw new Complaint(Complaint.SYNTAX);
            }
            long most = call.arguments().isLong(end + 2) ? call.arguments().toLong(end + 2) : 0;
            if (most < 1) {
                throw new Complaint(NO_COUNT);
            }
            if (call.count() > end + 3) {
                throw new Complaint(Complaint.SYNTAX);
            }
            return new Asked(at + 1, end, isSecond, most);
        }

        /** Answers by the first of the keys that holds such a value, or by nil; nobody waits. */
        @SuppressWarnings("try") // a section is held, not used
        void answer(Call call, ValueType type, Answer answer) {
            try (Section section = call.lock()) {
                for (int word = from; word < end; word++) {
                    try (Entry entry = call.change(word, type)) {
                        if (entry.isPresent()) {
                            answer.write(call, word, entry, this);
                            return;
                        }
                    }
                }
            }
            call.out().nilArray();
        }
    }

    /** Writes what is taken from an entry. */
    interface Answer {
        void write(Call call, int word, Entry entry, Asked asked);
    }

    /** How many are open. */
    int count() {
        return count;
    }

    /** The one that was opened so many ones after the first. */
    Entry get(int index) {
        return entries.get(index);
    }

    /** Closes all of them, the last one first. */
    @Override
    public void close() {
        while (count > 0) {
            entries.get(--count).close();
        }
        while (entries.size() > KEPT) {
            entries.removeLast();
            keys.removeLast();
        }
    }
}
