package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STREAM;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import dev.larder.server.store.Texts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Streams: what changes them. */
final class StreamCommands {
    private static final byte[] NEXT = Ascii.bytes("*");
    private static final byte[] NOMKSTREAM = Ascii.bytes("nomkstream");
    private static final byte[] ENTRIESADDED = Ascii.bytes("entriesadded");
    private static final byte[] MAXDELETEDID = Ascii.bytes("maxdeletedid");
    private static final String NOT_ZERO = "ERR The ID specified in XADD must be greater than 0-0";
    private static final String NOT_ABOVE =
            "ERR The ID specified in XADD is equal or smaller than the target stream top item";
    private static final String EXHAUSTED =
            "ERR The stream has exhausted the last possible ID, unable to add more items";
    private static final String TOO_LARGE = "ERR Elements are too large to be stored";
    private static final String NO_STRATEGY = "ERR syntax error, XTRIM must be called with a trimming strategy";
    private static final String NEGATIVE_COUNT = "ERR entries_added must be positive";
    private static final String BELOW_GIVEN =
            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id";
    private static final String BELOW_TOP = "ERR The ID specified in XSETID is smaller than the target stream top item";
    private static final String BELOW_LENGTH =
            "ERR The entries_added specified in XSETID is smaller than the target stream length";

    private StreamCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("xadd", StreamCommands::xadd);
        bodies.put("xlen", StreamCommands::xlen);
        bodies.put("xdel", StreamCommands::xdel);
        bodies.put("xtrim", StreamCommands::xtrim);
        bodies.put("xsetid", StreamCommands::xsetid);
    }

    // Adding.

    /**
     * What XADD is asked for.
     *
     * @param wanted the id; null for the next one
     * @param first the word of the first field
     */
    private record Addition(StreamTrim trim, boolean onlyToOld, StreamIds.@Nullable Wanted wanted, int first) {
        static Addition of(Call call) {
            StreamTrim trim = new StreamTrim();
            boolean onlyToOld = false;
            StreamIds.Wanted wanted = null;
            int at = 2;
            while (wanted == null && at < call.count() && !call.is(at, NEXT)) {
                int next = trim.read(call, at);
                if (next > at) {
                    at = next;
                } else if (call.is(at, NOMKSTREAM)) {
                    onlyToOld = true;
                    at++;
                } else {
                    wanted = StreamIds.wanted(call, at);
                }
            }
            trim.check(null);
            int fields = call.count() - at - 1;
            if (fields < 2 || fields % 2 == 1) {
                throw Dispatcher.wrongCount(call.command());
            }
            if (wanted != null && wanted.isGiven() && wanted.id().equals(StreamId.ZERO)) {
                throw new Complaint(NOT_ZERO);
            }
            return new Addition(trim, onlyToOld, wanted, at + 1);
        }
    }

    private static void xadd(Call call) {
        Addition asked = Addition.of(call);
        try (Entry entry = call.change(1, STREAM)) {
            if (!entry.isPresent() && asked.onlyToOld) {
                call.out().nil();
                return;
            }
            StreamAccess stream = entry.stream();
            StreamId id = id(call, stream.last(), asked.wanted);
            stream.append(id, texts(call, asked.first).all());
            call.out().bulk(id.toString());
            call.notify(Event.XADD, entry);
            asked.trim.run(call, entry);
        }
    }

    private static StreamId id(Call call, StreamId last, StreamIds.@Nullable Wanted wanted) {
        if (last.equals(StreamId.MAX)) {
            throw new Complaint(EXHAUSTED);
        }
        if (wanted == null) {
            long now = call.now();
            return Long.compareUnsigned(now, last.millis()) > 0 ? new StreamId(now, 0) : last.next();
        }
        StreamId id = wanted.id();
        if (!wanted.isGiven() && id.millis() == last.millis()) {
            if (last.number() == -1) {
                throw new Complaint(TOO_LARGE); // as Redis says
            }
            id = last.next();
        }
        if (id.compareTo(last) <= 0) {
            throw new Complaint(NOT_ABOVE);
        }
        return id;
    }

    private static Texts texts(Call call, int first) {
        long bytes = 0;
        for (int i = first; i < call.count(); i++) {
            bytes += Texts.bytes(call.arguments().length(i));
        }
        if (bytes > Limits.MAX_VALUE_BYTES) {
            throw new Complaint(TOO_LARGE);
        }
        Texts texts = call.worker().texts.begin((int) bytes);
        for (int i = first; i < call.count(); i++) {
            texts.add(
                    call.arguments().array(i),
                    call.arguments().offset(i),
                    call.arguments().length(i));
        }
        return texts;
    }

    private static void xlen(Call call) {
        try (Entry entry = call.read(1, STREAM)) {
            call.out().integer(entry.stream().count());
        }
    }

    // Removing.

    private static void xdel(Call call) {
        try (Entry entry = call.change(1, STREAM)) {
            if (!entry.isPresent()) {
                call.out().integer(0);
                return;
            }
            for (int i = 2; i < call.count(); i++) {
                StreamIds.one(call, i); // all are looked at before one is removed
            }
            long gone = 0;
            for (int i = 2; i < call.count(); i++) {
                gone += entry.stream().remove(StreamIds.one(call, i)) ? 1 : 0;
            }
            if (gone > 0) {
                call.notify(Event.XDEL, entry);
            }
            call.out().integer(gone);
        }
    }

    private static void xtrim(Call call) {
        StreamTrim trim = new StreamTrim();
        int at = 2;
        while (at < call.count()) {
            int next = trim.read(call, at);
            if (next == at) {
                throw new Complaint(Complaint.SYNTAX);
            }
            at = next;
        }
        trim.check(NO_STRATEGY);
        try (Entry entry = call.change(1, STREAM)) {
            call.out().integer(entry.isPresent() ? trim.run(call, entry) : 0);
        }
    }

    private static void xsetid(Call call) {
        StreamId last = StreamIds.one(call, 2);
        long added = -1;
        StreamId removed = StreamId.ZERO;
        for (int i = 3; i < call.count(); i += 2) {
            boolean hasMore = i + 1 < call.count();
            if (hasMore && call.is(i, ENTRIESADDED)) {
                added = call.integer(i + 1);
                check(added >= 0, NEGATIVE_COUNT);
            } else if (hasMore && call.is(i, MAXDELETEDID)) {
                removed = StreamIds.one(call, i + 1);
                check(last.compareTo(removed) >= 0, BELOW_GIVEN);
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        try (Entry entry = call.change(1, STREAM)) {
            check(entry.isPresent(), Complaint.NO_SUCH_KEY);
            StreamAccess stream = entry.stream();
            int count = stream.count();
            if (count > 0) {
                check(last.compareTo(stream.id(count - 1L)) >= 0, BELOW_TOP);
                check(added == -1 || added >= count, BELOW_LENGTH);
            }
            stream.state(
                    last,
                    removed.equals(StreamId.ZERO) ? stream.removed() : removed,
                    added == -1 ? stream.added() : added);
            call.notify(Event.XSETID, entry);
            call.out().ok();
        }
    }

    private static void check(boolean holds, String complaint) {
        if (!holds) {
            throw new Complaint(complaint);
        }
    }
}
