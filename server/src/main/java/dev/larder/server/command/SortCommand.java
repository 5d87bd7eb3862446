package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code SORT}: the elements of a list, set or sorted set in an order of their own. Elements are copied to the heap, and take
 * no more there than one reply may have. Patterns lead to keys that no table knows, so all shards are locked then.
 */
@SuppressWarnings("try") // a section is held, not used
final class SortCommand {
    private static final byte[] ASC = Ascii.bytes("asc");
    private static final byte[] DESC = Ascii.bytes("desc");
    private static final byte[] ALPHA = Ascii.bytes("alpha");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] STORE = Ascii.bytes("store");
    private static final byte[] BY = Ascii.bytes("by");
    private static final byte[] GET = Ascii.bytes("get");
    private static final byte[] NOTHING = {};
    private static final String NO_NUMBER = "ERR One or more scores can't be converted into double";

    private SortCommand() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("sort", call -> run(call, Asked.of(call, true)));
        bodies.put("sort_ro", call -> run(call, Asked.of(call, false)));
    }

    /** What is asked for, as it is read from a command's words. */
    private static final class Asked {
        private boolean isDown;
        private boolean isAlpha;
        private long start;
        private long count = -1;
        private int storeWord = -1;
        private @Nullable SortPattern by;
        private boolean isUnsorted;
        private final List<SortPattern> gets = new ArrayList<>();

        static Asked of(Call call, boolean mayStore) {
            Asked asked = new Asked();
            int i = 2;
            while (i < call.count()) {
                i += asked.read(call, i, mayStore);
            }
            return asked;
        }

        /** Reads an option; how many words it has. */
        private int read(Call call, int at, boolean mayStore) {
            int left = call.count() - at - 1;
            if (call.is(at, ASC) || call.is(at, DESC)) {
                isDown = call.is(at, DESC);
                return 1;
            }
            if (call.is(at, ALPHA)) {
                isAlpha = true;
                return 1;
            }
            if (call.is(at, LIMIT) && left >= 2) {
                start = call.integer(at + 1);
                count = call.integer(at + 2);
                return 3;
            }
            if (mayStore && call.is(at, STORE) && left >= 1) {
                storeWord = at + 1;
            } else if (call.is(at, BY) && left >= 1) {
                by = SortPattern.of(call.arguments().copy(at + 1));
                isUnsorted |= by.isConstant();
            } else if (call.is(at, GET) && left >= 1) {
                gets.add(SortPattern.of(call.arguments().copy(at + 1)));
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
            return 2;
        }

        boolean needsAll() {
            return (by != null && !by.isConstant()) || gets.stream().anyMatch(SortPattern::isForeign);
        }
    }

    private static void run(Call call, Asked asked) {
        try (Section section = locked(call, asked)) {
            List<byte[]> sorted = new ArrayList<>();
            try (Entry entry = call.open(1)) {
                call.noteRead(entry);
                gather(call, entry, asked, sorted);
            }
            order(call, asked, sorted);
            long from = Math.min(Math.max(0, asked.start), sorted.size());
            long most = asked.count < 0 ? sorted.size() : asked.count;
            long end = Math.min(sorted.size(), from + Math.min(most, sorted.size()));
            List<byte[]> shown = sorted.subList((int) from, (int) end);
            if (asked.storeWord < 0) {
                reply(call, asked, shown);
            } else {
                store(call, asked, shown);
            }
        }
    }

    private static Section locked(Call call, Asked asked) {
        boolean needsAll = asked.needsAll() && !call.client().transaction().isRunning();
        return needsAll ? call.worker().section.addAll().lock() : call.lock();
    }

    /** Copies what there is, in the order in which it is kept. */
    private static void gather(Call call, Entry entry, Asked asked, List<byte[]> into) {
        if (!entry.isPresent()) {
            return;
        }
        Gathering gathering = new Gathering(call, into);
        switch (entry.type()) {
            case LIST -> entry.elements().range(0, Long.MAX_VALUE, gathering);
            case SET -> {
                if (asked.isUnsorted && asked.storeWord >= 0) {
                    asked.isUnsorted = false;
                    asked.isAlpha = true;
                    asked.by = null;
                }
                SetCommands.each(entry.members(), gathering::take);
            }
            case SORTED_SET -> {
                if (asked.isUnsorted && asked.isDown) {
                    entry.scores().rangeDown(Long.MAX_VALUE, Long.MAX_VALUE, (member, score) -> gathering.take(member));
                } else {
                    entry.scores().range(0, Long.MAX_VALUE, (member, score) -> gathering.take(member));
                }
            }
            default -> throw new Complaint(Complaint.WRONG_TYPE);
        }
    }

    /** Copies elements, no more than a reply may have. */
    private static final class Gathering implements FieldSink {
        private final Call call;
        private final List<byte[]> into;
        private long bytes;

        Gathering(Call call, List<byte[]> into) {
            this.call = call;
            this.into = into;
        }

        void take(Slice member) {
            count(member.length());
            into.add(member.toBytes());
        }

        private void count(int more) {
            bytes += more + Gathered.OVERHEAD;
            call.room(bytes);
        }

        @Override
        public void field(Slice name, int valueBytes) {
            count(valueBytes);
            byte[] value = new byte[valueBytes];
            into.add(value);
            call.worker().copier.to(value, 0);
        }

        @Override
        public void piece(Slice piece) {
            call.worker().copier.piece(piece);
        }
    }

    /** An element with what it is sorted by. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Weighed(byte[] element, double score, byte @Nullable [] text) {}

    private static void order(Call call, Asked asked, List<byte[]> elements) {
        if (asked.isUnsorted) {
            return;
        }
        List<Weighed> weighed = new ArrayList<>(elements.size());
        for (byte[] element : elements) {
            byte[] text = asked.by == null ? element : asked.by.value(call, element);
            double score = asked.isAlpha || text == null ? 0 : score(text);
            weighed.add(new Weighed(element, score, asked.isAlpha ? text : NOTHING));
        }
        Comparator<Weighed> order = asked.isAlpha
                ? Comparator.comparing(Weighed::text, Comparator.nullsFirst(Arrays::compareUnsigned))
                : Comparator.comparingDouble(Weighed::score)
                        .thenComparing((one, other) -> Arrays.compareUnsigned(one.element, other.element));
        weighed.sort(asked.isDown ? order.reversed() : order);
        for (int i = 0; i < weighed.size(); i++) {
            elements.set(i, weighed.get(i).element);
        }
    }

    /** As C reads it, which ends at a zero byte. */
    private static double score(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int zero = text.indexOf('\0');
        String number = (zero < 0 ? text : text.substring(0, zero)).stripLeading();
        if (number.isEmpty() && text.stripLeading().length() == text.length()) {
            return 0;
        }
        double score = Doubles.parse(number);
        if (Double.isNaN(score)) {
            throw new Complaint(NO_NUMBER);
        }
        return score + 0.0;
    }

    private static void reply(Call call, Asked asked, List<byte[]> shown) {
        int each = Math.max(1, asked.gets.size());
        call.out().array(shown.size() * each);
        for (byte[] element : shown) {
            if (asked.gets.isEmpty()) {
                SetCommands.write(call, call.out(), Slice.of(element));
            }
            for (SortPattern get : asked.gets) {
                byte[] value = get.value(call, element);
                if (value == null) {
                    call.out().nil();
                } else {
                    SetCommands.write(call, call.out(), Slice.of(value));
                }
            }
        }
    }

    private static void store(Call call, Asked asked, List<byte[]> shown) {
        List<Slice> values = new ArrayList<>();
        long bytes = 0;
        for (byte[] element : shown) {
            if (asked.gets.isEmpty()) {
                values.add(Slice.of(element));
            }
            for (SortPattern get : asked.gets) {
                byte[] value = get.value(call, element);
                values.add(Slice.of(value == null ? NOTHING : value));
                bytes += value == null ? 0 : value.length;
                call.room(bytes);
            }
        }
        try (Entry target = call.openOther(asked.storeWord, call.client().database())) {
            boolean wasThere = target.isPresent();
            target.elements().replace(values);
            call.notifyStored(Event.SORTSTORE, target, wasThere);
        }
        call.out().integer(values.size());
    }
}
