package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.Slice;
import dev.larder.server.store.SortedSetAccess;
import dev.larder.server.store.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Unions, intersections and differences of sorted sets, and of sets, whose members count 1. Sources are open at once and
 * walked in steps; a result that is stored is built beside what is there, and takes its place in one step.
 */
@SuppressWarnings("try") // a section is held, not used
final class SortedSetAlgebra {
    private static final byte[] WEIGHTS = Ascii.bytes("weights");
    private static final byte[] AGGREGATE = Ascii.bytes("aggregate");
    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] SUM = Ascii.bytes("sum");
    private static final byte[] MIN = Ascii.bytes("min");
    private static final byte[] MAX = Ascii.bytes("max");
    private static final int STEP = 256;
    private static final String NO_WEIGHT = "ERR weight value is not a float";
    private static final String NEGATIVE_LIMIT = "ERR LIMIT can't be negative";

    /** What becomes of several sets. */
    private enum Operation {
        UNION(Event.ZUNIONSTORE),
        INTERSECTION(Event.ZINTERSTORE),
        DIFFERENCE(Event.ZDIFFSTORE);

        private final Event stored;

        Operation(Event stored) {
            this.stored = stored;
        }
    }

    /** What becomes of the scores of one member. */
    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double one, double other) {
            return switch (this) {
                case SUM -> orZero(one + other);
                case MIN -> Math.min(one, other);
                case MAX -> Math.max(one, other);
            };
        }
    }

    private static double orZero(double score) {
        return Double.isNaN(score) ? 0 : score;
    }

    private SortedSetAlgebra() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("zunion", call -> run(call, Operation.UNION, Use.REPLY));
        bodies.put("zinter", call -> run(call, Operation.INTERSECTION, Use.REPLY));
        bodies.put("zdiff", call -> run(call, Operation.DIFFERENCE, Use.REPLY));
        bodies.put("zunionstore", call -> run(call, Operation.UNION, Use.STORE));
        bodies.put("zinterstore", call -> run(call, Operation.INTERSECTION, Use.STORE));
        bodies.put("zdiffstore", call -> run(call, Operation.DIFFERENCE, Use.STORE));
        bodies.put("zintercard", call -> run(call, Operation.INTERSECTION, Use.COUNT));
    }

    /** What is done with the result. */
    private enum Use {
        REPLY,
        STORE,
        COUNT
    }

    /** One of the sets, and what its scores are multiplied by. */
    private static final class Source {
        private final Entry entry;
        private double weight = 1;

        Source(Entry entry) {
            this.entry = entry;
        }

        private boolean isSet() {
            return entry.isPresent() && entry.type() == ValueType.SET;
        }

        int size() {
            return !entry.isPresent()
                    ? 0
                    : isSet() ? entry.members().count() : entry.scores().count();
        }

        private double weighted(double score) {
            return orZero(weight * score);
        }

        /** A member's score by weight, or NaN where it is not there. */
        double score(Slice member) {
            if (!entry.isPresent()) {
                return Double.NaN;
            }
            if (isSet()) {
                return entry.members().contains(member) ? weighted(1) : Double.NaN;
            }
            double score = entry.scores().score(member);
            return Double.isNaN(score) ? Double.NaN : weighted(score);
        }

        /** Walks on, and copies members with their scores by weight; returns the next cursor. */
        long scan(long cursor, ScoredBatch into) {
            into.clear();
            if (!entry.isPresent()) {
                return 0;
            }
            return isSet()
                    ? entry.members().scan(cursor, STEP, member -> into.member(member, weighted(1)))
                    : entry.scores().scan(cursor, STEP, (member, score) -> into.member(member, weighted(score)));
        }
    }

    /** One command as it was read. */
    private static final class Asked {
        private final List<Source> sources = new ArrayList<>();
        private final Operation operation;
        private Aggregate aggregate = Aggregate.SUM;
        private boolean withScores;
        private long limit;

        Asked(Operation operation) {
            this.operation = operation;
        }
    }

    private static void run(Call call, Operation operation, Use use) {
        int at = use == Use.STORE ? 2 : 1;
        long keys = call.integer(at);
        if (keys < 1) {
            throw new Complaint(
                    "ERR at least 1 input key is needed for '" + call.command().name() + "' command");
        }
        if (keys > call.count() - at - 1) {
            throw new Complaint(Complaint.SYNTAX);
        }
        try (Section section = call.lock();
                Several sets = call.worker().several) {
            Asked asked = new Asked(operation);
            for (int i = 0; i < keys; i++) {
                asked.sources.add(source(call, sets.open(call, at + 1 + i)));
            }
            readOptions(call, asked, at + 1 + (int) keys, use);
            if (operation != Operation.DIFFERENCE) {
                asked.sources.sort(Comparator.comparingInt(Source::size));
            }
            switch (use) {
                case REPLY -> reply(call, asked);
                case COUNT -> call.out().integer(count(asked));
                case STORE -> {
                    try (Entry target = call.openOther(1, call.client().database())) {
                        boolean wasThere = target.isPresent();
                        call.out().integer(target.scores().replace(building -> compute(asked, building)));
                        call.notifyStored(operation.stored, target, wasThere);
                    }
                }
            }
        }
    }

    private static Source source(Call call, Entry entry) {
        call.noteRead(entry);
        if (entry.isPresent() && entry.type() != ValueType.SET && entry.type() != ValueType.SORTED_SET) {
            throw new Complaint(Complaint.WRONG_TYPE);
        }
        return new Source(entry);
    }

    private static void readOptions(Call call, Asked asked, int from, Use use) {
        boolean mayWeigh = asked.operation != Operation.DIFFERENCE && use != Use.COUNT;
        for (int i = from; i < call.count(); i++) {
            int left = call.count() - i;
            if (mayWeigh && left > asked.sources.size() && call.is(i, WEIGHTS)) {
                for (Source source : asked.sources) {
                    source.weight = Doubles.of(call, ++i, NO_WEIGHT);
                }
            } else if (mayWeigh && left >= 2 && call.is(i, AGGREGATE)) {
                asked.aggregate = aggregate(call, ++i);
            } else if (use == Use.REPLY && call.is(i, WITHSCORES)) {
                asked.withScores = true;
            } else if (use == Use.COUNT && left >= 2 && call.is(i, LIMIT)) {
                i++;
                asked.limit = call.arguments().isLong(i) ? call.arguments().toLong(i) : -1;
                if (asked.limit < 0) {
                    throw new Complaint(NEGATIVE_LIMIT);
                }
            } else {
                throw new Complaint(Complaint.SYNTAX);
            }
        }
    }

    private static Aggregate aggregate(Call call, int word) {
        if (call.is(word, SUM)) {
            return Aggregate.SUM;
        }
        if (call.is(word, MIN)) {
            return Aggregate.MIN;
        }
        if (call.is(word, MAX)) {
            return Aggregate.MAX;
        }
        throw new Complaint(Complaint.SYNTAX);
    }

    // The work.

    /** Takes members of a result with their scores; says whether it wants more. */
    private interface Result {
        boolean take(Slice member, double score);
    }

    private static void compute(Asked asked, SortedSetAccess.Building building) {
        switch (asked.operation) {
            case UNION -> {
                for (Source source : asked.sources) {
                    walk(source, (member, score) -> {
                        double old = building.score(member);
                        building.put(member, Double.isNaN(old) ? score : asked.aggregate.of(old, score));
                        return true;
                    });
                }
            }
            case INTERSECTION ->
                intersect(asked, (member, score) -> {
                    building.put(member, score);
                    return true;
                });
            case DIFFERENCE -> {
                Source first = asked.sources.get(0);
                walk(first, (member, score) -> {
                    if (!isInOthers(asked, member)) {
                        building.put(member, score);
                    }
                    return true;
                });
            }
        }
    }

    private static boolean isInOthers(Asked asked, Slice member) {
        for (int i = 1; i < asked.sources.size(); i++) {
            if (!Double.isNaN(asked.sources.get(i).score(member))) {
                return true;
            }
        }
        return false;
    }

    private static void intersect(Asked asked, Result result) {
        List<Source> sources = asked.sources;
        walk(sources.get(0), (member, score) -> {
            double sum = score;
            for (int i = 1; i < sources.size(); i++) {
                double other = sources.get(i).score(member);
                if (Double.isNaN(other)) {
                    return true;
                }
                sum = asked.aggregate.of(sum, other);
            }
            return result.take(member, sum);
        });
    }

    private static long count(Asked asked) {
        long most = asked.limit == 0 ? Long.MAX_VALUE : asked.limit;
        long[] count = {0};
        intersect(asked, (member, score) -> ++count[0] < most);
        return count[0];
    }

    private static void walk(Source source, Result result) {
        ScoredBatch batch = new ScoredBatch();
        long cursor = 0;
        boolean wantsMore = true;
        do {
            cursor = source.scan(cursor, batch);
            for (int i = 0; i < batch.count() && wantsMore; i++) {
                wantsMore = result.take(batch.member(i), batch.score(i));
            }
        } while (cursor != 0 && wantsMore);
    }

    /** Answers a result in its order, which is sought on the heap. */
    private static void reply(Call call, Asked asked) {
        Gathered gathered = new Gathered(call);
        compute(asked, gathered);
        List<Gathered.Scored> all = gathered.inOrder();
        boolean isFlat = asked.withScores && !call.out().isThree();
        call.out().array(all.size() * (isFlat ? 2 : 1));
        for (Gathered.Scored each : all) {
            SortedSetRanges.write(call, each.member(), each.score(), asked.withScores);
        }
    }
}
