package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter.Aggregate;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.MemberSink;
import dev.larder.server.store.Section;
import dev.larder.server.store.SetAccess;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import java.util.Map;

/**
 * Intersections, unions and differences of sets. All sets of a command are open at once, so that a result goes to the reply
 * member by member and nothing is gathered: what one set has is looked up in the others. A result that is stored is built
 * beside what is there, and takes its place in one step.
 */
@SuppressWarnings("try") // a section is held, not used
final class SetAlgebra {
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final String TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";
    private static final String NEGATIVE_LIMIT = "ERR LIMIT can't be negative";

    /** What becomes of several sets. */
    private enum Operation {
        INTERSECTION(Event.SINTERSTORE),
        UNION(Event.SUNIONSTORE),
        DIFFERENCE(Event.SDIFFSTORE);

        private final Event stored;

        Operation(Event stored) {
            this.stored = stored;
        }
    }

    private SetAlgebra() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("sinter", call -> reply(call, Operation.INTERSECTION));
        bodies.put("sunion", call -> reply(call, Operation.UNION));
        bodies.put("sdiff", call -> reply(call, Operation.DIFFERENCE));
        bodies.put("sinterstore", call -> store(call, Operation.INTERSECTION));
        bodies.put("sunionstore", call -> store(call, Operation.UNION));
        bodies.put("sdiffstore", call -> store(call, Operation.DIFFERENCE));
        bodies.put("sintercard", SetAlgebra::sintercard);
    }

    /** Opens the sets in some words, which may be missing. */
    private static void open(Call call, Several sets, int from, int end) {
        for (int i = from; i < end; i++) {
            Entry entry = sets.open(call, i);
            call.noteRead(entry);
            if (entry.isPresent() && entry.type() != ValueType.SET) {
                throw new Complaint(Complaint.WRONG_TYPE);
            }
        }
    }

    private static void reply(Call call, Operation operation) {
        try (Section section = call.lock();
                Several sets = call.worker().several) {
            open(call, sets, 1, call.count());
            int opened = call.out().open();
            int[] count = {0};
            each(sets, operation, member -> {
                SetCommands.write(call, call.out(), member);
                count[0]++;
                return true;
            });
            call.out().close(opened, Aggregate.SET, count[0]);
        }
    }

    private static void store(Call call, Operation operation) {
        try (Section section = call.lock();
                Several sets = call.worker().several) {
            open(call, sets, 2, call.count());
            try (Entry target = call.openOther(1, call.client().database())) {
                boolean wasThere = target.isPresent();
                int count = target.members()
                        .replace(adder -> each(sets, operation, member -> {
                            adder.member(member);
                            return true;
                        }));
                call.notifyStored(operation.stored, target, wasThere);
                call.out().integer(count);
            }
        }
    }

    private static void sintercard(Call call) {
        long keys = call.arguments().isLong(1) ? call.arguments().toLong(1) : 0;
        if (keys < 1) {
            throw new Complaint(Complaint.NO_NUMKEYS);
        }
        if (keys > call.count() - 2) {
            throw new Complaint(TOO_MANY_KEYS);
        }
        int end = 2 + (int) keys;
        long limit = 0;
        for (int i = end; i < call.count(); i += 2) {
            if (i + 1 >= call.count() || !call.is(i, LIMIT)) {
                throw new Complaint(Complaint.SYNTAX);
            }
            limit = call.arguments().isLong(i + 1) ? call.arguments().toLong(i + 1) : -1;
            if (limit < 0) {
                throw new Complaint(NEGATIVE_LIMIT);
            }
        }
        long most = limit == 0 ? Long.MAX_VALUE : limit;
        try (Section section = call.lock();
                Several sets = call.worker().several) {
            open(call, sets, 2, end);
            long[] count = {0};
            each(sets, Operation.INTERSECTION, member -> ++count[0] < most);
            call.out().integer(count[0]);
        }
    }

    // The work.

    /** Takes members of a result; says whether it wants more. */
    private interface Result {
        boolean take(Slice member);
    }

    /** Hands a result out, each member once. */
    private static void each(Several sets, Operation operation, Result result) {
        switch (operation) {
            case INTERSECTION -> intersect(sets, result);
            case UNION -> {
                for (int i = 0; i < sets.count(); i++) {
                    int before = i;
                    walk(sets.get(i).members(), result, member -> !isInAny(sets, 0, before, member));
                }
            }
            case DIFFERENCE -> walk(sets.get(0).members(), result, member -> !isInAny(sets, 1, sets.count(), member));
        }
    }

    private static void intersect(Several sets, Result result) {
        int smallest = 0;
        for (int i = 1; i < sets.count(); i++) {
            if (sets.get(i).members().count() < sets.get(smallest).members().count()) {
                smallest = i;
            }
        }
        int walked = smallest;
        walk(sets.get(walked).members(), result, member -> isInAllBut(sets, walked, member));
    }

    private static boolean isInAllBut(Several sets, int which, Slice member) {
        for (int i = 0; i < sets.count(); i++) {
            if (i != which && !sets.get(i).members().contains(member)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInAny(Several sets, int from, int end, Slice member) {
        for (int i = from; i < end; i++) {
            if (sets.get(i).members().contains(member)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a member is in a result. */
    private interface Test {
        boolean holds(Slice member);
    }

    /**
     * Walks through a set in steps, and hands on what passes a test between them: a result may be written to the store, which
     * is not done while the store hands out.
     */
    private static void walk(SetAccess members, Result result, Test test) {
        Batch batch = new Batch();
        MemberSink gather = member -> {
            if (test.holds(member)) {
                batch.add(member);
            }
        };
        long cursor = 0;
        boolean wantsMore = true;
        do {
            batch.clear();
            cursor = members.scan(cursor, STEP, gather);
            for (int i = 0; i < batch.count() && wantsMore; i++) {
                wantsMore = result.take(batch.get(i));
            }
        } while (cursor != 0 && wantsMore);
    }

    private static final int STEP = 256;
}
