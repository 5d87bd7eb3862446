package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import java.util.Map;

/** Strings as rows of bits, the highest of each byte first. */
@SuppressWarnings("try") // a section is held, not used
final class BitCommands {
    static final String OFFSET = "ERR bit offset is not an integer or out of range";

    private static final String BIT = "ERR bit is not an integer or out of range";
    private static final String BIT_ARGUMENT = "ERR The bit argument must be 1 or 0.";
    private static final String NOT_OF_ONE = "ERR BITOP NOT must be called with a single source key.";
    private static final byte[] BYTE_UNIT = Ascii.bytes("byte");
    private static final byte[] BIT_UNIT = Ascii.bytes("bit");
    private static final long AND = Ascii.word("and");
    private static final long OR = Ascii.word("or");
    private static final long XOR = Ascii.word("xor");
    private static final long NOT = Ascii.word("not");
    private static final byte[] NOTHING = {};

    private BitCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("getbit", BitCommands::getbit);
        bodies.put("setbit", BitCommands::setbit);
        bodies.put("bitcount", BitCommands::bitcount);
        bodies.put("bitpos", BitCommands::bitpos);
        bodies.put("bitop", BitCommands::bitop);
    }

    /** The place of a bit, which a value may have. */
    static long offset(Call call, int index) {
        if (!call.arguments().isLong(index)) {
            throw new Complaint(OFFSET);
        }
        return checked(call.arguments().toLong(index));
    }

    static long checked(long offset) {
        if (offset < 0 || offset >>> 3 >= Limits.MAX_VALUE_BYTES) {
            throw new Complaint(OFFSET);
        }
        return offset;
    }

    private static void getbit(Call call) {
        long offset = offset(call, 2);
        try (Entry entry = call.read(1, STRING)) {
            call.out().integer(entry.isPresent() ? byteAt(call, entry, offset) >> (7 - (offset & 7)) & 1 : 0);
        }
    }

    private static int byteAt(Call call, Entry entry, long offset) {
        int at = (int) (offset >>> 3);
        if (!entry.isPresent() || at >= entry.length()) {
            return 0;
        }
        byte[] one = new byte[1];
        entry.read(at, 1, call.worker().copier.to(one, 0));
        return one[0] & 0xFF;
    }

    private static void setbit(Call call) {
        long offset = offset(call, 2);
        if (!call.arguments().isLong(3) || (call.arguments().toLong(3) & ~1L) != 0) {
            throw new Complaint(BIT);
        }
        int bit = (int) call.arguments().toLong(3);
        try (Entry entry = call.change(1, STRING)) {
            int old = byteAt(call, entry, offset);
            int shift = 7 - (int) (offset & 7);
            byte[] changed = {(byte) ((old & ~(1 << shift)) | (bit << shift))};
            int before = entry.isPresent() ? entry.length() : -1;
            boolean isOther =
                    entry.setRange((int) (offset >>> 3), Slice.of(changed)) != before || changed[0] != (byte) old;
            if (isOther) {
                call.notify(Event.SETBIT, entry);
            }
            call.out().integer(old >> shift & 1);
        }
    }

    /** A range of bits, from {@code from} up to but not including {@code to}. */
    private record Range(long from, long to) {}

    /**
     * The range that words from {@code index} on mean of {@code bytes} bytes: start, end, unit.
     *
     * @param mayBeReversed whether an end before its start is looked at like any other, where both count from the end
     */
    private static Range range(Call call, int index, int bytes, boolean mayBeReversed) {
        long start = call.integer(index);
        long end = call.count() > index + 1 ? call.integer(index + 1) : -1;
        if (start < 0 && end < 0 && start > end && !mayBeReversed) {
            return new Range(0, 0);
        }
        boolean isBits = false;
        if (call.count() > index + 2) {
            isBits = call.is(index + 2, BIT_UNIT);
            if (!isBits && !call.is(index + 2, BYTE_UNIT)) {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        long total = isBits ? 8L * bytes : bytes;
        long from = Math.max(0, start < 0 ? start + total : start);
        long to = Math.min(total - 1, Math.max(0, end < 0 ? end + total : end));
        if (from > to) {
            return new Range(0, 0);
        }
        return isBits ? new Range(from, to + 1) : new Range(8 * from, 8 * (to + 1));
    }

    private static void bitcount(Call call) {
        byte[] bytes;
        try (Entry entry = call.read(1, STRING)) {
            if (!entry.isPresent()) {
                call.out().integer(0);
                return;
            }
            bytes = call.bytes(entry);
        }
        if (call.count() == 3 || call.count() > 5) {
            throw new Complaint(Complaint.SYNTAX);
        }
        Range range = call.count() > 2 ? range(call, 2, bytes.length, false) : new Range(0, 8L * bytes.length);
        long count = 0;
        long at = range.from;
        while (at < range.to) {
            if ((at & 7) == 0 && range.to - at >= 8) {
                count += Integer.bitCount(bytes[(int) (at >>> 3)] & 0xFF);
                at += 8;
            } else {
                count += bytes[(int) (at >>> 3)] >> (7 - (at & 7)) & 1;
                at++;
            }
        }
        call.out().integer(count);
    }

    private static void bitpos(Call call) {
        if (!call.arguments().isLong(2)) {
            throw new Complaint(Complaint.NOT_AN_INTEGER);
        }
        long bit = call.arguments().toLong(2);
        if (bit != 0 && bit != 1) {
            throw new Complaint(BIT_ARGUMENT);
        }
        byte[] bytes;
        try (Entry entry = call.read(1, STRING)) {
            if (!entry.isPresent()) {
                call.out().integer(bit == 1 ? -1 : 0);
                return;
            }
            bytes = call.bytes(entry);
        }
        if (call.count() > 6) {
            throw new Complaint(Complaint.SYNTAX);
        }
        Range range = call.count() > 3 ? range(call, 3, bytes.length, true) : new Range(0, 8L * bytes.length);
        long found = first(bytes, (int) bit, range);
        boolean isOpen = call.count() < 5 && range.to > range.from;
        call.out().integer(found < 0 && bit == 0 && isOpen ? 8L * bytes.length : found);
    }

    private static long first(byte[] bytes, int bit, Range range) {
        int none = bit == 1 ? 0 : -1;
        long at = range.from;
        while (at < range.to) {
            byte each = bytes[(int) (at >>> 3)];
            if ((at & 7) == 0 && each == none) {
                at += 8;
            } else if ((each >> (7 - (at & 7)) & 1) == bit) {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    private static void bitop(Call call) {
        long operation = call.arguments().word(1);
        if (operation != AND && operation != OR && operation != XOR && operation != NOT) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (operation == NOT && call.count() != 4) {
            throw new Complaint(NOT_OF_ONE);
        }
        try (Section section = call.lock()) {
            byte[][] sources = new byte[call.count() - 3][];
            int longest = 0;
            for (int i = 0; i < sources.length; i++) {
                try (Entry entry = call.read(i + 3, STRING)) {
                    sources[i] = entry.isPresent() ? call.bytes(entry) : NOTHING;
                }
                longest = Math.max(longest, sources[i].length);
            }
            byte[] result = combined(operation, sources, longest);
            try (Entry entry = call.open(2)) {
                if (longest > 0) {
                    entry.set(Slice.of(result), Entry.NEVER);
                    call.notify(Event.SET, entry);
                } else if (entry.remove()) {
                    call.notify(Event.DEL, entry);
                }
            }
            call.out().integer(longest);
        }
    }

    private static byte[] combined(long operation, byte[][] sources, int length) {
        byte[] result = new byte[length];
        for (int at = 0; at < length; at++) {
            int sum = at < sources[0].length ? sources[0][at] : 0;
            for (int i = 1; i < sources.length; i++) {
                int each = at < sources[i].length ? sources[i][at] : 0;
                sum = operation == AND ? sum & each : operation == OR ? sum | each : sum ^ each;
            }
            result[at] = (byte) (operation == NOT ? ~sum : sum);
        }
        return result;
    }
}
