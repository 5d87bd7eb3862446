package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.BusPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * Reads the log of one namespace, poll by poll. Confined to the bus's thread, except for the list of subscriptions.
 *
 * <p><b>Proof.</b> A publisher takes a number from the head, stores the message under it, and only then has published. So
 * whoever asked for the head at a moment and has heard every message up to the answer, has heard what was published before
 * that moment.
 *
 * <p><b>Gaps.</b> A message that is missing is not stored yet, or lost. After two polls without it the listeners are told of
 * a gap and it is passed over; should it come later it is not needed, since its sender had made the values void before it
 * took the number. It is a gap, too, when the head is missing (evicted, or the server restarted), went back or leapt: a new
 * head begins at a random number.
 */
final class LogReader {
    static final int READ_AT_ONCE = 500;
    private static final long MOST_BEHIND = 20_000;
    private static final int PATIENCE_POLLS = 2;
    private static final long NOWHERE = -1;

    /** Who asked when, and where the log ended then. */
    private record Poll(List<Subscription> asking, List<Long> askedNanos, long head) {
        /** Passes over what is before the head; those who asked are told that it may be lost. */
        void gap(LogReader reader) {
            reader.last = head;
            reader.pollsWithoutNext = 0;
            asking.forEach(Subscription::gap);
        }

        void prove(BusPosition position) {
            for (int i = 0; i < asking.size(); i++) {
                asking.get(i).proven(askedNanos.get(i), position);
            }
        }
    }

    private final BusKeys keys;
    private final Link link;
    private final Executor thread;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private long last = NOWHERE;
    private int pollsWithoutNext;

    LogReader(BusKeys keys, Link link, Executor thread) {
        this.keys = keys;
        this.link = link;
        this.thread = thread;
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    Link link() {
        return link;
    }

    /** One poll; completes on the bus's thread, with whether there is more to read at once. */
    CompletionStage<Boolean> poll(Session session) {
        List<Subscription> asking = List.copyOf(subscriptions);
        List<Long> askedNanos = asking.stream().map(Subscription::now).toList();
        Batch batch = new Batch();
        // Adds nothing, and makes the head where it is missing.
        Slot slot = batch.add(session, Items.count(keys.head(), 0, Outbox.start()));
        return batch.send()
                .thenComposeAsync(
                        done -> read(session, new Poll(asking, askedNanos, Items.number(slot.meta()))), thread);
    }

    private CompletionStage<Boolean> read(Session session, Poll poll) {
        if (last == NOWHERE || poll.head() < last || poll.head() - last > MOST_BEHIND) {
            poll.gap(this);
        }
        // A newcomer, or one that failed to take a message; what it hears besides, from before, does no harm.
        poll.asking().stream().filter(Subscription::needsGap).forEach(Subscription::gap);
        int count = (int) Math.min(READ_AT_ONCE, poll.head() - last);
        if (count == 0) {
            poll.prove(keys.position(last));
            return CompletableFuture.completedFuture(false);
        }
        Batch batch = new Batch();
        List<Slot> slots = new ArrayList<>();
        for (long number = last + 1; number <= last + count; number++) {
            slots.add(batch.add(session, Items.read(keys.message(number))));
        }
        return batch.send().thenApplyAsync(done -> digest(slots, poll), thread);
    }

    private boolean digest(List<Slot> slots, Poll poll) {
        for (Slot slot : slots) {
            Reply.Meta reply = slot.meta();
            byte[] bytes = reply.status() == Status.VA ? reply.value() : null;
            if (bytes == null && ++pollsWithoutNext < PATIENCE_POLLS) {
                return false;
            }
            BusMessage message = bytes == null ? null : BusMessage.read(bytes);
            if (message == null) { // lost, or from a later version, which may have named keys that are here
                poll.gap(this);
                break;
            }
            pollsWithoutNext = 0;
            last++;
            poll.asking().forEach(subscription -> subscription.hear(message));
        }
        if (last < poll.head()) {
            return true;
        }
        poll.prove(keys.position(last));
        return false;
    }
}
