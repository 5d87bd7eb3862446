package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STRING;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import java.util.Arrays;

/**
 * {@code LCS}: the longest common subsequence of two strings, by the table of all pairs of prefixes. What the table takes
 * of memory is limited as with Redis.
 */
@SuppressWarnings("try") // a section is held, not used
final class LcsCommand {
    private static final byte[] LEN = Ascii.bytes("len");
    private static final byte[] IDX = Ascii.bytes("idx");
    private static final byte[] MINMATCHLEN = Ascii.bytes("minmatchlen");
    private static final byte[] WITHMATCHLEN = Ascii.bytes("withmatchlen");
    private static final int MOST_BYTES = 64 << 20;
    private static final String BOTH = "ERR If you want both the length and indexes, please just use IDX.";
    private static final String NOT_STRINGS = "ERR The specified keys must contain string values";
    private static final String TOO_LARGE =
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";

    private final byte[] one;
    private final byte[] other;
    private final int[] lengths;

    private LcsCommand(byte[] one, byte[] other) {
        this.one = one;
        this.other = other;
        this.lengths = new int[(one.length + 1) * (other.length + 1)];
        for (int i = 1; i <= one.length; i++) {
            for (int j = 1; j <= other.length; j++) {
                lengths[at(i, j)] = one[i - 1] == other[j - 1]
                        ? lengths[at(i - 1, j - 1)] + 1
                        : Math.max(lengths[at(i - 1, j)], lengths[at(i, j - 1)]);
            }
        }
    }

    private int at(int i, int j) {
        return i * (other.length + 1) + j;
    }

    static void run(Call call) {
        byte[][] both = strings(call);
        boolean wantsLength = false;
        boolean wantsPlaces = false;
        boolean withLengths = false;
        long least = 0;
        for (int i = 3; i < call.count(); i++) {
            if (call.is(i, IDX)) {
                wantsPlaces = true;
            } else if (call.is(i, LEN)) {
                wantsLength = true;
            } else if (call.is(i, WITHMATCHLEN)) {
                withLengths = true;
            } else if (call.is(i, MINMATCHLEN) && i + 1 < call.count()) {
                least = Math.max(0, call.integer(++i));
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
        if (wantsLength && wantsPlaces) {
            throw new Complaint(BOTH);
        }
        if (4L * (both[0].length + 1L) * (both[1].length + 1L) > MOST_BYTES) {
            throw new Complaint(TOO_LARGE);
        }
        LcsCommand table = new LcsCommand(both[0], both[1]);
        if (wantsPlaces) {
            table.places(call.out(), least, withLengths);
        } else if (wantsLength) {
            call.out().integer(table.length());
        } else {
            call.out().bulk(table.text());
        }
    }

    private static byte[][] strings(Call call) {
        byte[][] both = {{}, {}};
        try (Section section = call.lock()) {
            for (int i = 0; i < 2; i++) {
                try (Entry entry = call.read(i + 1)) {
                    if (entry.isPresent() && entry.type() != STRING) {
                        throw new Complaint(NOT_STRINGS);
                    }
                    both[i] = entry.isPresent() ? call.bytes(entry) : both[i];
                }
            }
        }
        return both;
    }

    private int length() {
        return lengths[at(one.length, other.length)];
    }

    private byte[] text() {
        byte[] text = new byte[length()];
        int left = text.length;
        int i = one.length;
        int j = other.length;
        while (left > 0) {
            if (one[i - 1] == other[j - 1]) {
                text[--left] = one[i - 1];
                i--;
                j--;
            } else if (lengths[at(i - 1, j)] > lengths[at(i, j - 1)]) {
                i--;
            } else {
                j--;
            }
        }
        return text;
    }

    /** Ranges of both strings that match, the last ones first. */
    private void places(ReplyWriter out, long least, boolean withLengths) {
        out.map(2);
        out.bulk("matches");
        int opened = out.open();
        int count = 0;
        int i = one.length;
        int j = other.length;
        while (i > 0 && j > 0) {
            if (one[i - 1] == other[j - 1]) {
                int run = 0;
                while (i > 0 && j > 0 && one[i - 1] == other[j - 1]) {
                    i--;
                    j--;
                    run++;
                }
                if (run >= least) {
                    match(out, new int[] {i, j, run}, withLengths);
                    count++;
                }
            } else if (lengths[at(i - 1, j)] > lengths[at(i, j - 1)]) {
                i--;
            } else {
                j--;
            }
        }
        out.close(opened, ReplyWriter.Aggregate.ARRAY, count);
        out.bulk("len");
        out.integer(length());
    }

    private static void match(ReplyWriter out, int[] found, boolean withLength) {
        out.array(withLength ? 3 : 2);
        for (int from : Arrays.copyOf(found, 2)) {
            out.array(2);
            out.integer(from);
            out.integer(from + found[2] - 1L);
        }
        if (withLength) {
            out.integer(found[2]);
        }
    }
}
