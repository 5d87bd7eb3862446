package dev.larder.server.command;

import static dev.larder.server.store.ValueType.HASH;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.protocol.resp.ReplyWriter.Aggregate;
import dev.larder.server.client.Key;
import dev.larder.server.store.Entry;
import dev.larder.server.store.FieldAccess;
import dev.larder.server.store.FieldSink;
import dev.larder.server.store.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Hashes: all fields, fields in steps, fields at random. */
final class HashWalkCommands {
    private static final byte[] WITHVALUES = Ascii.bytes("withvalues");
    private static final byte[] NOVALUES = Ascii.bytes("novalues");
    private static final int STEP = 1_000;
    private static final long MOST_RANDOM = Long.MAX_VALUE / 2;
    private static final int SPARSE = 3;
    private static final String OUT_OF_RANGE = "ERR value is out of range";

    private HashWalkCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("hgetall", call -> all(call, true, true));
        bodies.put("hkeys", call -> all(call, true, false));
        bodies.put("hvals", call -> all(call, false, true));
        bodies.put("hscan", HashWalkCommands::hscan);
        bodies.put("hrandfield", HashWalkCommands::hrandfield);
    }

    /** Writes names, values or both as they come, those that are wanted. */
    private static final class Writing implements FieldSink {
        private final Call call;
        private final ReplyWriter out;
        private final boolean names;
        private final boolean values;
        private final ScanCommands.Wanted wanted;
        private boolean takes;
        private int count;

        Writing(Call call, ReplyWriter out, boolean names, boolean values, ScanCommands.Wanted wanted) {
            this.call = call;
            this.out = out;
            this.names = names;
            this.values = values;
            this.wanted = wanted;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            takes = wanted.matches(name);
            if (!takes) {
                return;
            }
            count++;
            call.room((long) name.length() + valueBytes);
            if (names) {
                int at = out.bulk(name.length());
                call.worker().copier.to(out.sink().array(), at).piece(name);
            }
            if (values) {
                int at = out.bulk(valueBytes);
                call.worker().copier.to(out.sink().array(), at);
            }
        }

        @Override
        public void piece(Slice bytes) {
            if (takes && values) {
                call.worker().copier.piece(bytes);
            }
        }
    }

    private static final ScanCommands.Wanted ALL = new ScanCommands.Wanted(null, STEP, null);

    private static void all(Call call, boolean names, boolean values) {
        ReplyWriter out = call.out();
        try (Entry entry = call.read(1, HASH)) {
            int opened = out.open();
            Writing writing = new Writing(call, out, names, values, ALL);
            long cursor = 0;
            do {
                cursor = entry.fields().scan(cursor, STEP, writing);
            } while (cursor != 0);
            out.close(opened, names && values ? Aggregate.MAP : Aggregate.ARRAY, writing.count);
        }
    }

    private static void hscan(Call call) {
        int words = call.count();
        boolean values = words < 4 || !call.is(words - 1, NOVALUES);
        ScanCommands.step(call, HASH, values ? words : words - 1, (entry, cursor, wanted) -> {
            Writing writing = new Writing(call, call.worker().asideWriter, true, values, wanted);
            long next = entry.fields().scan(cursor, wanted.count(), writing);
            return new ScanCommands.Step(next, values ? 2 * writing.count : writing.count);
        });
    }

    // At random.

    /** One field and its value. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Field(byte[] name, byte[] value) {}

    /** Gathers fields. */
    private static final class Gathering implements FieldSink {
        private final Call call;
        private final List<Field> fields = new ArrayList<>();

        Gathering(Call call) {
            this.call = call;
        }

        @Override
        public void field(Slice name, int valueBytes) {
            byte[] value = new byte[valueBytes];
            fields.add(new Field(name.toBytes(), value));
            call.worker().copier.to(value, 0);
        }

        @Override
        public void piece(Slice bytes) {
            call.worker().copier.piece(bytes);
        }
    }

    private static void hrandfield(Call call) {
        boolean isMany = call.count() > 2;
        long count = isMany ? call.integer(2) : 1;
        boolean withValues = call.count() == 4 && call.is(3, WITHVALUES);
        if (call.count() > 4 || (call.count() == 4 && !withValues)) {
            throw new Complaint(Complaint.SYNTAX);
        }
        if (count == Long.MIN_VALUE) {
            throw new Complaint(OUT_OF_RANGE + ", value must between " + -Long.MAX_VALUE + " and " + Long.MAX_VALUE);
        }
        if (withValues && Math.abs(count) > MOST_RANDOM) {
            throw new Complaint(OUT_OF_RANGE);
        }
        try (Entry entry = call.read(1, HASH)) {
            if (!isMany) {
                one(call, entry.fields());
            } else if (count < 0) {
                repeated(call, entry.fields(), -count, withValues);
            } else {
                reply(call, distinct(call, entry.fields(), count), withValues);
            }
        }
    }

    private static void one(Call call, FieldAccess fields) {
        Gathering found = new Gathering(call);
        if (fields.random(ThreadLocalRandom.current(), found)) {
            call.out().bulk(found.fields.get(0).name);
        } else {
            call.out().nil();
        }
    }

    private static void repeated(Call call, FieldAccess fields, long count, boolean withValues) {
        if (fields.count() == 0) {
            call.out().array(0);
            return;
        }
        SetCommands.roomForMany(call, count);
        int opened = call.out().open();
        int written = 0;
        Gathering found = new Gathering(call);
        if (count >= fields.count()) { // gathered once, since a look for one at random takes longer
            ThreadLocalRandom random = ThreadLocalRandom.current();
            gather(fields, found);
            int size = found.fields.size();
            for (long i = 0; i < count && size > 0; i++) {
                written += write(call, found.fields.get(random.nextInt(size)), withValues);
            }
            call.out().close(opened, Aggregate.ARRAY, written);
            return;
        }
        for (long i = 0; i < count && fields.random(ThreadLocalRandom.current(), found); i++) {
            written += write(call, found.fields.get(0), withValues);
            found.fields.clear();
        }
        call.out().close(opened, Aggregate.ARRAY, written);
    }

    private static void gather(FieldAccess fields, Gathering into) {
        long cursor = 0;
        do {
            cursor = fields.scan(cursor, STEP, into);
        } while (cursor != 0);
    }

    private static List<Field> distinct(Call call, FieldAccess fields, long count) {
        Gathering found = new Gathering(call);
        if (count > fields.count() / SPARSE) {
            gather(fields, found);
            if (count < found.fields.size()) {
                Collections.shuffle(found.fields, ThreadLocalRandom.current());
                return found.fields.subList(0, (int) count);
            }
            return found.fields;
        }
        List<Field> picked = new ArrayList<>();
        Set<Key> names = new HashSet<>();
        while (picked.size() < count && fields.random(ThreadLocalRandom.current(), found)) {
            Field field = found.fields.remove(0);
            if (names.add(new Key(field.name))) {
                picked.add(field);
            }
        }
        return picked;
    }

    private static void reply(Call call, List<Field> fields, boolean withValues) {
        int opened = call.out().open();
        int written = 0;
        for (Field field : fields) {
            written += write(call, field, withValues);
        }
        call.out().close(opened, Aggregate.ARRAY, written);
    }

    /** Writes a field; how many elements of the reply it takes. */
    private static int write(Call call, Field field, boolean withValue) {
        call.room((long) field.name.length + field.value.length);
        if (withValue && call.out().isThree()) {
            call.out().array(2);
        }
        call.out().bulk(field.name);
        if (withValue) {
            call.out().bulk(field.value);
        }
        return withValue && !call.out().isThree() ? 2 : 1;
    }
}
