package dev.larder.server.warm;

import dev.larder.failure.TierException;
import dev.larder.protocol.resp.Reply;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server that is copied from: its keys, how hot they are, and their values. For one thread. */
final class Source {
    /** Stands for the size of a value that is not there. */
    static final long GONE = -1;

    private static final int SCANNED_AT_ONCE = 500;
    private static final int HOT_AT_ONCE = 1_000;
    /** What a value counts where the source does not tell its size. */
    private static final long UNKNOWN_BYTES = 64 << 10;

    private static final byte[] OBJECT = latin("OBJECT");
    private static final byte[] MEMORY = latin("MEMORY");
    private static final byte[] USAGE = latin("USAGE");
    private static final int REPLIES_OF_TAKE = 4;
    private static final String BOUND_WORDS = "a dump would lose";
    private static final String BOUND = "with tags, a stale time or a lease";

    private final PeerLink link;
    private final Ticker ticker;
    /** How values are asked for: a server that knows of tags is not to lose them. */
    private final byte[] dump;

    private Use use = Use.IDLE_TIME;

    /** What the source knows of the use of keys. */
    private enum Use {
        IDLE_TIME("IDLETIME"),
        FREQUENCY("FREQ"),
        NOTHING("");

        private final String word;

        Use(String word) {
            this.word = word;
        }

        byte[] bytes() {
            return latin(word);
        }
    }

    /** Keys of one step, and where to go on; {@code "0"} at the end. */
    record Step(String next, List<byte[]> keys) {}

    /** Asks not to count as a use of what is read: an old server, that does not know how, says no and does not mind. */
    Source(PeerLink link, Ticker ticker) {
        this.link = link;
        this.ticker = ticker;
        link.ask("CLIENT", "NO-TOUCH", "ON");
        boolean isUnknown = link.ask("LARDER.DUMP", "") instanceof Reply.Failure failure
                && failure.message().startsWith("ERR unknown command");
        this.dump = latin(isUnknown ? "DUMP" : "LARDER.DUMP");
    }

    /** About how many keys there are; 0 where it does not say. */
    long size() {
        return link.ask("DBSIZE") instanceof Reply.Int size ? size.number() : 0;
    }

    /** A step through all keys that match. */
    Step scan(String cursor, String pattern) {
        String count = Integer.toString(SCANNED_AT_ONCE);
        Reply reply = pattern.isEmpty()
                ? link.ask("SCAN", cursor, "COUNT", count)
                : link.ask("SCAN", cursor, "MATCH", pattern, "COUNT", count);
        Step step = step(reply);
        if (step == null) {
            throw refused("SCAN", reply);
        }
        return step;
    }

    /** The hottest keys of a part of the source, in their order; null where it has none. */
    @Nullable Step hottest(String cursor, String pattern) {
        String count = Integer.toString(HOT_AT_ONCE);
        return step(
                pattern.isEmpty()
                        ? link.ask("LARDER.HOT", cursor, "COUNT", count)
                        : link.ask("LARDER.HOT", cursor, "MATCH", pattern, "COUNT", count));
    }

    private static @Nullable Step step(Reply reply) {
        if (reply instanceof Reply.Several both
                && both.elements().size() == 2
                && both.elements().get(0) instanceof Reply.Bulk cursor
                && both.elements().get(1) instanceof Reply.Several keys) {
            List<byte[]> found = new ArrayList<>();
            for (Reply each : keys.elements()) {
                if (each instanceof Reply.Bulk key) {
                    found.add(key.bytes());
                }
            }
            return new Step(new String(cursor.bytes(), StandardCharsets.ISO_8859_1), found);
        }
        return null;
    }

