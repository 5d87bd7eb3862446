package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.memcached.Parts.Stored;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Making values untrue, and writing. Thread-safe; stages complete on I/O threads.
 *
 * <p>An invalidation changes the current and the next generation of its view and reads the pointer in the same round trip.
 * Where the pointer names the same two, every generation that may ever be read was there and is void, or began after the
 * invalidation did: what is loaded or rebuilt in that one is read from the origin later still. So nobody waits for anybody.
 */
record WriteSteps(CacheItems items) {
    CompletionStage<@Nullable Void> invalidate(View view, List<Entry> entries) {
        Batch batch = new Batch();
        entries.forEach(entry -> items.voidBoth(batch, view, entry));
        return sent(batch, view);
    }

    /** Fails with {@link MovedException} where the value changed meanwhile. */
    CompletionStage<@Nullable Void> expire(View view, Entry entry, long maxStaleMillis) {
        Place place = items.place(view.current(), entry);
        Session session = place.need();
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(place.value()));
        items.voidNext(batch, view, entry);
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().same(look, view);
            Reply.Meta found = read.meta();
            if (found.status() != Status.VA) {
                return CompletableFuture.completedFuture(null);
            }
            long cas = found.flags().number('c');
            FarValue value = Body.value(entry, found);
            Batch change = new Batch();
            Slot changed;
            if (value == null) {
                changed = change.add(session, Items.removeIfSame(place.value(), cas));
            } else {
                byte[] body = Body.of(entry, Body.softlyExpired(value.bytes()));
                int life = Seconds.stale(maxStaleMillis, found.flags().number('t'));
                changed = change.add(session, Items.storeIfSame(session, place.value(), body, life, cas));
            }
            change.add(session, Items.remove(place.lease()));
            return change.send().thenApply(all -> {
                if (changed.meta().status() == Status.EX) {
                    throw new MovedException();
                }
                return null;
            });
        });
    }

    /** Takes the lease, then the value's item: see {@link LeaseSteps} for why in this order. */
    CompletionStage<@Nullable Void> beginWrite(View view, Entry entry, String token, long leaseMillis) {
        Place place = items.place(view.current(), entry);
        Session session = place.need();
        int seconds = Seconds.lease(leaseMillis);
        long endNanos = items.endNanos(leaseMillis);
        byte[] tokenBytes = token.getBytes(StandardCharsets.US_ASCII);
        Batch batch = new Batch();
        Slot marked = batch.add(session, Items.store(session, place.lease(), tokenBytes, seconds));
        Slot fenced =
                batch.add(session, Items.store(session, place.value(), Body.place(), LeaseSteps.placeSeconds(seconds)));
        items.voidNext(batch, view, entry);
        Slot look = items.generations().look(batch);
        return batch.send().thenApply(done -> {
            items.generations().same(look, view);
            if (marked.meta().status() != Status.HD || fenced.meta().status() != Status.HD) {
                throw CacheItems.unexpected();
            }
            long fence = fenced.meta().flags().number('c');
            long mark = marked.meta().flags().number('c');
            items.leases().put(token, new Lease(session, view.current(), entry, fence, mark, true, endNanos));
            return null;
        });
    }

    /**
     * Stores {@code value} with {@code lease}; true where it was stored and nothing in the next generation of {@code view}
     * is older. Else the caller invalidates.
     */
    CompletionStage<Boolean> commitWrite(View view, Lease lease, FarValue value) {
        Session session = lease.session();
        if (session == null || !items.leases().lives(lease) || !view.current().equals(lease.generation())) {
            return CompletableFuture.completedFuture(false);
        }
        Place place = items.place(lease.generation(), lease.entry());
        int life = Seconds.life(value);
        Batch batch = new Batch();
        Stored parted = items.parts()
                .add(batch, session, new Parts.Target(lease.generation(), lease.entry(), life), value.bytes());
        Slot stored = batch.add(session, Items.storeIfSame(session, place.value(), parted.body(), life, lease.fence()));
        batch.add(session, Items.removeIfSame(place.lease(), lease.mark()));
        items.voidNext(batch, view, lease.entry());
        Slot look = items.generations().look(batch);
        return batch.send().thenApply(done -> {
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

    private CompletionStage<@Nullable Void> sent(Batch batch, View view) {
        Slot look = items.generations().look(batch);
        return batch.send().thenApply(done -> {
            items.generations().same(look, view);
            return null;
        });
    }
}
