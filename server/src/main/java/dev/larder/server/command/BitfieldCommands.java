package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Limits;
import dev.larder.server.store.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code BITFIELD}: integers of 1 to 64 bits at any place of a string. */
final class BitfieldCommands {
    private static final byte[] OVERFLOW_WORD = Ascii.bytes("overflow");
    private static final byte[] INCRBY_WORD = Ascii.bytes("incrby");
    private static final byte[] GET_WORD = Ascii.bytes("get");
    private static final byte[] SET_WORD = Ascii.bytes("set");
    private static final byte[] WRAP_WORD = Ascii.bytes("wrap");
    private static final byte[] SAT_WORD = Ascii.bytes("sat");
    private static final byte[] FAIL_WORD = Ascii.bytes("fail");
    private static final String TYPE =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
    private static final String OVERFLOW_TYPE = "ERR Invalid OVERFLOW type specified";
    private static final String READ_ONLY = "ERR BITFIELD_RO only supports the GET subcommand";
    private static final int WIDEST = 64;

    private enum What {
        GET,
        SET,
        INCRBY
    }

    private enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    /** An integer's form. */
    private record Form(boolean isSigned, int bits) {
        long least() {
            return isSigned ? -1L << (bits - 1) : 0;
        }

        long most() {
            return isSigned ? (bits == WIDEST ? Long.MAX_VALUE : (1L << (bits - 1)) - 1) : -1L >>> (WIDEST - bits);
        }

        /** The lowest bits of a number, as a number of this form. */
        long cut(long number) {
            int shift = WIDEST - bits;
            return isSigned ? number << shift >> shift : number << shift >>> shift;
        }
    }

    private record Step(What what, Form form, long offset, long number, Overflow overflow) {}