    /** How hot keys are; of what has gone meanwhile, anything. */
    List<Candidate> heats(List<byte[]> keys) {
        List<Candidate> candidates = new ArrayList<>(keys.size());
        if (use != Use.NOTHING) {
            Use asked = use;
            List<Reply> replies = link.ask(keys.stream()
                    .map(key -> List.of(OBJECT, asked.bytes(), key))
                    .toList());
            for (int i = 0; i < keys.size(); i++) {
                Reply reply = replies.get(i);
                if (reply instanceof Reply.Failure failure && !failure.message().contains("no such key")) {
                    use = asked == Use.IDLE_TIME && failure.message().contains("LFU") ? Use.FREQUENCY : Use.NOTHING;
                    return heats(keys);
                }
                long number = reply instanceof Reply.Int told ? told.number() : 0;
                candidates.add(new Candidate(keys.get(i), asked == Use.IDLE_TIME ? -number : number));
            }
        } else {
            keys.forEach(key -> candidates.add(new Candidate(key, 0)));
        }
        return candidates;
    }

    /** About how many bytes values have; {@link #GONE} for those that are not there. */
    long[] sizes(List<byte[]> keys) {
        List<Reply> replies =
                link.ask(keys.stream().map(key -> List.of(MEMORY, USAGE, key)).toList());
        long[] sizes = new long[keys.size()];
        for (int i = 0; i < sizes.length; i++) {
            Reply reply = replies.get(i);
            sizes[i] =
                    reply instanceof Reply.Int told ? told.number() : reply instanceof Reply.Nil ? GONE : UNKNOWN_BYTES;
        }
        return sizes;
    }

    /**
     * Reads values, each with its time to live at one moment. Keys that are not there any more are left out, and so are
     * those that the source does not give away, which are counted.
     */
    List<Item> take(List<byte[]> keys, Tally tally) {
        List<List<byte[]>> requests = new ArrayList<>();
        for (byte[] key : keys) {
            requests.add(List.of(latin("MULTI")));
            requests.add(List.of(latin("PTTL"), key));
            requests.add(use == Use.NOTHING ? List.of(latin("PING")) : List.of(OBJECT, use.bytes(), key));
            requests.add(List.of(dump, key));
            requests.add(List.of(latin("EXEC")));
        }
        long readNanos = ticker.nanos(); // before the source reads its clock, so that nothing lives longer than it may
        List<Reply> replies = link.ask(requests);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Reply all = replies.get(i * (REPLIES_OF_TAKE + 1) + REPLIES_OF_TAKE);
            if (!(all instanceof Reply.Several several)) {
                throw refused("PTTL, DUMP or OBJECT", all);
            }
            Item item = item(keys.get(i), several.elements(), readNanos);
            if (item != null) {
                items.add(item);
            } else if (several.elements().get(2) instanceof Reply.Nil) {
                tally.gone(1);
            } else {
                tally.refused(BOUND);
            }
        }
        return items;
    }

    private @Nullable Item item(byte[] key, List<Reply> replies, long readNanos) {
        if (!(replies.get(0) instanceof Reply.Int left)) {
            throw refused("PTTL", replies.get(0));
        }
        boolean isBound =
                replies.get(2) instanceof Reply.Failure why && why.message().contains(BOUND_WORDS);
        if (isBound || replies.get(2) instanceof Reply.Nil) {
            return null;
        }
        if (!(replies.get(2) instanceof Reply.Bulk dump)) {
            throw refused("DUMP", replies.get(2));
        }
        List<byte[]> told = replies.get(1) instanceof Reply.Int number && use != Use.NOTHING
                ? List.of(use.bytes(), latin(Long.toString(number.number())))
                : List.of();
        // Less than a millisecond is left of 0; -1 is for ever.
        Item.Life life = new Item.Life(left.number() < 0 ? 0 : Math.max(1, left.number()), readNanos);
        return new Item(key, life, dump.bytes(), told);
    }

    private TierException refused(String what, Reply reply) {
        String said = reply instanceof Reply.Failure failure ? failure.message() : "no reply that is known";
        return new TierException(link.peer() + " does not answer to " + what + ": " + said, null);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
