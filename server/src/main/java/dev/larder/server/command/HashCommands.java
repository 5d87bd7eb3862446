package dev.larder.server.command;

import static dev.larder.server.store.ValueType.HASH;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldAccess;
import dev.larder.server.store.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Hashes: single fields. */
final class HashCommands {
    private static final String NOT_AN_INTEGER = "ERR hash value is not an integer";
    private static final String NOT_A_FLOAT = "ERR hash value is not a float";
    private static final String NOT_FINITE = "ERR value is NaN or Infinity";
    private static final String WOULD_BE_INFINITE = "ERR increment would produce NaN or Infinity";

    private HashCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("hset", call -> hset(call, true));
        bodies.put("hmset", call -> hset(call, false));
        bodies.put("hsetnx", HashCommands::hsetnx);
        bodies.put("hget", HashCommands::hget);
        bodies.put("hmget", HashCommands::hmget);
        bodies.put("hdel", HashCommands::hdel);
        bodies.put("hexists", HashCommands::hexists);
        bodies.put("hlen", HashCommands::hlen);
        bodies.put("hstrlen", HashCommands::hstrlen);
        bodies.put("hincrby", HashCommands::hincrby);
        bodies.put("hincrbyfloat", HashCommands::hincrbyfloat);
    }

    private static void hset(Call call, boolean counts) {
        if (call.count() % 2 == 1) {
            throw Dispatcher.wrongCount(call.command());
        }
        int created = 0;
        try (Entry entry = call.change(1, HASH)) {
            for (int i = 2; i < call.count(); i += 2) {
                created += entry.fields().put(call.extra(i), call.value(i + 1), Entry.NEVER) ? 1 : 0;
            }
            call.notify(Event.HSET, entry);
        }
        if (counts) {
            call.out().integer(created);
        } else {
            call.out().ok();
        }
    }

    private static void hsetnx(Call call) {
        try (Entry entry = call.change(1, HASH)) {
            boolean isNew = !entry.fields().contains(call.extra(2));
            if (isNew) {
                entry.fields().put(call.extra(2), call.value(3), Entry.NEVER);
                call.notify(Event.HSET, entry);
            }
            call.out().integer(isNew ? 1 : 0);
        }
    }

    private static void hget(Call call) {
        try (Entry entry = call.read(1, HASH)) {
            reply(call, entry.fields(), call.extra(2));
        }
    }

    private static void reply(Call call, FieldAccess fields, Slice field) {
        int length = fields.length(field);
        if (length < 0) {
            call.out().nil();
            return;
        }
        call.room(length);
        int at = call.out().bulk(length);
        fields.read(field, call.worker().copier.to(call.out().sink().array(), at));
    }

    private static void hmget(Call call) {
        try (Entry entry = call.read(1, HASH)) {
            call.out().array(call.count() - 2);
            for (int i = 2; i < call.count(); i++) {
                reply(call, entry.fields(), call.extra(i));
            }
        }
    }

    private static void hdel(Call call) {
        int removed = 0;
        try (Entry entry = call.change(1, HASH)) {
            for (int i = 2; i < call.count() && entry.isPresent(); i++) {
                removed += entry.fields().remove(call.extra(i)) ? 1 : 0;
            }
            if (removed > 0) {
                call.notify(Event.HDEL, entry);
                if (!entry.isPresent()) {
                    call.notify(Event.DEL, entry);
                }
            }
        }
        call.out().integer(removed);
    }

    private static void hexists(Call call) {
        try (Entry entry = call.read(1, HASH)) {
            call.out().integer(entry.fields().contains(call.extra(2)) ? 1 : 0);
        }
    }

    private static void hlen(Call call) {
        try (Entry entry = call.read(1, HASH)) {
            call.out().integer(entry.fields().count());
        }
    }

    private static void hstrlen(Call call) {
        try (Entry entry = call.read(1, HASH)) {
            call.out().integer(Math.max(0, entry.fields().length(call.extra(2))));
        }
    }

    /** A field's value as bytes, or null where there is none. */
    private static byte @org.jspecify.annotations.Nullable [] bytes(Call call, FieldAccess fields, Slice field) {
        int length = fields.length(field);
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        fields.read(field, call.worker().copier.to(bytes, 0));
        return bytes;
    }

    /** Sets a field and keeps its expiry. */
    private static void put(Call call, FieldAccess fields, byte[] text) {
        long expiresAt = fields.expiresAt(call.extra(2));
        fields.put(call.extra(2), Slice.of(text), expiresAt < 0 ? Entry.NEVER : expiresAt);
    }

    private static void hincrby(Call call) {
        long by = call.integer(3);
        try (Entry entry = call.change(1, HASH)) {
            byte[] text = bytes(call, entry.fields(), call.extra(2));
            if (text != null && !Ascii.isLong(text, 0, text.length)) {
                throw new Complaint(NOT_AN_INTEGER);
            }
            long old = text == null ? 0 : Ascii.toLong(text, 0, text.length);
            long sum = old + by;
            if (((old ^ sum) & (by ^ sum)) < 0) {
                throw new Complaint(NumberCommands.OVERFLOW);
            }
            put(call, entry.fields(), Ascii.bytes(Long.toString(sum)));
            call.notify(Event.HINCRBY, entry);
            call.out().integer(sum);
        }
    }

    private static void hincrbyfloat(Call call) {
        LongDouble by = LongDouble.parse(call.latin(3), Complaint.NOT_A_FLOAT);
        if (!by.isFinite()) {
            throw new Complaint(NOT_FINITE);
        }
        try (Entry entry = call.change(1, HASH)) {
            byte[] old = bytes(call, entry.fields(), call.extra(2));
            String text = old == null ? "0" : new String(old, StandardCharsets.ISO_8859_1);
            LongDouble sum = LongDouble.parse(text, NOT_A_FLOAT).plus(by);
            if (!sum.isFinite()) {
                throw new Complaint(WOULD_BE_INFINITE);
            }
            byte[] digits = Ascii.bytes(sum.toString());
            put(call, entry.fields(), digits);
            call.notify(Event.HINCRBYFLOAT, entry);
            call.out().bulk(digits);
        }
    }
}
