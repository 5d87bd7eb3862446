package dev.larder.server.command;

import static dev.larder.server.store.ValueType.SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.protocol.resp.ReplyWriter.Aggregate;
import dev.larder.server.client.Key;
import dev.larder.server.event.Event;
import dev.larder.server.store.Entry;
import dev.larder.server.store.MemberSink;
import dev.larder.server.store.Section;
import dev.larder.server.store.SetAccess;
import dev.larder.server.store.Slice;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Sets: what one of them holds. */
@SuppressWarnings("try") // a section is held, not used
final class SetCommands {
    static final int STEP = 1_000;

    private static final int SPARSE = 3;
    private static final int LEAST_REPLY_BYTES = 5;
    static final String OUT_OF_RANGE =
            "ERR value is out of range, value must between " + -Long.MAX_VALUE + " and " + Long.MAX_VALUE;

    private SetCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("sadd", SetCommands::sadd);
        bodies.put("srem", SetCommands::srem);
        bodies.put("sismember", SetCommands::sismember);
        bodies.put("smismember", SetCommands::smismember);
        bodies.put("scard", SetCommands::scard);
        bodies.put("smembers", SetCommands::smembers);
        bodies.put("sscan", SetCommands::sscan);
        bodies.put("smove", SetCommands::smove);
        bodies.put("spop", SetCommands::spop);
        bodies.put("srandmember", SetCommands::srandmember);
    }

    private static void sadd(Call call) {
        int added = 0;
        try (Entry entry = call.change(1, SET)) {
            for (int i = 2; i < call.count(); i++) {
                added += entry.members().add(call.extra(i)) ? 1 : 0;
            }
            if (added > 0) {
                call.notify(Event.SADD, entry);
            }
        }
        call.out().integer(added);
    }

    private static void srem(Call call) {
        int removed = 0;
        try (Entry entry = call.change(1, SET)) {
            for (int i = 2; i < call.count() && entry.isPresent(); i++) {
                removed += entry.members().remove(call.extra(i)) ? 1 : 0;
            }
            if (removed > 0) {
                call.notifyTaken(Event.SREM, entry);
            }
        }
        call.out().integer(removed);
    }

    private static void sismember(Call call) {
        try (Entry entry = call.read(1, SET)) {
            call.out().integer(entry.members().contains(call.extra(2)) ? 1 : 0);
        }
    }

    private static void smismember(Call call) {
        try (Entry entry = call.read(1, SET)) {
            call.out().array(call.count() - 2);
            for (int i = 2; i < call.count(); i++) {
                call.out().integer(entry.members().contains(call.extra(i)) ? 1 : 0);
            }
        }
    }

    private static void scard(Call call) {
        try (Entry entry = call.read(1, SET)) {
            call.out().integer(entry.members().count());
        }
    }

    // All of them.

    /** Writes a member. */
    static void write(Call call, ReplyWriter out, Slice member) {
        call.room(member.length());
        int at = out.bulk(member.length());
        call.worker().copier.to(out.sink().array(), at).piece(member);
    }

    /** Hands out all members of a set. */
    static void each(SetAccess members, MemberSink sink) {
        long cursor = 0;
        do {
            cursor = members.scan(cursor, STEP, sink);
        } while (cursor != 0);
    }

    private static void smembers(Call call) {
        try (Entry entry = call.read(1, SET)) {
            call.out().set(entry.members().count());
            each(entry.members(), member -> write(call, call.out(), member));
        }
    }

    private static void sscan(Call call) {
        ScanCommands.step(call, SET, call.count(), (entry, cursor, wanted) -> {
            int[] count = {0};
            long next = entry.members().scan(cursor, wanted.count(), member -> {
                if (wanted.matches(member)) {
                    write(call, call.worker().asideWriter, member);
                    count[0]++;
                }
            });
            return new ScanCommands.Step(next, count[0]);
        });
    }

    private static void smove(Call call) {
        boolean moved = false;
        try (Section section = call.lock();
                Entry source = call.open(1)) {
            if (!source.isPresent()) {
                call.out().integer(0);
                return;
            }
            try (Entry target = call.openOther(2, call.client().database())) {
                if (source.type() != SET || (target.isPresent() && target.type() != SET)) {
                    throw new Complaint(Complaint.WRONG_TYPE);
                }
                moved = source.members().contains(call.extra(3));
                if (moved && !call.sameWord(1, 2)) {
                    boolean isNew = target.members().add(call.extra(3)); // where there is no room, nothing was removed
                    source.members().remove(call.extra(3));
                    call.notifyTaken(Event.SREM, source);
                    if (isNew) {
                        call.notify(Event.SADD, target);
                    }
                }
            }
        }
        call.out().integer(moved ? 1 : 0);
    }

    // At random.

    private static byte[] random(SetAccess members) {
        byte[][] found = new byte[1][];
        members.random(ThreadLocalRandom.current(), member -> found[0] = member.toBytes());
        return found[0];
    }

    private static void spop(Call call) {
        if (call.count() > 3) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (call.count() == 3) {
            popSome(call);
            return;
        }
        try (Entry entry = call.change(1, SET)) {
            if (!entry.isPresent()) {
                call.out().nil();
                return;
            }
            byte[] member = random(entry.members());
            entry.members().remove(Slice.of(member));
            call.notifyTaken(Event.SPOP, entry);
            call.out().bulk(member);
        }
    }

    private static void popSome(Call call) {
        if (!call.arguments().isLong(2) || call.arguments().toLong(2) < 0) {
            throw new Complaint(Complaint.NOT_POSITIVE);
        }
        long count = call.arguments().toLong(2);
        try (Entry entry = call.change(1, SET)) {
            int size = entry.members().count();
            if (count >= size) {
                call.out().set(size);
                each(entry.members(), member -> write(call, call.out(), member));
                if (entry.remove()) {
                    call.notifyTaken(Event.SPOP, entry);
                }
                return;
            }
            call.out().set((int) count);
            for (long i = 0; i < count; i++) {
                byte[] member = random(entry.members());
                call.room(member.length);
                entry.members().remove(Slice.of(member));
                call.out().bulk(member);
            }
            if (count > 0) {
                call.notify(Event.SPOP, entry);
            }
        }
    }

    private static void srandmember(Call call) {
        if (call.count() > 3) {
            throw new Complaint(Complaint.SYNTAX);
        }
        boolean isMany = call.count() == 3;
        long count = isMany ? call.integer(2) : 1;
        if (count == Long.MIN_VALUE) {
            throw new Complaint(OUT_OF_RANGE);
        }
        try (Entry entry = call.read(1, SET)) {
            SetAccess members = entry.members();
            if (!isMany) {
                if (entry.isPresent()) {
                    call.out().bulk(random(members));
                } else {
                    call.out().nil();
                }
            } else if (!entry.isPresent() || count == 0) {
                call.out().array(0);
            } else if (count < 0) {
                repeated(call, members, -count);
            } else {
                distinct(call, members, count);
            }
        }
    }

    /** Complains of so many replies that no connection may have. */
    static void roomForMany(Call call, long count) {
        call.room(count > Long.MAX_VALUE / LEAST_REPLY_BYTES / 2 ? Long.MAX_VALUE / 2 : count * LEAST_REPLY_BYTES);
    }

    private static void repeated(Call call, SetAccess members, long count) {
        roomForMany(call, count);
        int opened = call.out().open();
        for (long i = 0; i < count; i++) {
            members.random(ThreadLocalRandom.current(), member -> write(call, call.out(), member));
        }
        call.out().close(opened, Aggregate.ARRAY, (int) count);
    }

    /** Answers different members: of many some as they come, each as likely as another; of few those that chance finds. */
    private static void distinct(Call call, SetAccess members, long count) {
        int size = members.count();
        int wanted = (int) Math.min(count, size);
        call.out().array(wanted);
        if (count > size / SPARSE) {
            Sampling sampling = new Sampling(wanted, size);
            each(members, member -> {
                if (sampling.takes()) {
                    write(call, call.out(), member);
                }
            });
            return;
        }
        roomForMany(call, count);
        Set<Key> seen = new HashSet<>();
        while (seen.size() < wanted) {
            byte[] member = random(members);
            if (seen.add(new Key(member))) {
                write(call, call.out(), Slice.of(member));
            }
        }
    }

    /** Takes so many of so many that come one after another, each as likely as another. */
    static final class Sampling {
        private int wanted;
        private int left;

        Sampling(int wanted, int of) {
            this.wanted = wanted;
            this.left = of;
        }

        /** Whether the next one is taken. */
        boolean takes() {
            boolean takes = ThreadLocalRandom.current().nextInt(left--) < wanted;
            wanted -= takes ? 1 : 0;
            return takes;
        }
    }

    /** Whether bytes are a number as a set of numbers has them in Redis. */
    static boolean isNumber(Slice member) {
        byte[] bytes = member.toBytes();
        return Ascii.isLong(bytes, 0, bytes.length);
    }
}
