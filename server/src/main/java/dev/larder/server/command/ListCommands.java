package dev.larder.server.command;

import static dev.larder.server.store.ValueType.LIST;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.ListAccess;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.util.Map;

/** Lists: their ends, single elements and ranges. */
@SuppressWarnings("try") // a section is held, not used
final class ListCommands {
    private static final byte[] LEFT = Ascii.bytes("left");
    private static final byte[] RIGHT = Ascii.bytes("right");
    private static final byte[] BEFORE = Ascii.bytes("before");
    private static final byte[] AFTER = Ascii.bytes("after");
    private static final String NO_SUCH_INDEX = "ERR index out of range";

    private ListCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("lpush", call -> push(call, true, false));
        bodies.put("rpush", call -> push(call, false, false));
        bodies.put("lpushx", call -> push(call, true, true));
        bodies.put("rpushx", call -> push(call, false, true));
        bodies.put("lpop", call -> pop(call, true));
        bodies.put("rpop", call -> pop(call, false));
        bodies.put("llen", ListCommands::llen);
        bodies.put("lrange", ListCommands::lrange);
        bodies.put("lindex", ListCommands::lindex);
        bodies.put("lset", ListCommands::lset);
        bodies.put("linsert", ListCommands::linsert);
        bodies.put("ltrim", ListCommands::ltrim);
        bodies.put("lmove", call -> move(call, isLeft(call, 3), isLeft(call, 4)));
        bodies.put("rpoplpush", call -> move(call, false, true));
        bodies.put("lmpop", ListCommands::lmpop);
    }

    private static void push(Call call, boolean isFirst, boolean onlyToOld) {
        try (Entry entry = call.change(1, LIST)) {
            if (!entry.isPresent() && onlyToOld) {
                call.out().integer(0);
                return;
            }
            ListAccess elements = entry.elements();
            for (int i = 2; i < call.count(); i++) {
                elements.insert(isFirst ? 0 : elements.count(), call.value(i));
            }
            call.notify(isFirst ? Event.LPUSH : Event.RPUSH, entry);
            call.out().integer(elements.count());
        }
    }

    // Replies.

    /** Writes elements as they come. */
    private record Writing(Call call) implements FieldSink {
        @Override
        public void field(Slice name, int valueBytes) {
            call.room(valueBytes);
            int at = call.out().bulk(valueBytes);
            call.worker().copier.to(call.out().sink().array(), at);
        }

        @Override
        public void piece(Slice bytes) {
            call.worker().copier.piece(bytes);
        }
    }

    static FieldSink writing(Call call) {
        return new Writing(call);
    }

    /** Removes so many elements from an end, which are there, and answers them as they leave. */
    static void take(Call call, Entry entry, long count, boolean isFirst) {
        ListAccess elements = entry.elements();
        FieldSink writing = writing(call);
        long size = elements.count();
        if (isFirst) {
            elements.range(0, count, writing);
        } else {
            for (long i = size - 1; i >= size - count; i--) {
                elements.range(i, 1, writing);
            }
        }
        if (count > 0) {
            elements.remove(isFirst ? 0 : size - count, count);
            call.notifyTaken(isFirst ? Event.LPOP : Event.RPOP, entry);
        }
    }

    private static void pop(Call call, boolean isFirst) {
        if (call.count() > 3) {
            throw Dispatcher.wrongCount(call.command());
        }
        boolean isMany = call.count() == 3;
        long count = 1;
        if (isMany) {
            count = call.arguments().isLong(2) ? call.arguments().toLong(2) : -1;
            if (count < 0) {
                throw new Complaint(Complaint.NOT_POSITIVE);
            }
        }
        try (Entry entry = call.change(1, LIST)) {
            if (!entry.isPresent()) {
                if (isMany) {
                    call.out().nilArray();
                } else {
                    call.out().nil();
                }
                return;
            }
            long some = Math.min(count, entry.elements().count());
            if (isMany) {
                call.out().array((int) some);
            }
            take(call, entry, some, isFirst);
        }
    }

    private static void llen(Call call) {
        try (Entry entry = call.read(1, LIST)) {
            call.out().integer(entry.elements().count());
        }
    }

    private static void lrange(Call call) {
        long from = call.integer(2);
        long to = call.integer(3);
        try (Entry entry = call.read(1, LIST)) {
            long size = entry.elements().count();
            long first = Math.max(0, from < 0 ? from + size : from);
            long last = Math.min(size - 1, to < 0 ? to + size : to);
            long count = first > last ? 0 : last - first + 1;
            call.out().array((int) count);
            entry.elements().range(first, count, writing(call));
        }
    }

    /** The number of an element that may be counted from the end, or -1 for one that is not there. */
    private static long index(Call call, int word, ListAccess elements) {
        long given = call.integer(word);
        long index = given < 0 ? given + elements.count() : given;
        return index < 0 || index >= elements.count() ? -1 : index;
    }

    private static void lindex(Call call) {
        try (Entry entry = call.read(1, LIST)) {
            long index = entry.isPresent() ? index(call, 2, entry.elements()) : -1;
            if (index < 0) {
                call.out().nil();
            } else {
                entry.elements().range(index, 1, writing(call));
            }
        }
    }

    private static void lset(Call call) {
        try (Entry entry = call.change(1, LIST)) {
            if (!entry.isPresent()) {
                throw new Complaint(Complaint.NO_SUCH_KEY);
            }
            long index = index(call, 2, entry.elements());
            if (index < 0) {
                throw new Complaint(NO_SUCH_INDEX);
            }
            entry.elements().set(index, call.value(3));
            call.notify(Event.LSET, entry);
        }
        call.out().ok();
    }

    private static void linsert(Call call) {
        boolean isBehind = call.is(2, AFTER);
        if (!isBehind && !call.is(2, BEFORE)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        try (Entry entry = call.change(1, LIST)) {
            ListAccess elements = entry.elements();
            if (!entry.isPresent()) {
                call.out().integer(0);
                return;
            }
            long[] found = {-1};
            ListSearch.forward(elements, call.value(3), 0, index -> {
                found[0] = index;
                return false;
            });
            if (found[0] < 0) {
                call.out().integer(-1);
                return;
            }
            elements.insert(found[0] + (isBehind ? 1 : 0), call.value(4));
            call.notify(Event.LINSERT, entry);
            call.out().integer(elements.count());
        }
    }

    private static void ltrim(Call call) {
        long from = call.integer(2);
        long to = call.integer(3);
        try (Entry entry = call.change(1, LIST)) {
            ListAccess elements = entry.elements();
            long size = elements.count();
            long first = Math.max(0, from < 0 ? from + size : from);
            long last = Math.min(size - 1, to < 0 ? to + size : to);
            boolean isThere = entry.isPresent();
            if (first > last) {
                entry.remove();
            } else {
                elements.remove(last + 1, size - last - 1);
                elements.remove(0, first);
            }
            if (isThere) {
                call.notifyTaken(Event.LTRIM, entry);
            }
        }
        call.out().ok();
    }

    // Between lists.

    /** Whether a word says left, and complains of one that does not say right. */
    static boolean isLeft(Call call, int word) {
        boolean isLeft = call.is(word, LEFT);
        if (!isLeft && !call.is(word, RIGHT)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        return isLeft;
    }

    private static void move(Call call, boolean fromFirst, boolean toFirst) {
        try (Section section = call.lock();
                Entry source = call.change(1, LIST)) {
            if (source.isPresent()) {
                transfer(call, source, fromFirst, toFirst);
            } else {
                call.out().nil();
            }
        }
    }

    /** Moves an element of a list that is there to the list of the next key, and answers it. Locks are held. */
    static void transfer(Call call, Entry source, boolean fromFirst, boolean toFirst) {
        long size = source.elements().count();
        Taken taken = new Taken(call);
        source.elements().range(fromFirst ? 0 : size - 1, 1, taken);
        Slice element = Slice.of(taken.bytes);
        if (call.sameWord(1, 2)) {
            rotate(source.elements(), element, fromFirst, toFirst);
            call.notify(toFirst ? Event.LPUSH : Event.RPUSH, source);
        } else {
            try (Entry target = call.openOther(2, call.client().database())) {
                if (target.isPresent() && target.type() != LIST) {
                    throw new Complaint(Complaint.WRONG_TYPE);
                }
                ListAccess elements = target.elements();
                elements.insert(toFirst ? 0 : elements.count(), element); // where there is no room, nothing was removed
                call.notify(toFirst ? Event.LPUSH : Event.RPUSH, target);
            }
            source.elements().remove(fromFirst ? 0 : size - 1, 1);
        }
        call.notifyTaken(fromFirst ? Event.LPOP : Event.RPOP, source);
        call.room(taken.bytes.length);
        call.out().bulk(taken.bytes);
    }

    private static void rotate(ListAccess elements, Slice element, boolean fromFirst, boolean toFirst) {
        if (fromFirst == toFirst) {
            return;
        }
        if (toFirst) {
            elements.addFirst(element);
            elements.remove(elements.count() - 1, 1);
        } else {
            elements.addLast(element);
            elements.remove(0, 1);
        }
    }

    /** One element as bytes. */
    private static final class Taken implements FieldSink {
        private final Call call;
        private byte[] bytes = {};

        Taken(Call call) {
            this.call = call;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            bytes = new byte[valueBytes];
            call.worker().copier.to(bytes, 0);
        }

        @Override
        public void piece(Slice piece) {
            call.worker().copier.piece(piece);
        }
    }

    private static void lmpop(Call call) {
        Several.Asked.of(call, 1, "left", "right").answer(call, LIST, ListCommands::reply);
    }

    /** Answers a key and what is taken from its list. */
    static void reply(Call call, int word, Entry entry, Several.Asked asked) {
        long some = Math.min(asked.most(), entry.elements().count());
        call.out().array(2);
        call.out().bulk(call.arguments().copy(word));
        call.out().array((int) some);
        take(call, entry, some, !asked.isSecond());
    }
}
