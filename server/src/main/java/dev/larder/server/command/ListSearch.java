package dev.larder.server.command;

import static dev.larder.server.store.ValueType.LIST;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.ListAccess;
import dev.larder.server.store.Slice;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

/** Lists: elements that equal a value, {@code LPOS} and {@code LREM}. */
final class ListSearch {
    private static final byte[] RANK = Ascii.bytes("rank");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] MAXLEN = Ascii.bytes("maxlen");
    private static final int STEP = 256;
    private static final String NO_RANK =
            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start"
                    + " from the end of the list";

    private ListSearch() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("lpos", ListSearch::lpos);
        bodies.put("lrem", ListSearch::lrem);
    }

    /** Takes the numbers of elements that were found; says whether it wants more. */
    interface Found {
        boolean at(long index);
    }

    /** Compares elements with a value as they come, and notes which are equal. */
    private static final class Comparing implements FieldSink {
        private final Slice wanted;
        private long next;
        private int compared;
        private boolean isEqual;
        private long[] found = new long[STEP];
        private int count;

        Comparing(Slice wanted) {
            this.wanted = wanted;
        }

        void begin(long first) {
            next = first;
            count = 0;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            compared = 0;
            isEqual = valueBytes == wanted.length();
            if (isEqual && valueBytes == 0) {
                note();
            }
            next++;
        }

        @Override
        public void piece(Slice bytes) {
            if (!isEqual) {
                return;
            }
            long from = wanted.offset() + compared;
            isEqual = MemorySegment.mismatch(
                            bytes.memory(),
                            bytes.offset(),
                            bytes.offset() + bytes.length(),
                            wanted.memory(),
                            from,
                            from + bytes.length())
                    < 0;
            compared += bytes.length();
            if (isEqual && compared == wanted.length()) {
                next--;
                note();
                next++;
            }
        }

        private void note() {
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = next;
        }
    }

    /** Looks at up to {@code most} elements, 0 for all, from the first one on. */
    static void forward(ListAccess elements, Slice wanted, long most, Found found) {
        long end = most == 0 ? elements.count() : Math.min(most, elements.count());
        Comparing comparing = new Comparing(wanted);
        for (long from = 0; from < end; from += STEP) {
            comparing.begin(from);
            elements.range(from, Math.min(STEP, end - from), comparing);
            for (int i = 0; i < comparing.count; i++) {
                if (!found.at(comparing.found[i])) {
                    return;
                }
            }
        }
    }

    /** The same from the last one on. */
    private static void backward(ListAccess elements, Slice wanted, long most, Found found) {
        long size = elements.count();
        long begin = most == 0 ? 0 : Math.max(0, size - most);
        Comparing comparing = new Comparing(wanted);
        for (long end = size; end > begin; end -= STEP) {
            long from = Math.max(begin, end - STEP);
            comparing.begin(from);
            elements.range(from, end - from, comparing);
            for (int i = comparing.count - 1; i >= 0; i--) {
                if (!found.at(comparing.found[i])) {
                    return;
                }
            }
        }
    }

    /**
     * What {@code LPOS} asks for.
     *
     * @param rank which match is the first; negative from the end
     * @param count of matches; 0 for all, -1 for one that is answered by itself
     * @param most elements to look at; 0 for all
     */
    private record Asked(long rank, long count, long most) {
        static Asked of(Call call) {
            Asked asked = new Asked(1, -1, 0);
            for (int i = 3; i < call.count(); i += 2) {
                if (i + 1 >= call.count()) {
                    throw new Complaint(Complaint.SYNTAX);
                }
                asked = asked.with(call, i);
            }
            return asked;
        }

        private Asked with(Call call, int at) {
            if (call.is(at, RANK)) {
                long given = Math.max(-Long.MAX_VALUE, call.integer(at + 1));
                if (given == 0) {
                    throw new Complaint(NO_RANK);
                }
                return new Asked(given, count, most);
            }
            if (call.is(at, COUNT)) {
                return new Asked(rank, positive(call, at + 1, "COUNT"), most);
            }
            if (call.is(at, MAXLEN)) {
                return new Asked(rank, count, positive(call, at + 1, "MAXLEN"));
            }
            throw new Complaint(Complaint.SYNTAX);
        }

        private static long positive(Call call, int word, String name) {
            long given = call.arguments().isLong(word) ? call.arguments().toLong(word) : -1;
            if (given < 0) {
                throw new Complaint("ERR " + name + " can't be negative");
            }
            return given;
        }
    }

    private static void lpos(Call call) {
        Asked asked = Asked.of(call);
        try (Entry entry = call.read(1, LIST)) {
            Positions positions = new Positions(Math.abs(asked.rank) - 1, Math.abs(asked.count));
            if (asked.rank > 0) {
                forward(entry.elements(), call.value(2), asked.most, positions);
            } else {
                backward(entry.elements(), call.value(2), asked.most, positions);
            }
            if (asked.count >= 0) {
                call.room(positions.count * 4L);
                call.out().array(positions.count);
                for (int i = 0; i < positions.count; i++) {
                    call.out().integer(positions.found[i]);
                }
            } else if (positions.count > 0) {
                call.out().integer(positions.found[0]);
            } else {
                call.out().nil();
            }
        }
    }

    /** Gathers numbers of elements, up to so many, 0 for all, without the first few. */
    private static final class Positions implements Found {
        private final long most;
        private long skipped;
        private long[] found = new long[16];
        private int count;

        Positions(long skipped, long most) {
            this.skipped = skipped;
            this.most = most;
        }

        @Override
        public boolean at(long index) {
            if (skipped > 0) {
                skipped--;
                return true;
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = index;
            return most == 0 || count < most;
        }
    }

    private static void lrem(Call call) {
        long count = Math.max(-Long.MAX_VALUE, call.integer(2));
        try (Entry entry = call.change(1, LIST)) {
            Positions positions = new Positions(0, Math.abs(count));
            if (count >= 0) {
                forward(entry.elements(), call.value(3), 0, positions);
            } else {
                backward(entry.elements(), call.value(3), 0, positions);
            }
            long[] found = Arrays.copyOf(positions.found, positions.count);
            Arrays.sort(found);
            remove(entry.elements(), found);
            if (found.length > 0) {
                call.notifyTaken(Event.LREM, entry);
            }
            call.out().integer(found.length);
        }
    }

    /** Removes elements, the last one first, and those beside each other at once. */
    private static void remove(ListAccess elements, long[] found) {
        int last = found.length - 1;
        while (last >= 0) {
            int first = last;
            while (first > 0 && found[first - 1] == found[first] - 1) {
                first--;
            }
            elements.remove(found[first], last - first + 1L);
            last = first - 1;
        }
    }
}
