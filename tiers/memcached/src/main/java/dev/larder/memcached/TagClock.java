package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The clock that counts the changes of one cache's tags: an item with a number, and a {@link TagLog} for its epoch. Both,
 * and the tags' records, are on the server of the cache's pointer, where commands of one connection keep their order.
 *
 * <p>The log is stored before the clock, so that it knows of every change of its epoch. Where it is lost, the clock is given
 * up, too: a log that was begun later would not know which changes are under way.
 *
 * <p>Thread-safe; stages complete on I/O threads.
 */
final class TagClock {
    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final CacheItems items;
    private final AtomicLong warmNanos;
    private volatile long last = -1;

    TagClock(CacheItems items) {
        this.items = items;
        this.warmNanos = new AtomicLong(items.ticker().nanos());
    }

    /** What the clock said on a connection, and the CAS number of what said it. */
    record Reading(Session session, long at, long cas) {}

    /** The connection to the tags' server; throws where that is away. */
    Session session() {
        return items.generations().session();
    }

    /** The same; null where that is away. */
    @Nullable Session sessionIfReady() {
        return items.servers().of(items.generations().pointer()).ready();
    }

    /** Adds a look at the clock. */
    Slot look(Batch batch, Session session) {
        return batch.add(session, Items.readCas(items.keys().tagClock()));
    }

    /** What a look found; fails with {@link MovedException} where the clock is missing. */
    Reading seen(Session session, Slot look) {
        Reply.Meta reply = look.meta();
        if (reply.status() != Status.VA) {
            throw new MovedException();
        }
        long at = Items.number(reply);
        last = at;
        return new Reading(session, at, reply.flags().number('c'));
    }

    /** Begins it in an epoch of its own, unless somebody else does. */
    CompletionStage<Void> begin(Session session) {
        long start = Tokens.clock();
        Batch batch = new Batch();
        batch.add(session, Items.store(session, items.keys().tagLog(start), TagLog.begun(start), 0));
        Slot added =
                batch.add(session, Items.storeIfAbsent(session, items.keys().tagClock(), digits(start), 0));
        return batch.send().thenAccept(done -> {
            if (added.meta().status() != Status.HD && session.isOpen()) {
                Batch unwanted = new Batch();
                unwanted.add(session, Items.remove(items.keys().tagLog(start)));
                var unused = unwanted.send(); // if it is lost, the log is evicted some day
            }
        });
    }

    /** Removes the clock whose log is lost. */
    CompletionStage<Void> giveUp(Reading reading) {
        Batch batch = new Batch();
        batch.add(reading.session(), Items.removeIfSame(items.keys().tagClock(), reading.cas()));
        return batch.send();
    }

    /** Adds the raising of the clock. */
    Slot raise(Batch batch, Session session) {
        return batch.add(session, Items.countIfThere(items.keys().tagClock(), 1));
    }

    /** Raises the clock to {@code at} if it is as it was read; whether it was. */
    CompletionStage<Boolean> raise(Reading reading, long at) {
        Batch batch = new Batch();
        Slot raised = batch.add(
                reading.session(),
                Items.storeIfSame(reading.session(), items.keys().tagClock(), digits(at), 0, reading.cas()));
        return batch.send().thenApply(done -> raised.meta().status() == Status.HD);
    }

    /** Touches the log now and then, so that it is not evicted as what nobody uses while the clock is read all the time. */
    void warm(Batch batch, Session session) {
        long now = items.ticker().nanos();
        long due = warmNanos.get();
        long clock = last;
        if (clock >= 0 && now - due >= 0 && warmNanos.compareAndSet(due, now + WARM_NANOS)) {
            batch.add(session, Items.touch(items.keys().tagLog(clock)));
        }
    }

    private static byte[] digits(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
