package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;
import java.util.Map;

/** Sorted sets: single members, their scores and ranks. */
final class SortedSetCommands {
    private static final byte[] WITHSCORE = Ascii.bytes("withscore");
    private static final String NOT_A_NUMBER = "ERR resulting score is not a number (NaN)";
    private static final String NX_XX = "ERR XX and NX options at the same time are not compatible";
    private static final String GT_LT_NX = "ERR GT, LT, and/or NX options at the same time are not compatible";
    private static final String ONE_PAIR = "ERR INCR option supports a single increment-element pair";

    private SortedSetCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("zadd", call -> zadd(call, Options.of(call)));
        bodies.put("zincrby", call -> zadd(call, new Options(2, false, false, false, false, false, true)));
        bodies.put("zrem", SortedSetCommands::zrem);
        bodies.put("zscore", SortedSetCommands::zscore);
        bodies.put("zmscore", SortedSetCommands::zmscore);
        bodies.put("zcard", SortedSetCommands::zcard);
        bodies.put("zrank", call -> rank(call, false));
        bodies.put("zrevrank", call -> rank(call, true));
    }

    /**
     * What {@code ZADD} is told beside scores.
     *
     * @param first the word with the first score
     */
    private record Options(int first, boolean nx, boolean xx, boolean gt, boolean lt, boolean ch, boolean incr) {
        private static final byte[] NX = Ascii.bytes("nx");
        private static final byte[] XX = Ascii.bytes("xx");
        private static final byte[] GT = Ascii.bytes("gt");
        private static final byte[] LT = Ascii.bytes("lt");
        private static final byte[] CH = Ascii.bytes("ch");
        private static final byte[] INCR = Ascii.bytes("incr");

        static Options of(Call call) {
            Options found = new Options(2, false, false, false, false, false, false);
            Options next = found.read(call);
            while (next.first != found.first) {
                found = next;
                next = found.read(call);
            }
            found.check(call.count() - found.first);
            return found;
        }

        /** With the option in the next word, if it is one. */
        private Options read(Call call) {
            int at = first;
            if (at >= call.count()) {
                return this;
            }
            boolean isNx = call.is(at, NX);
            boolean isXx = call.is(at, XX);
            boolean isGt = call.is(at, GT);
            boolean isLt = call.is(at, LT);
            boolean isCh = call.is(at, CH);
            boolean isIncr = call.is(at, INCR);
            return isNx || isXx || isGt || isLt || isCh || isIncr
                    ? new Options(at + 1, nx || isNx, xx || isXx, gt || isGt, lt || isLt, ch || isCh, incr || isIncr)
                    : this;
        }

        private void check(int words) {
            if (words == 0 || words % 2 == 1) {
                throw new Complaint(Complaint.SYNTAX);
            }
            if (nx && xx) {
                throw new Complaint(NX_XX);
            }
            if ((nx && (gt || lt)) || (gt && lt)) {
                throw new Complaint(GT_LT_NX);
            }
            if (incr && words > 2) {
                throw new Complaint(ONE_PAIR);
            }
        }

        /** Whether a member with a score, NaN for none, is left as it is. */
        boolean leaves(double old, double score) {
            if (Double.isNaN(old)) {
                return xx;
            }
            return nx || (gt && score <= old) || (lt && score >= old);
        }
    }

    private static void zadd(Call call, Options options) {
        double[] given = new double[(call.count() - options.first) / 2];
        for (int i = 0; i < given.length; i++) {
            given[i] = Doubles.of(call, options.first + 2 * i, Complaint.NOT_A_FLOAT);
        }
        int added = 0;
        int updated = 0;
        double result = Double.NaN;
        try (Entry entry = call.change(1, SORTED_SET)) {
            for (int i = 0; i < given.length; i++) {
                Slice member = call.extra(options.first + 2 * i + 1);
                double old = entry.scores().score(member);
                boolean isThere = !Double.isNaN(old);
                boolean adds = options.incr && isThere && !options.nx;
                double score = adds ? old + given[i] : given[i];
                if (Double.isNaN(score)) {
                    throw new Complaint(NOT_A_NUMBER);
                }
                if (!options.leaves(old, score)) {
                    result = score;
                    added += isThere ? 0 : 1;
                    updated += isThere && old != score ? 1 : 0;
                    if (score != old) {
                        entry.scores().put(member, score);
                    }
                }
            }
            if (added + updated > 0) {
                call.notify(options.incr ? Event.ZINCR : Event.ZADD, entry);
            }
        }
        if (!options.incr) {
            call.out().integer(options.ch ? added + updated : added);
        } else if (Double.isNaN(result)) {
            call.out().nil();
        } else {
            call.out().real(result);
        }
    }

    private static void zrem(Call call) {
        int removed = 0;
        try (Entry entry = call.change(1, SORTED_SET)) {
            for (int i = 2; i < call.count() && entry.isPresent(); i++) {
                removed += entry.scores().remove(call.extra(i)) ? 1 : 0;
            }
            if (removed > 0) {
                call.notifyTaken(Event.ZREM, entry);
            }
        }
        call.out().integer(removed);
    }

    private static void reply(Call call, double score) {
        if (Double.isNaN(score)) {
            call.out().nil();
        } else {
            call.out().real(score);
        }
    }

    private static void zscore(Call call) {
        try (Entry entry = call.read(1, SORTED_SET)) {
            reply(call, entry.scores().score(call.extra(2)));
        }
    }

    private static void zmscore(Call call) {
        try (Entry entry = call.read(1, SORTED_SET)) {
            call.out().array(call.count() - 2);
            for (int i = 2; i < call.count(); i++) {
                reply(call, entry.scores().score(call.extra(i)));
            }
        }
    }

    private static void zcard(Call call) {
        try (Entry entry = call.read(1, SORTED_SET)) {
            call.out().integer(entry.scores().count());
        }
    }

    private static void rank(Call call, boolean isReverse) {
        boolean withScore = call.count() == 4;
        if (call.count() > 4) {
            throw Dispatcher.wrongCount(call.command());
        }
        if (withScore && !call.is(3, WITHSCORE)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        try (Entry entry = call.read(1, SORTED_SET)) {
            SortedSetAccess scores = entry.scores();
            long rank = scores.rank(call.extra(2));
            if (rank < 0) {
                if (withScore) {
                    call.out().nilArray();
                } else {
                    call.out().nil();
                }
                return;
            }
            if (withScore) {
                call.out().array(2);
            }
            call.out().integer(isReverse ? scores.count() - 1 - rank : rank);
            if (withScore) {
                call.out().real(scores.score(call.extra(2)));
            }
        }
    }
}
