package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.ReplyWriter;
import dev.larder.server.client.Glob;
import dev.larder.server.config.Settings;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.ValueType;
import dev.larder.server.store.Walk;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks through the keys of a database. */
final class ScanCommands {
    private static final byte[] MATCH = Ascii.bytes("match");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] TYPE = Ascii.bytes("type");
    private static final int STANDARD_COUNT = 10;
    private static final int STEP = 1_000;
    private static final int MOST_COUNT = 1 << 20;
    /** Policies whose order is by use; the others go by age, expiry or chance. */
    private static final Set<String> BY_USE =
            Set.of("adaptive", "allkeys-lru", "allkeys-lfu", "volatile-lru", "volatile-lfu");

    private static final String NO_ORDER =
            "ERR LARDER.HOT needs a maxmemory and a maxmemory-policy that orders keys by their use:"
                    + " without them the server has no order of heat";

    private ScanCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("scan", ScanCommands::scan);
        bodies.put("keys", ScanCommands::keys);
        bodies.put("larder.hot", ScanCommands::hot);
    }

    /** What is wanted of a walk; patterns and types of null are not asked for. */
    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    record Wanted(
            byte @Nullable [] pattern, int count, @Nullable String type) {
        /** Of the words from {@code from} up to {@code end}. */
        static Wanted of(Call call, int from, int end, boolean mayHaveType) {
            byte[] pattern = null;
            int count = STANDARD_COUNT;
            String type = null;
            for (int i = from; i < end; i += 2) {
                boolean isPair = i + 1 < end;
                if (isPair && call.is(i, MATCH)) {
                    pattern = call.arguments().copy(i + 1);
                } else if (isPair && call.is(i, COUNT)) {
                    long asked = call.integer(i + 1);
                    if (asked < 1) {
                        throw new Complaint(Complaint.SYNTAX);
                    }
                    count = (int) Math.min(asked, MOST_COUNT);
                } else if (isPair && mayHaveType && call.is(i, TYPE)) {
                    type = call.text(i + 1).toLowerCase(Locale.ROOT);
                } else {
                    throw new Complaint(Complaint.SYNTAX);
                }
            }
            boolean isAll = pattern != null && Arrays.equals(pattern, new byte[] {'*'});
            return new Wanted(isAll ? null : pattern, count, type);
        }

        boolean matches(byte[] bytes, int length) {
            return pattern == null || Glob.matches(pattern, bytes, 0, length);
        }

        boolean matches(Slice bytes) {
            return pattern == null || matches(bytes.toBytes(), bytes.length());
        }
    }

    /** Puts the keys of a walk that are wanted beside the reply. */
    private static final class Found {
        private final Call call;
        private final Wanted wanted;
        private final ReplyWriter aside;
        private byte[] name = new byte[64];
        private int count;

        Found(Call call, Wanted wanted) {
            this.call = call;
            this.wanted = wanted;
            this.aside = call.worker().asideWriter;
            call.worker().aside.clear();
        }

        void take(Entry entry) {
            Slice key = entry.key();
            if (name.length < key.length()) {
                name = new byte[2 * key.length()];
            }
            call.worker().copier.to(name, 0).piece(key);
            boolean isOfType = wanted.type == null || wanted.type.equals(Types.name(entry.type()));
            if (isOfType && wanted.matches(name, key.length())) {
                aside.bulk(name, 0, key.length());
                count++;
            }
        }
    }

    /** Where a step of a walk ended, and how many replies it put aside. */
    record Step(long next, int replies) {}

    /** Takes a step through the parts of a value, and puts those that are wanted beside the reply. */
    interface Walker {
        Step from(Entry entry, long cursor, Wanted wanted);
    }

    /**
     * A step through a value, as SSCAN and its like take it.
     *
     * @param end the words of what is wanted end before it
     */
    static void step(Call call, ValueType type, int end, Walker walker) {
        long cursor = cursor(call, 2);
        call.worker().aside.clear();
        try (Entry entry = call.read(1, type)) {
            reply(
                    call,
                    entry.isPresent() ? walker.from(entry, cursor, Wanted.of(call, 3, end, false)) : new Step(0, 0));
        }
    }

    private static void reply(Call call, Step step) {
        call.out().array(2);
        call.out().bulk(Long.toUnsignedString(step.next));
        replyAside(call, step.replies);
    }

    /** Answers what was put aside. */
    private static void replyAside(Call call, int replies) {
        ByteSink aside = call.worker().aside;
        call.room(aside.length());
        call.out().array(replies);
        call.out().sink().put(aside.array(), 0, aside.length());
        aside.clear();
    }

    /** The cursor in a word. */
    static long cursor(Call call, int index) {
        String text = call.latin(index);
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new Complaint(Complaint.INVALID_CURSOR);
        }
    }

    private static void scan(Call call) {
        long cursor = cursor(call, 1);
        Wanted wanted = Wanted.of(call, 2, call.count(), true);
        Found found = new Found(call, wanted);
        Walk walk = new Walk(call.worker().entry, found::take);
        long next = call.node().store().scan(call.client().database(), cursor, wanted.count, walk);
        reply(call, new Step(next, found.count));
    }

    private static void hot(Call call) {
        Settings settings = call.node().settings();
        if (settings.number("maxmemory") == 0 || !BY_USE.contains(settings.text("maxmemory-policy"))) {
            throw new Complaint(NO_ORDER);
        }
        long cursor = cursor(call, 1);
        Wanted wanted = Wanted.of(call, 2, call.count(), false);
        Found found = new Found(call, wanted);
        Walk walk = new Walk(call.worker().entry, found::take);
        long next = call.node().store().hottest(call.client().database(), cursor, wanted.count, walk);
        reply(call, new Step(next, found.count));
    }

    private static void keys(Call call) {
        byte[] pattern = call.arguments().copy(1);
        boolean isAll = Arrays.equals(pattern, new byte[] {'*'});
        Found found = new Found(call, new Wanted(isAll ? null : pattern, STEP, null));
        Walk walk = new Walk(call.worker().entry, found::take);
        long cursor = 0;
        do {
            cursor = call.node().store().scan(call.client().database(), cursor, STEP, walk);
            call.room(call.worker().aside.length());
        } while (cursor != 0);
        replyAside(call, found.count);
    }
}