    private BitfieldCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("bitfield", call -> run(call, steps(call)));
        bodies.put("bitfield_ro", call -> {
            List<Step> steps = steps(call);
            if (steps.stream().anyMatch(step -> step.what != What.GET)) {
                throw new Complaint(READ_ONLY);
            }
            run(call, steps);
        });
    }

    private static List<Step> steps(Call call) {
        List<Step> steps = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        for (int i = 2; i < call.count(); i++) {
            if (call.is(i, OVERFLOW_WORD) && i + 1 < call.count()) {
                overflow = overflow(call, ++i);
                continue;
            }
            int left = call.count() - i - 1;
            What what;
            if (call.is(i, GET_WORD) && left >= 2) {
                what = What.GET;
            } else if (call.is(i, SET_WORD) && left >= 3) {
                what = What.SET;
            } else if (call.is(i, INCRBY_WORD) && left >= 3) {
                what = What.INCRBY;
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
            Form form = form(call.latin(i + 1));
            long offset = offset(call.latin(i + 2), form.bits);
            long number = what == What.GET ? 0 : call.integer(i + 3);
            steps.add(new Step(what, form, offset, number, overflow));
            i += what == What.GET ? 2 : 3;
        }
        return steps;
    }

    private static Overflow overflow(Call call, int index) {
        if (call.is(index, WRAP_WORD)) {
            return Overflow.WRAP;
        } else if (call.is(index, SAT_WORD)) {
            return Overflow.SAT;
        } else if (call.is(index, FAIL_WORD)) {
            return Overflow.FAIL;
        }
        throw new Complaint(OVERFLOW_TYPE);
    }

    private static Form form(String text) {
        boolean isSigned = text.startsWith("i");
        byte[] digits = Ascii.bytes(text.chars().allMatch(each -> each < 0x80) ? text : "");
        if (digits.length > 1 && (isSigned || text.startsWith("u")) && Ascii.isLong(digits, 1, digits.length - 1)) {
            long bits = Ascii.toLong(digits, 1, digits.length - 1);
            if (bits >= 1 && bits <= (isSigned ? WIDEST : WIDEST - 1)) {
                return new Form(isSigned, (int) bits);
            }
        }
        throw new Complaint(TYPE);
    }

    private static long offset(String text, int bits) {
        boolean isCounted = text.startsWith("#");
        String digits = isCounted ? text.substring(1) : text;
        byte[] bytes = digits.chars().allMatch(each -> each < 0x80) ? Ascii.bytes(digits) : new byte[0];
        if (!Ascii.isLong(bytes, 0, bytes.length)) {
            throw new Complaint(BitCommands.OFFSET);
        }
        long number = Ascii.toLong(bytes, 0, bytes.length);
        if (number > 8L * Limits.MAX_VALUE_BYTES) {
            throw new Complaint(BitCommands.OFFSET);
        }
        return BitCommands.checked(isCounted ? number * bits : number);
    }

    private static void run(Call call, List<Step> steps) {
        boolean writes = steps.stream().anyMatch(step -> step.what != What.GET);
        try (Entry entry = writes ? call.change(1, STRING) : call.read(1, STRING)) {
            byte[] bytes = entry.isPresent() ? call.bytes(entry) : new byte[0];
            if (writes) {
                long end = 0;
                for (Step step : steps) {
                    end = Math.max(end, step.what == What.GET ? 0 : (step.offset + step.form.bits + 7) >>> 3);
                }
                if (end > Limits.MAX_VALUE_BYTES) {
                    throw new Complaint(BitCommands.OFFSET);
                }
                bytes = Arrays.copyOf(bytes, (int) Math.max(bytes.length, end));
            }
            boolean isLonger = bytes.length != (entry.isPresent() ? entry.length() : -1);
            call.out().array(steps.size());
            boolean hasWritten = false;
            boolean hasChanged = false;
            for (Step step : steps) {
                Outcome outcome = run(call, step, bytes);
                hasWritten |= outcome != Outcome.NOTHING;
                hasChanged |= outcome == Outcome.CHANGED;
            }
            if (writes) {
                entry.setRange(0, Slice.of(bytes));
                if (hasChanged || (isLonger && hasWritten)) {
                    call.notify(Event.SETBIT, entry);
                } else if (isLonger) {
                    tellOfZeros(call, entry);
                }
            }
        }
    }

    /** All steps failed, and yet there are more zeros than before: no event but {@code new}, as in Redis. */
    private static void tellOfZeros(Call call, Entry entry) {
        if (entry.isNewborn()) {
            call.notify(Event.NEW, entry);
        }
        call.node().notices().noteDoubt(call.arguments().copy(1));
    }

    /** What a step did; one that is undone by the next one has changed something, too. */
    private enum Outcome {
        NOTHING,
        THE_SAME,
        CHANGED
    }

    /** Does a step. */
    private static Outcome run(Call call, Step step, byte[] bytes) {
        long old = get(bytes, step.form, step.offset);
        if (step.what == What.GET) {
            call.out().integer(old);
            return Outcome.NOTHING;
        }
        boolean isSum = step.what == What.INCRBY;
        long next = step.form.cut(isSum ? old + step.number : step.number);
        if (step.overflow != Overflow.WRAP) {
            int side = isSum ? sideOfSum(step.form, old, step.number) : sideOf(step.form, step.number);
            if (side != 0 && step.overflow == Overflow.FAIL) {
                call.out().nil();
                return Outcome.NOTHING;
            }
            next = side > 0 ? step.form.most() : side < 0 ? step.form.least() : next;
        }
        put(bytes, step.form, step.offset, next);
        call.out().integer(isSum ? next : old);
        return next == old ? Outcome.THE_SAME : Outcome.CHANGED;
    }

    /** Which bound a number passes: 1 for the upper one, -1 for the lower one. Unsigned forms take any as 64 bits. */
    private static int sideOf(Form form, long number) {
        if (form.isSigned) {
            return number > form.most() ? 1 : number < form.least() ? -1 : 0;
        }
        return Long.compareUnsigned(number, form.most()) > 0 ? 1 : 0;
    }

    private static int sideOfSum(Form form, long old, long by) {
        long sum = old + by;
        if (form.isSigned) {
            boolean wraps = ((old ^ sum) & (by ^ sum)) < 0;
            return wraps ? (by > 0 ? 1 : -1) : sum > form.most() ? 1 : sum < form.least() ? -1 : 0;
        }
        if (by >= 0) {
            return by > form.most() - old || sum > form.most() || sum < 0 ? 1 : 0;
        }
        return sum < 0 ? -1 : 0;
    }

    private static long get(byte[] bytes, Form form, long offset) {
        long number = 0;
        for (long at = offset; at < offset + form.bits; at++) {
            int index = (int) (at >>> 3);
            int bit = index < bytes.length ? bytes[index] >> (7 - (at & 7)) & 1 : 0;
            number = number << 1 | bit;
        }
        return form.cut(number);
    }

    private static void put(byte[] bytes, Form form, long offset, long number) {
        for (int i = 0; i < form.bits; i++) {
            long at = offset + i;
            int shift = 7 - (int) (at & 7);
            int bit = (int) (number >>> (form.bits - 1 - i)) & 1;
            bytes[(int) (at >>> 3)] = (byte) ((bytes[(int) (at >>> 3)] & ~(1 << shift)) | (bit << shift));
        }
    }
}
