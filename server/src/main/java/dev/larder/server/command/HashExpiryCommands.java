package dev.larder.server.command;

import static dev.larder.server.store.ValueType.HASH;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldAccess;
import dev.larder.server.store.Slice;
import java.util.Map;

/** When fields of hashes expire: the commands of Redis 7.4. */
final class HashExpiryCommands {
    private static final byte[] FIELDS = Ascii.bytes("fields");
    private static final int NO_FIELD = -2;
    private static final int NO_EXPIRY = -1;
    private static final int REMOVED = 2;
    private static final String NO_FIELDS = "ERR Mandatory argument FIELDS is missing or not at the right position";
    private static final String NO_COUNT = "ERR Parameter `numFields` should be greater than 0";
    private static final String WRONG_COUNT = "ERR The `numfields` parameter must match the number of arguments";
    private static final String NEGATIVE = "ERR invalid expire time, must be >= 0";

    private HashExpiryCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("hexpire", call -> expire(call, Expiry.SECOND, true));
        bodies.put("hpexpire", call -> expire(call, 1, true));
        bodies.put("hexpireat", call -> expire(call, Expiry.SECOND, false));
        bodies.put("hpexpireat", call -> expire(call, 1, false));
        bodies.put("httl", call -> tell(call, Expiry.SECOND, true));
        bodies.put("hpttl", call -> tell(call, 1, true));
        bodies.put("hexpiretime", call -> tell(call, Expiry.SECOND, false));
        bodies.put("hpexpiretime", call -> tell(call, 1, false));
        bodies.put("hpersist", HashExpiryCommands::persist);
    }

    /** Where the fields begin, behind {@code FIELDS} at {@code index} and their number. */
    private static int firstField(Call call, int index) {
        if (index + 1 >= call.count() || !call.is(index, FIELDS)) {
            throw new Complaint(NO_FIELDS);
        }
        if (!call.arguments().isLong(index + 1) || call.arguments().toLong(index + 1) < 1) {
            throw new Complaint(NO_COUNT);
        }
        if (call.arguments().toLong(index + 1) != call.count() - index - 2) {
            throw new Complaint(WRONG_COUNT);
        }
        return index + 2;
    }

    private static void expire(Call call, int unit, boolean isRelative) {
        if (call.integer(2) < 0) {
            throw new Complaint(NEGATIVE);
        }
        long expiresAt = Expiry.any(call, 2, unit, isRelative);
        ExpiryCommands.Condition condition = ExpiryCommands.Condition.NONE;
        int at = 3;
        if (!call.is(at, FIELDS)) {
            ExpiryCommands.Condition more = condition.and(call.arguments().word(at++));
            if (more == null) {
                throw new Complaint(NO_FIELDS);
            }
            condition = more;
        }
        int first = firstField(call, at);
        try (Entry entry = call.change(1, HASH)) {
            call.out().array(call.count() - first);
            int expiring = 0;
            int removed = 0;
            for (int i = first; i < call.count(); i++) {
                int outcome = expire(call, entry.fields(), i, condition, expiresAt);
                expiring += outcome == 1 ? 1 : 0;
                removed += outcome == REMOVED ? 1 : 0;
                call.out().integer(outcome);
            }
            tell(call, entry, expiring, removed);
        }
    }

    private static void tell(Call call, Entry entry, int expiring, int removed) {
        if (removed > 0) {
            call.notify(Event.HDEL, entry);
        }
        if (expiring > 0) {
            call.notify(Event.HEXPIRE, entry);
        }
        if (removed > 0 && !entry.isPresent()) {
            call.notify(Event.DEL, entry);
        }
    }

    private static int expire(
            Call call, FieldAccess fields, int index, ExpiryCommands.Condition condition, long expiresAt) {
        Slice field = call.extra(index);
        long now = fields.expiresAt(field);
        if (now < 0) {
            return NO_FIELD;
        }
        if (!condition.isMet(now, expiresAt)) {
            return 0;
        }
        if (expiresAt <= call.now()) {
            fields.remove(field);
            return REMOVED;
        }
        fields.expire(field, expiresAt);
        return 1;
    }

    private static void tell(Call call, int unit, boolean isRelative) {
        int first = firstField(call, 2);
        try (Entry entry = call.read(1, HASH)) {
            call.out().array(call.count() - first);
            for (int i = first; i < call.count(); i++) {
                long expiresAt = entry.fields().expiresAt(call.extra(i));
                if (expiresAt < 0 || expiresAt == Entry.NEVER) {
                    call.out().integer(expiresAt < 0 ? NO_FIELD : NO_EXPIRY);
                } else {
                    call.out().integer(ExpiryCommands.told(call, expiresAt, unit, isRelative));
                }
            }
        }
    }

    private static void persist(Call call) {
        int first = firstField(call, 2);
        try (Entry entry = call.change(1, HASH)) {
            call.out().array(call.count() - first);
            boolean isChanged = false;
            for (int i = first; i < call.count(); i++) {
                long expiresAt = entry.fields().expiresAt(call.extra(i));
                if (expiresAt >= 0 && expiresAt != Entry.NEVER) {
                    entry.fields().expire(call.extra(i), Entry.NEVER);
                    isChanged = true;
                    call.out().integer(1);
                } else {
                    call.out().integer(expiresAt < 0 ? NO_FIELD : NO_EXPIRY);
                }
            }
            if (isChanged) {
                call.notify(Event.HPERSIST, entry);
            }
        }
    }
}
