package dev.larder.server.memcached;

import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import java.nio.charset.StandardCharsets;

/** Adds to and subtracts from unsigned numbers of 64 bits that are kept as text. Confined to its desk's thread. */
final class Deltas {
    private static final int MAX_DIGITS = 20;

    private final Desk desk;
    /** The number that was made last, unsigned. */
    private long made;

    Deltas(Desk desk) {
        this.desk = desk;
    }

    long made() {
        return made;
    }

    /** Changes a string that is there; false where it is no number. Expiry and flags stay. */
    boolean change(Entry entry, boolean adds, long delta) {
        if (!parse(entry)) {
            return false;
        }
        long old = made;
        made = adds ? old + delta : Long.compareUnsigned(old, delta) < 0 ? 0 : old - delta;
        if (made >= 0) {
            entry.setNumber(made);
        } else {
            entry.set(text(made), entry.expiresAt(), entry.flags());
        }
        desk.notify(Event.INCRBY, entry);
        return true;
    }

    /** An unsigned number as text. */
    static Slice text(long number) {
        return Slice.of(Long.toUnsignedString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads digits with spaces around them, as C does. */
    private boolean parse(Entry entry) {
        if (entry.isNumber()) {
            made = entry.number();
            return made >= 0;
        }
        byte[] bytes = desk.bytes(entry);
        int from = 0;
        while (from < bytes.length && isSpace(bytes[from])) {
            from++;
        }
        from += from < bytes.length && bytes[from] == '+' ? 1 : 0;
        int end = from;
        while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
            end++;
        }
        boolean isNumber = end > from && end - from <= MAX_DIGITS && (end == bytes.length || isSpace(bytes[end]));
        if (!isNumber) {
            return false;
        }
        try {
            made = Long.parseUnsignedLong(new String(bytes, from, end - from, StandardCharsets.US_ASCII));
            return true;
        } catch (NumberFormatException tooLarge) {
            return false;
        }
    }

    private static boolean isSpace(byte each) {
        return each == ' ' || (each >= '\t' && each <= '\r');
    }
}
