package dev.larder.server.command;

import static dev.larder.server.store.ValueType.STREAM;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Key;
import dev.larder.server.client.Queued;
import dev.larder.server.client.Waiter;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.StreamAccess;
import dev.larder.server.store.StreamId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code XREAD}: what came to streams, and waiting for it. Nobody takes anything from a stream, so there is no line: all who
 * wait for a key are called when something was added to it. Who waited is answered from one stream, the first that had
 * something, as by Redis. Inside a transaction or script nobody waits.
 */
@SuppressWarnings("try") // a section is held, not used
final class StreamWaits {
    private static final byte[] BLOCK = Ascii.bytes("block");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] STREAMS = Ascii.bytes("streams");
    private static final byte[] GROUP = Ascii.bytes("group");
    private static final byte[] NOACK = Ascii.bytes("noack");
    private static final int FIRST_BYTES = 256;
    private static final String NO_TIMEOUT = "ERR timeout is not an integer or out of range";
    private static final String NOT_FROM_SCRIPTS = "ERR xread command is not allowed with BLOCK option from scripts";
    private static final String NEGATIVE_TIMEOUT = "ERR timeout is negative";
    private static final String UNBALANCED =
            "ERR Unbalanced XREAD list of streams: " + "for each stream key an ID or '$' must be specified.";
    private static final String NEW_TO_GROUP = "ERR The > ID can be specified only when calling XREADGROUP using the "
            + "GROUP <group> <consumer> option.";

    private StreamWaits() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("xread", StreamWaits::xread);
    }

    /**
     * What is asked for.
     *
     * @param millis how long to wait, 0 for ever; -1 for not at all
     * @param most entries of each stream
     * @param first the first key's word
     * @param streams how many there are
     */
    private record Asked(long millis, long most, int first, int streams) {
        static Asked of(Call call) {
            long millis = -1;
            long most = Long.MAX_VALUE;
            for (int i = 1; i < call.count(); i++) {
                boolean hasMore = i + 1 < call.count();
                if (hasMore && call.is(i, BLOCK)) {
                    if (call.isOfScript()) {
                        throw new Complaint(NOT_FROM_SCRIPTS);
                    }
                    millis = timeout(call, ++i);
                } else if (hasMore && call.is(i, COUNT)) {
                    long count = call.integer(++i);
                    most = count <= 0 ? Long.MAX_VALUE : count;
                } else if (hasMore && call.is(i, STREAMS)) {
                    int words = call.count() - i - 1;
                    if (words % 2 != 0) {
                        throw new Complaint(UNBALANCED);
                    }
                    return new Asked(millis, most, i + 1, words / 2);
                } else if ((i + 2 < call.count() && call.is(i, GROUP)) || call.is(i, NOACK)) {
                    throw new Complaint("ERR The " + (call.is(i, GROUP) ? "GROUP" : "NOACK")
                            + " option is only supported by XREADGROUP. You called XREAD instead.");
                } else {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
            throw new Complaint(Complaint.SYNTAX);
        }

        private static long timeout(Call call, int word) {
            if (!call.arguments().isLong(word)) {
                throw new Complaint(NO_TIMEOUT);
            }
            long millis = call.arguments().toLong(word);
            if (millis < 0) {
                throw new Complaint(NEGATIVE_TIMEOUT);
            }
            return millis > Long.MAX_VALUE - call.now() ? 0 : millis;
        }
    }

    private static void xread(Call call) {
        Asked asked = Asked.of(call);
        Waiter waiter = call.client().waiter();
        StreamId[] after = new StreamId[asked.streams];
        try (Section section = call.lock()) {
            List<Integer> found = new ArrayList<>();
            for (int i = 0; i < asked.streams && (waiter == null || found.isEmpty()); i++) {
                int index = waiter == null ? i : waiter.order().get(i);
                if (look(call, asked, after, index)) {
                    found.add(index);
                }
            }
            if (!found.isEmpty()) {
                if (waiter == null || waiter.end()) {
                    reply(call, asked, after, found);
                }
            } else if (waiter == null) {
                boolean isLocked = call.client().transaction().isRunning();
                if (asked.millis < 0 || isLocked) {
                    call.out().nilArray();
                } else {
                    await(call, asked, after);
                }
            }
        }
    }

    /** Notes the id behind which a stream is read, and says whether something is there. */
    private static boolean look(Call call, Asked asked, StreamId[] after, int index) {
        boolean isFirstTry = call.client().waiter() == null;
        int word = asked.first + index;
        try (Entry entry = isFirstTry ? call.read(word) : call.open(word)) {
            boolean isStream = entry.isPresent() && entry.type() == STREAM;
            if (isFirstTry && entry.isPresent() && !isStream) {
                throw new Complaint(Complaint.WRONG_TYPE);
            }
            StreamId last = isStream ? entry.stream().last() : StreamId.ZERO;
            after[index] = after(call, word + asked.streams, last);
            int count = isStream ? entry.stream().count() : 0;
            return count > 0 && entry.stream().id(count - 1L).compareTo(after[index]) > 0;
        }
    }

    private static StreamId after(Call call, int word, StreamId last) {
        if (isChar(call, word, '$')) {
            return last;
        }
        if (isChar(call, word, '>')) {
            throw new Complaint(NEW_TO_GROUP);
        }
        return StreamIds.one(call, word);
    }

    private static boolean isChar(Call call, int word, char wanted) {
        Arguments words = call.arguments();
        return words.length(word) == 1 && words.array(word)[words.offset(word)] == wanted;
    }

    private static void reply(Call call, Asked asked, StreamId[] after, List<Integer> found) {
        ReplyWriter out = call.out();
        if (out.isThree()) {
            out.map(found.size());
        } else {
            out.array(found.size());
        }
        for (int index : found) {
            try (Entry entry = call.open(asked.first + index)) {
                if (!out.isThree()) {
                    out.array(2);
                }
                out.bulk(call.arguments().copy(asked.first + index));
                call.touch(entry);
                StreamAccess stream = entry.stream();
                long from = stream.below(after[index], true);
                long some = Math.min(asked.most, stream.count() - from);
                out.array((int) some);
                stream.range(from, some, new StreamReads.Writing(call));
            }
        }
    }

    /** Gets in line with the ids that were meant: {@code $} is of now. */
    private static void await(Call call, Asked asked, StreamId[] after) {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < asked.streams; i++) {
            keys.add(new Key(call.arguments().copy(asked.first + i)));
        }
        Arguments words = call.arguments();
        int count = words.count();
        int[] lengths = new int[count];
        ByteSink bytes = new ByteSink(FIRST_BYTES);
        for (int i = 0; i < count; i++) {
            int index = i - asked.first - asked.streams;
            byte[] word = index < 0 ? words.copy(i) : Ascii.bytes(after[index].toString());
            bytes.put(word, 0, word.length);
            lengths[i] = word.length;
        }
        Arguments meant = Arguments.of(Arrays.copyOf(bytes.array(), bytes.length()), lengths, count);
        Waiter.Wanted wanted = new Waiter.Wanted(Waiter.Kind.STREAM, keys);
        BlockingCommands.await(call, new Queued(call.command(), meant), wanted, asked.millis);
    }
}
