package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.Reals;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.protocol.resp.ReplyWriter.Aggregate;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.SortedSetAccess;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Sorted sets: members that are taken from an end, at random, or step by step. */
final class SortedSetPops {
    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final int STEP = 256;
    private static final int SPARSE = 3;
    private static final String OUT_OF_RANGE = "ERR value is out of range";

    private SortedSetPops() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("zpopmin", call -> pop(call, false));
        bodies.put("zpopmax", call -> pop(call, true));
        bodies.put("zmpop", SortedSetPops::zmpop);
        bodies.put("zrandmember", SortedSetPops::zrandmember);
        bodies.put("zscan", SortedSetPops::zscan);
    }

    private static void pop(Call call, boolean isMax) {
        if (call.count() > 3) {
            throw new Complaint(Complaint.SYNTAX);
        }
        boolean isMany = call.count() == 3;
        long count = 1;
        if (isMany) {
            count = call.arguments().isLong(2) ? call.arguments().toLong(2) : -1;
            if (count < 0) {
                throw new Complaint(Complaint.NOT_POSITIVE);
            }
        }
        try (Entry entry = call.change(1, SORTED_SET)) {
            long some = Math.min(count, entry.scores().count());
            boolean isNested = isMany && call.out().isThree();
            call.out().array((int) (isNested ? some : 2 * some));
            take(call, entry, some, isMax, isNested);
        }
    }

    /** Removes so many members from an end, which are there, and writes each with its score. */
    static void take(Call call, Entry entry, long count, boolean isMax, boolean isNested) {
        ScoredBatch batch = new ScoredBatch();
        for (long left = count; left > 0; left -= batch.count()) {
            SortedSetAccess scores = entry.scores();
            batch.clear();
            if (isMax) {
                scores.rangeDown(scores.count() - 1L, Math.min(left, STEP), batch);
            } else {
                scores.range(0, Math.min(left, STEP), batch);
            }
            for (int i = 0; i < batch.count(); i++) {
                if (isNested) {
                    call.out().array(2);
                }
                SetCommands.write(call, call.out(), batch.member(i));
                call.out().real(batch.score(i));
                scores.remove(batch.member(i));
            }
        }
        if (count > 0) {
            call.notifyTaken(isMax ? Event.ZPOPMAX : Event.ZPOPMIN, entry);
        }
    }

    private static void zmpop(Call call) {
        Several.Asked.of(call, 1, "min", "max").answer(call, SORTED_SET, SortedSetPops::reply);
    }

    /** Answers a key and what is taken from its set. */
    static void reply(Call call, int word, Entry entry, Several.Asked asked) {
        long some = Math.min(asked.most(), entry.scores().count());
        call.out().array(2);
        call.out().bulk(call.arguments().copy(word));
        call.out().array((int) some);
        take(call, entry, some, asked.isSecond(), true);
    }

    // At random, and all.

    private static void zrandmember(Call call) {
        boolean isMany = call.count() > 2;
        long count = isMany ? call.integer(2) : 1;
        if (isMany && count == Long.MIN_VALUE) {
            throw new Complaint(SetCommands.OUT_OF_RANGE);
        }
        boolean withScores = call.count() == 4 && call.is(3, WITHSCORES);
        if (call.count() > 4 || (call.count() == 4 && !withScores)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (withScores && Math.abs(count) > Long.MAX_VALUE / 2) {
            throw new Complaint(OUT_OF_RANGE);
        }
        try (Entry entry = call.read(1, SORTED_SET)) {
            SortedSetAccess scores = entry.scores();
            if (!isMany) {
                if (!scores.random(
                        ThreadLocalRandom.current(), (member, score) -> SetCommands.write(call, call.out(), member))) {
                    call.out().nil();
                }
            } else if (!entry.isPresent() || count == 0) {
                call.out().array(0);
            } else if (count < 0) {
                repeated(call, scores, -count, withScores);
            } else {
                distinct(call, scores, count, withScores);
            }
        }
    }

    private static boolean isFlat(Call call, boolean withScores) {
        return withScores && !call.out().isThree();
    }

    private static void repeated(Call call, SortedSetAccess scores, long count, boolean withScores) {
        SetCommands.roomForMany(call, count);
        int opened = call.out().open();
        for (long i = 0; i < count; i++) {
            scores.random(
                    ThreadLocalRandom.current(),
                    (member, score) -> SortedSetRanges.write(call, member, score, withScores));
        }
        call.out().close(opened, Aggregate.ARRAY, (int) count * (isFlat(call, withScores) ? 2 : 1));
    }

    private static void distinct(Call call, SortedSetAccess scores, long count, boolean withScores) {
        int size = scores.count();
        int wanted = (int) Math.min(count, size);
        call.out().array(wanted * (isFlat(call, withScores) ? 2 : 1));
        if (count > size / SPARSE) {
            SetCommands.Sampling sampling = new SetCommands.Sampling(wanted, size);
            scores.range(0, size, (member, score) -> {
                if (sampling.takes()) {
                    SortedSetRanges.write(call, member, score, withScores);
                }
            });
            return;
        }
        SetCommands.roomForMany(call, count);
        Set<Integer> seen = new HashSet<>();
        while (seen.size() < wanted) {
            int rank = ThreadLocalRandom.current().nextInt(size);
            if (seen.add(rank)) {
                scores.range(rank, 1, (member, score) -> SortedSetRanges.write(call, member, score, withScores));
            }
        }
    }

    private static void zscan(Call call) {
        ScanCommands.step(call, SORTED_SET, call.count(), (entry, cursor, wanted) -> {
            ReplyWriter aside = call.worker().asideWriter;
            int[] count = {0};
            long next = entry.scores().scan(cursor, wanted.count(), (member, score) -> {
                if (wanted.matches(member)) {
                    SetCommands.write(call, aside, member);
                    aside.bulk(Reals.text(score));
                    count[0] += 2;
                }
            });
            return new ScanCommands.Step(next, count[0]);
        });
    }
}
