package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Strings that are numbers. */
final class NumberCommands {
    static final String OVERFLOW = "ERR increment or decrement would overflow";

    private static final String DECREMENT_OVERFLOW = "ERR decrement would overflow";

    private NumberCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("incr", call -> add(call, 1));
        bodies.put("decr", call -> add(call, -1));
        bodies.put("incrby", call -> add(call, call.integer(2)));
        bodies.put("decrby", call -> {
            long number = call.integer(2);
            if (number == Long.MIN_VALUE) {
                throw new Complaint(DECREMENT_OVERFLOW);
            }
            add(call, -number);
        });
        bodies.put("incrbyfloat", NumberCommands::incrbyfloat);
    }

    private static void add(Call call, long by) {
        try (Entry entry = call.change(1, STRING)) {
            long old = 0;
            if (entry.isPresent()) {
                if (!entry.isNumber() && !isWrittenNumber(call, entry)) {
                    throw new Complaint(Complaint.NOT_AN_INTEGER);
                }
                old = entry.isNumber() ? entry.number() : writtenNumber(call, entry);
            }
            long sum = old + by;
            if (((old ^ sum) & (by ^ sum)) < 0) {
                throw new Complaint(OVERFLOW);
            }
            entry.setNumber(sum);
            call.notify(Event.INCRBY, entry);
            call.out().integer(sum);
        }
    }

    /** A number in a string that is kept as bytes, as parts of long ones are. */
    private static boolean isWrittenNumber(Call call, Entry entry) {
        if (entry.length() > 20) {
            return false;
        }
        byte[] bytes = call.bytes(entry);
        return Ascii.isLong(bytes, 0, bytes.length);
    }

    private static long writtenNumber(Call call, Entry entry) {
        byte[] bytes = call.bytes(entry);
        return Ascii.toLong(bytes, 0, bytes.length);
    }

    private static void incrbyfloat(Call call) {
        try (Entry entry = call.change(1, STRING)) {
            String old = entry.isPresent() ? new String(call.bytes(entry), StandardCharsets.ISO_8859_1) : "0";
            LongDouble sum = LongDouble.parse(old, Complaint.NOT_A_FLOAT)
                    .plus(LongDouble.parse(call.latin(2), Complaint.NOT_A_FLOAT));
            if (!sum.isFinite()) {
                throw new Complaint("ERR increment would produce NaN or Infinity");
            }
            byte[] text = sum.toString().getBytes(StandardCharsets.ISO_8859_1);
            entry.set(Slice.of(text), entry.isPresent() ? entry.expiresAt() : Entry.NEVER);
            call.notify(Event.INCRBYFLOAT, entry);
            call.out().bulk(text);
        }
    }
}
