package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;
import java.util.Map;

/** Sorted sets: ranges of members, by rank, score or name; counting, giving, storing and removing them. */
@SuppressWarnings("try") // a section is held, not used
final class SortedSetRanges {
    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] REV = Ascii.bytes("rev");
    private static final byte[] BYSCORE = Ascii.bytes("byscore");
    private static final byte[] BYLEX = Ascii.bytes("bylex");
    private static final int STEP = 256;
    private static final String LIMIT_BY_RANK =
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
    private static final String SCORES_BY_NAME = "ERR syntax error, WITHSCORES not supported in combination with BYLEX";

    private SortedSetRanges() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("zrange", call -> range(call, new Asked(ScoreRange.By.RANK, false, true)));
        bodies.put("zrevrange", call -> range(call, new Asked(ScoreRange.By.RANK, true, false)));
        bodies.put("zrangebyscore", call -> range(call, new Asked(ScoreRange.By.SCORE, false, false)));
        bodies.put("zrevrangebyscore", call -> range(call, new Asked(ScoreRange.By.SCORE, true, false)));
        bodies.put("zrangebylex", call -> range(call, new Asked(ScoreRange.By.NAME, false, false)));
        bodies.put("zrevrangebylex", call -> range(call, new Asked(ScoreRange.By.NAME, true, false)));
        bodies.put("zrangestore", SortedSetRanges::store);
        bodies.put("zcount", call -> count(call, ScoreRange.By.SCORE));
        bodies.put("zlexcount", call -> count(call, ScoreRange.By.NAME));
        bodies.put("zremrangebyrank", call -> remove(call, ScoreRange.By.RANK));
        bodies.put("zremrangebyscore", call -> remove(call, ScoreRange.By.SCORE));
        bodies.put("zremrangebylex", call -> remove(call, ScoreRange.By.NAME));
    }

    /** What is asked for, as it is read from a command's words. */
    private static final class Asked {
        private ScoreRange.By by;
        private boolean isReverse;
        private final boolean mayChoose;
        private boolean withScores;
        private long offset;
        private long limit = -1;

        /** @param mayChoose whether words may say by what, and in which direction */
        Asked(ScoreRange.By by, boolean isReverse, boolean mayChoose) {
            this.by = by;
            this.isReverse = isReverse;
            this.mayChoose = mayChoose;
        }

        /** Reads the words behind the two ends; {@code at} is the first of the ends. */
        ScoreRange read(Call call, int at, boolean mayShowScores) {
            for (int i = at + 2; i < call.count(); i++) {
                boolean isAuto = mayChoose && by == ScoreRange.By.RANK;
                if (mayShowScores && call.is(i, WITHSCORES)) {
                    withScores = true;
                } else if (call.is(i, LIMIT) && i + 2 < call.count()) {
                    offset = call.integer(i + 1);
                    limit = call.integer(i + 2);
                    i += 2;
                } else if (mayChoose && !isReverse && call.is(i, REV)) {
                    isReverse = true;
                } else if (isAuto && call.is(i, BYSCORE)) {
                    by = ScoreRange.By.SCORE;
                } else if (isAuto && call.is(i, BYLEX)) {
                    by = ScoreRange.By.NAME;
                } else {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
            if (limit != -1 && by == ScoreRange.By.RANK) {
                throw new Complaint(LIMIT_BY_RANK);
            }
            if (withScores && by == ScoreRange.By.NAME) {
                throw new Complaint(SCORES_BY_NAME);
            }
            return ScoreRange.read(call, by, at, isReverse);
        }

        /** The ranks of a range; by rank there is no limit. */
        ScoreRange.Ranks ranks(ScoreRange range, SortedSetAccess scores) {
            ScoreRange.Ranks ranks = range.ranks(scores, isReverse);
            return by == ScoreRange.By.RANK ? ranks : ranks.limited(offset, limit);
        }
    }

    private static void range(Call call, Asked asked) {
        ScoreRange range = asked.read(call, 2, true);
        try (Entry entry = call.read(1, SORTED_SET)) {
            SortedSetAccess scores = entry.scores();
            ScoreRange.Ranks ranks = asked.ranks(range, scores);
            boolean isNested = asked.withScores && call.out().isThree();
            call.out().array((int) ranks.count() * (asked.withScores && !isNested ? 2 : 1));
            ranks.each(scores, (member, score) -> write(call, member, score, asked.withScores));
        }
    }

    /** Writes a member, and its score where that is wanted: in RESP3 the two are an array. */
    static void write(Call call, Slice member, double score, boolean withScore) {
        if (withScore && call.out().isThree()) {
            call.out().array(2);
        }
        SetCommands.write(call, call.out(), member);
        if (withScore) {
            call.out().real(score);
        }
    }

    private static void store(Call call) {
        Asked asked = new Asked(ScoreRange.By.RANK, false, true);
        ScoreRange range = asked.read(call, 3, false);
        try (Section section = call.lock();
                Entry source = call.read(2, SORTED_SET);
                Entry target = call.openOther(1, call.client().database())) {
            SortedSetAccess scores = source.scores();
            ScoreRange.Ranks ranks = asked.ranks(range, scores);
            boolean wasThere = target.isPresent();
            call.out().integer(target.scores().replace(building -> {
                ScoredBatch batch = new ScoredBatch();
                for (long done = 0; done < ranks.count(); done += STEP) {
                    batch.clear();
                    ranks.part(done, STEP).each(scores, batch);
                    batch.each(building::put);
                }
            }));
            call.notifyStored(Event.ZRANGESTORE, target, wasThere);
        }
    }

    private static void count(Call call, ScoreRange.By by) {
        ScoreRange range = ScoreRange.read(call, by, 2, false);
        try (Entry entry = call.read(1, SORTED_SET)) {
            call.out().integer(range.ranks(entry.scores(), false).count());
        }
    }

    private static Event removal(ScoreRange.By by) {
        return switch (by) {
            case RANK -> Event.ZREMRANGEBYRANK;
            case SCORE -> Event.ZREMRANGEBYSCORE;
            case NAME -> Event.ZREMRANGEBYLEX;
        };
    }

    private static void remove(Call call, ScoreRange.By by) {
        ScoreRange range = ScoreRange.read(call, by, 2, false);
        try (Entry entry = call.change(1, SORTED_SET)) {
            ScoreRange.Ranks ranks = range.ranks(entry.scores(), false);
            call.out().integer(ranks.count());
            if (ranks.count() > 0 && ranks.count() == entry.scores().count()) {
                entry.remove();
            }
            ScoredBatch batch = new ScoredBatch();
            for (long left = entry.isPresent() ? ranks.count() : 0; left > 0; left -= batch.count()) {
                batch.clear();
                entry.scores().range(ranks.first(), Math.min(left, STEP), batch);
                batch.each((member, score) -> entry.scores().remove(member));
            }
            if (ranks.count() > 0) {
                call.notifyTaken(removal(by), entry);
            }
        }
    }
}
