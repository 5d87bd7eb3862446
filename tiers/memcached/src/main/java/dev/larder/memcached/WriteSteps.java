package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Names;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.memcached.Parts.Stored;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.FarValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Making values untrue, and writing. Thread-safe; stages complete on I/O threads.
 *
 * <p>An invalidation changes the current and the next generation of its view, and looks at the pointer when all of that is
 * acknowledged. Where the pointer names the same two and the same ring, every generation that may ever be read was there
 * and is void, or began after the invalidation did, and no copier of a later ring read a value before it went.
 *
 * <p>While a new server warms up, an entry goes from the server before it first and from the new one then: a copier that
 * read the old value had its fence before the second removal, which takes that away. {@code models/ring.pml} has both rules.
 */
record WriteSteps(CacheItems items) {
    CompletionStage<@Nullable Void> invalidate(View view, List<Entry> entries) {
        Batch before = new Batch();
        Batch batch = new Batch();
        for (Entry entry : entries) {
            items.voidBefore(before, view, entry);
            items.voidBoth(batch, view, entry);
        }
        return before.send().thenCompose(done -> items.generations().sent(batch, view));
    }

    /** Fails with {@link MovedException} where the value changed meanwhile. */
    CompletionStage<@Nullable Void> expire(View view, Entry entry, long maxStaleMillis) {
        Place place = items.place(view, view.current(), entry);
        Session session = place.need();
        Link before = place.before();
        CompletionStage<@Nullable Void> first = CompletableFuture.completedFuture(null);
        if (before != null) {
            Session other = CacheItems.needed(before);
            first = found(other, place).thenCompose(found -> {
                Batch change = new Batch();
                FarValue value = CacheItems.valueBefore(view, place.value(), entry, found);
                Slot changed = soften(change, other, place, new Found(entry, found, value), maxStaleMillis);
                return change.send().thenApply(done -> unchanged(changed));
            });
        }
        return first.thenCompose(done -> found(session, place)).thenCompose(found -> {
            Batch change = new Batch();
            FarValue value = CacheItems.value(view, place.value(), entry, found);
            Slot changed = soften(change, session, place, new Found(entry, found, value), maxStaleMillis);
            items.voidNext(change, view, entry);
            return items.generations().sent(change, view).thenApply(done -> unchanged(changed));
        });
    }

    /** What a server has of an entry, and the value in it, if there is one that counts. */
    private record Found(
            Entry entry, Reply.Meta reply, @Nullable FarValue value) {}

    private static CompletionStage<Reply.Meta> found(Session session, Place place) {
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(place.value()));
        return batch.send().thenApply(done -> read.meta());
    }

    private static @Nullable Slot soften(Batch change, Session session, Place place, Found found, long maxStaleMillis) {
        Slot changed = null;
        Reply.Meta reply = found.reply();
        if (reply.status() == Status.VA) {
            long cas = reply.flags().number('c');
            FarValue value = found.value();
            if (value == null) {
                changed = change.add(session, Items.removeIfSame(place.value(), cas));
            } else {
                byte[] body = Body.of(found.entry(), Body.softlyExpired(value.bytes()));
                int life = Seconds.stale(maxStaleMillis, reply.flags().number('t'));
                Request.Meta store = Items.storeIfSame(session, place.value(), body, life, cas);
                changed = change.add(
                        session, Items.stamped(store, (int) reply.flags().number('f')));
            }
        }
        change.add(session, Items.remove(place.lease()));
        return changed;
    }

    private static @Nullable Void unchanged(@Nullable Slot changed) {
        if (changed != null && changed.meta().status() == Status.EX) {
            throw new MovedException();
        }
        return null;
    }

    /** Takes the lease, then the value's item: see {@link LeaseSteps} for why in this order. */
    CompletionStage<@Nullable Void> beginWrite(View view, Entry entry, String token, long leaseMillis) {
        Place place = items.place(view, view.current(), entry);
        Session session = place.need();
        int seconds = Seconds.lease(leaseMillis);
        long endNanos = items.endNanos(leaseMillis);
        byte[] tokenBytes = token.getBytes(StandardCharsets.US_ASCII);
        Batch before = new Batch();
        items.voidBefore(before, view, entry);
        Batch batch = new Batch();
        Slot marked = batch.add(session, Items.store(session, place.lease(), tokenBytes, seconds));
        Slot fenced =
                batch.add(session, Items.store(session, place.value(), Body.place(), LeaseSteps.placeSeconds(seconds)));
        items.voidNext(batch, view, entry);
        Slot look = items.generations().look(batch);
        return before.send().thenCompose(voided -> batch.send()).thenApply(done -> {
            items.generations().same(look, view);
            if (marked.meta().status() != Status.HD || fenced.meta().status() != Status.HD) {
                throw CacheItems.unexpected();
            }
            long fence = fenced.meta().flags().number('c');
            long mark = marked.meta().flags().number('c');
            int ring = view.rings().number();
            items.leases().put(token, new Lease(session, view.current(), ring, entry, fence, mark, true, endNanos));
            return null;
        });
    }

    /**
     * Stores {@code value} with {@code lease}; true where it was stored, nothing in the next generation of {@code view} is
     * older, and nothing is left that could be copied over it. Else the caller invalidates.
     */
    CompletionStage<Boolean> commitWrite(View view, Lease lease, FarValue value) {
        Session session = lease.session();
        boolean isSameView =
                view.current().equals(lease.generation()) && view.rings().number() == lease.ring();
        if (session == null || !items.leases().lives(lease) || !isSameView) {
            return CompletableFuture.completedFuture(false);
        }
        Names names = items.names(lease.generation(), lease.entry());
        int life = CacheItems.lifeSeconds(view, names.value(), value);
        Batch before = new Batch();
        items.voidBefore(before, view, lease.entry());
        Batch batch = new Batch();
        Stored parted = items.parts()
                .add(batch, session, new Parts.Target(lease.generation(), lease.entry(), life), value.bytes());
        Request.Meta store = Items.storeIfSame(session, names.value(), parted.body(), life, lease.fence());
        Slot stored = batch.add(session, Items.stamped(store, lease.ring()));
        batch.add(session, Items.removeIfSame(names.lease(), lease.mark()));
        items.voidNext(batch, view, lease.entry());
        Slot look = items.generations().look(batch);
        return before.send().thenCompose(voided -> batch.send()).thenApply(done -> {
            boolean isSame;
            try {
                items.generations().same(look, view);
                isSame = true;
            } catch (MovedException e) { // the value may be in a generation that is over, or an older row in the next
                isSame = false;
            }
            if (stored.meta().status() != Status.HD) {
                parted.drop(session);
            }
            return stored.meta().status() == Status.HD && isSame;
        });
    }
}
