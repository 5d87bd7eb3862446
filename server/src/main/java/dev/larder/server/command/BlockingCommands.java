package dev.larder.server.command;

import static dev.larder.server.store.ValueType.LIST;
import static dev.larder.server.store.ValueType.SORTED_SET;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.server.client.Client;
import dev.larder.server.client.Key;
import dev.larder.server.client.Queued;
import dev.larder.server.client.Waiter;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Section;
import dev.larder.server.store.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait until a list or sorted set has something. What finds nothing gets in line ({@link Waiters}); when it is
 * called, the same command runs again on its connection's loop. Inside a transaction nobody waits.
 */
@SuppressWarnings("try") // a section is held, not used
final class BlockingCommands {
    private static final byte[] TIMEOUT = Ascii.bytes("timeout");
    private static final byte[] ERROR = Ascii.bytes("error");
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);
    private static final int MOST_KEYS = 1 << 16;
    private static final String NO_TIMEOUT = "ERR timeout is not a float or out of range";
    private static final String LONG_TIMEOUT = "ERR timeout is out of range";
    private static final String NEGATIVE_TIMEOUT = "ERR timeout is negative";
    private static final String TOO_MANY = "ERR a connection may wait for at most " + MOST_KEYS + " keys";
    private static final String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";
    private static final String REASON = "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR";

    private BlockingCommands() {}

    static void addTo(Map<String, Command.Body> bodies) {
        bodies.put("blpop", call -> popList(call, true));
        bodies.put("brpop", call -> popList(call, false));
        bodies.put("blmove", call -> move(call, ListCommands.isLeft(call, 3), ListCommands.isLeft(call, 4), 5));
        bodies.put("brpoplpush", call -> move(call, false, true, 3));
        bodies.put("blmpop", call -> popSome(call, LIST));
        bodies.put("bzpopmin", call -> popSortedSet(call, false));
        bodies.put("bzpopmax", call -> popSortedSet(call, true));
        bodies.put("bzmpop", call -> popSome(call, SORTED_SET));
        bodies.put("client|unblock", BlockingCommands::unblock);
    }

    /** Answers from a key that has something: the place of the key, and its entry. */
    private interface Serving {
        void serve(int word, Entry entry);
    }

    /**
     * What is waited for.
     *
     * @param first the first key's place
     * @param end the place behind the last one
     * @param millis how long at most; 0 for ever
     */
    private record Wish(int first, int end, ValueType type, long millis) {
        Waiter.Kind kind() {
            return type == LIST ? Waiter.Kind.LIST : Waiter.Kind.SORTED_SET;
        }
    }

    private static void popList(Call call, boolean isFirst) {
        int last = call.count() - 1;
        run(call, new Wish(1, last, LIST, timeout(call, last)), call.out()::nilArray, (word, entry) -> {
            call.out().array(2);
            call.out().bulk(call.arguments().copy(word));
            ListCommands.take(call, entry, 1, isFirst);
        });
    }

    private static void popSortedSet(Call call, boolean isMax) {
        int last = call.count() - 1;
        run(call, new Wish(1, last, SORTED_SET, timeout(call, last)), call.out()::nilArray, (word, entry) -> {
            call.out().array(3);
            call.out().bulk(call.arguments().copy(word));
            SortedSetPops.take(call, entry, 1, isMax, false);
        });
    }

    private static void popSome(Call call, ValueType type) {
        long millis = timeout(call, 1);
        boolean isList = type == LIST;
        Several.Asked asked = Several.Asked.of(call, 2, isList ? "left" : "min", isList ? "right" : "max");
        Wish wish = new Wish(asked.from(), asked.end(), type, millis);
        run(call, wish, call.out()::nilArray, (word, entry) -> {
            if (isList) {
                ListCommands.reply(call, word, entry, asked);
            } else {
                SortedSetPops.reply(call, word, entry, asked);
            }
        });
    }

    private static void move(Call call, boolean fromFirst, boolean toFirst, int timeoutWord) {
        Wish wish = new Wish(1, 2, LIST, timeout(call, timeoutWord));
        run(call, wish, call.out()::nil, (word, entry) -> ListCommands.transfer(call, entry, fromFirst, toFirst));
    }

    /** Milliseconds in a word that has seconds. */
    private static long timeout(Call call, int word) {
        LongDouble seconds = LongDouble.parse(call.latin(word), NO_TIMEOUT);
        BigDecimal millis = seconds.ceiling(MILLIS);
        if (!seconds.isFinite() || millis.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new Complaint(LONG_TIMEOUT);
        }
        long whole = millis.max(BigDecimal.valueOf(-1)).longValue();
        if (whole < 0) {
            throw new Complaint(NEGATIVE_TIMEOUT);
        }
        if (whole > Long.MAX_VALUE - call.now()) {
            throw new Complaint(LONG_TIMEOUT);
        }
        return whole;
    }

    private static void run(Call call, Wish wish, Runnable nothing, Serving serving) {
        Client client = call.client();
        Waiter waiter = client.waiter();
        try (Section section = call.lock()) {
            boolean isDone = serve(call, wish, waiter, serving);
            if (isDone || waiter != null) {
                return;
            }
            if (client.transaction().isRunning()) {
                nothing.run();
            } else {
                await(call, wish);
            }
        }
    }

    /** Whether a key had something, or somebody else has ended the waiting. */
    private static boolean serve(Call call, Wish wish, @Nullable Waiter waiter, Serving serving) {
        Client client = call.client();
        boolean isFree =
                client.transaction().isRunning() || call.node().waiters().count() == 0;
        for (int place = 0; place < wish.end - wish.first; place++) {
            int i = wish.first + (waiter == null ? place : waiter.order().get(place));
            if (!isFree && !call.node().waiters().isTurn(waiter, client.database(), key(call, i), wish.kind())) {
                continue;
            }
            try (Entry entry = call.open(i)) {
                if (entry.isPresent() && entry.type() != wish.type && waiter == null) {
                    throw new Complaint(Complaint.WRONG_TYPE);
                }
                if (entry.isPresent() && entry.type() == wish.type) {
                    if (waiter == null || waiter.end()) {
                        call.touch(entry);
                        serving.serve(i, entry);
                    }
                    return true;
                }
            }
        }
        return false;
    }

    private static Key key(Call call, int word) {
        return new Key(call.arguments().copy(word));
    }

    private static void await(Call call, Wish wish) {
        List<Key> keys = new ArrayList<>();
        for (int i = wish.first; i < wish.end; i++) {
            keys.add(key(call, i));
        }
        Queued queued = new Queued(call.command(), call.arguments().detached());
        await(call, queued, new Waiter.Wanted(wish.kind(), keys), wish.millis);
    }

    /** Gets in line, and sets the clock. Keys are locked. */
    static void await(Call call, Queued queued, Waiter.Wanted wanted, long millis) {
        if (wanted.keys().size() > MOST_KEYS) {
            throw new Complaint(TOO_MANY);
        }
        Client client = call.client();
        Waiter waiter = new Waiter(client, call.worker(), queued, wanted);
        client.waiter(waiter);
        Node node = call.node();
        node.waiters().add(waiter);
        if (millis > 0) {
            waiter.timer(client.line().later(millis, () -> {
                if (waiter.end()) {
                    finish(node, waiter, false);
                }
            }));
        }
    }

    /** Answers a command that waited in vain, on its own loop. */
    private static void finish(Node node, Waiter waiter, boolean isError) {
        Client client = waiter.client();
        over(node, client);
        if (client.replies() == Client.Replies.OFF) {
            return;
        }
        if (isError) {
            client.out().error(UNBLOCKED);
        } else {
            client.out().nilArray();
        }
    }

    /** A command was tried again: it waits no longer if it was served, or was refused. On its own loop. */
    static void settle(Node node, Waiter waiter) {
        if (waiter.isOver() && waiter.equals(waiter.client().waiter())) {
            over(node, waiter.client());
        }
    }

    /** The client waits no longer; on its own loop. */
    static void over(Node node, Client client) {
        Waiter waiter = client.waiter();
        if (waiter != null) {
            client.waiter(null);
            waiter.end();
            waiter.stopTimer();
            node.waiters().leave(waiter);
        }
    }

    private static void unblock(Call call) {
        boolean isError = call.count() == 4 && call.is(3, ERROR);
        if (call.count() == 4 && !isError && !call.is(3, TIMEOUT)) {
            throw new Complaint(REASON);
        }
        if (call.count() > 4) {
            throw new Complaint(Complaint.SYNTAX);
        }
        long id = call.integer(2);
        Client target = call.node().clients().numbered(id);
        Waiter waiter = target == null ? null : target.waiter();
        boolean isUnblocked = false;
        if (waiter != null && waiter.end()) {
            isUnblocked = true;
            Node node = call.node();
            waiter.client().line().run(() -> finish(node, waiter, isError));
        }
        call.out().integer(isUnblocked ? 1 : 0);
    }
}
