package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import org.jspecify.annotations.Nullable;

/** What {@code XADD} and {@code XTRIM} are told of the entries that are to go. Read once, word by word. */
final class StreamTrim {
    private static final byte[] MAXLEN = Ascii.bytes("maxlen");
    private static final byte[] MINID = Ascii.bytes("minid");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    /** Where none is given: a hundred nodes of Redis's. */
    private static final long USUAL_LIMIT = 10_000;

    private static final String TWICE =
            "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
    private static final String NEGATIVE = "ERR The MAXLEN argument must be >= 0.";
    private static final String NEGATIVE_LIMIT = "ERR The LIMIT argument must be >= 0.";
    private static final String LONE_LIMIT =
            "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
    private static final String EXACT_LIMIT = "ERR syntax error, LIMIT cannot be used without the special ~ option";

    private boolean isByLength;
    private boolean isById;
    private boolean isRough;
    private boolean hasLimit;
    private long most;
    private StreamId least = StreamId.ZERO;
    private long limit;

    /** Whether something is to go. */
    boolean isAsked() {
        return isByLength || isById;
    }

    /** Reads what begins at a word; returns the place behind it, or the same where that is something else. */
    int read(Call call, int word) {
        int more = call.count() - 1 - word;
        if (more < 1) {
            return word;
        }
        if (call.is(word, LIMIT)) {
            limit = call.integer(word + 1);
            check(limit >= 0, NEGATIVE_LIMIT);
            hasLimit = true;
            return word + 2;
        }
        boolean isLength = call.is(word, MAXLEN);
        if (!isLength && !call.is(word, MINID)) {
            return word;
        }
        check(!isAsked(), TWICE);
        isRough = more >= 2 && isChar(call, word + 1, '~');
        int value = isRough || (more >= 2 && isChar(call, word + 1, '=')) ? word + 2 : word + 1;
        if (isLength) {
            most = call.integer(value);
            check(most >= 0, NEGATIVE);
            isByLength = true;
        } else {
            least = StreamIds.one(call, value);
            isById = true;
        }
        return value + 1;
    }

    private static boolean isChar(Call call, int word, char wanted) {
        return call.arguments().length(word) == 1
                && call.arguments().array(word)[call.arguments().offset(word)] == wanted;
    }

    /**
     * All is read.
     *
     * @param complaint for where nothing is to go; null where that is right
     */
    void check(@Nullable String complaint) {
        check(limit == 0 || isAsked(), LONE_LIMIT);
        if (complaint != null) {
            check(isAsked(), complaint);
        }
        check(!hasLimit || isRough, EXACT_LIMIT);
        limit = hasLimit ? limit : USUAL_LIMIT;
    }

    private static void check(boolean holds, String complaint) {
        if (!holds) {
            throw new Complaint(complaint);
        }
    }

    /** Removes what is to go from a stream that is there; returns how many entries. */
    long run(Call call, Entry entry) {
        if (!isAsked()) {
            return 0;
        }
        StreamAccess stream = entry.stream();
        long excess = isByLength ? stream.count() - most : stream.below(least, false);
        long gone = stream.trim(excess, isRough, limit);
        if (gone > 0) {
            call.notify(Event.XTRIM, entry);
        }
        return gone;
    }
}
