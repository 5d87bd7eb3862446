package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Names;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.memcached.Parts.Stored;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Winning the right to store a key, and storing. Thread-safe; stages complete on I/O threads.
 *
 * <p>Two items, two jobs. The <em>lease</em> is an item with the holder's token, which only one can add and which ends by
 * itself: it sees to it that one process loads. The <em>fence</em> is the CAS number of the value's own item, of a place
 * kept where there is no value: it sees to it that nothing old is stored, because whoever invalidates changes or removes
 * that item, and a store with the number of before is refused. So a lease that was lost costs a load and never the truth.
 *
 * <p>A lease is won only if it is still there <em>after</em> the fence was read. A writer takes the lease first and then
 * changes the value's item; so a load that read a fence of the writer's own making finds the lease gone.
 */
record LeaseSteps(CacheItems items) {
    private static final long MILLIS = 1_000;

    CompletionStage<Acquired> acquire(View view, Entry entry, LeaseRequest request) {
        Place place = items.place(view, view.current(), entry);
        Session session = place.session();
        if (session == null) {
            return acquireAway(view, entry, request);
        }
        byte[] token = bytes(request.token());
        int seconds = Seconds.lease(request.leaseMillis());
        long endNanos = items.endNanos(request.leaseMillis());
        Batch batch = new Batch();
        Slot added = batch.add(session, Items.storeIfAbsent(session, place.lease(), token, seconds));
        Slot read = batch.add(session, Items.readOrMake(session, place.value(), placeSeconds(seconds)));
        Slot checked = batch.add(session, Items.read(place.lease()));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            Reply.Meta value = read.meta();
            boolean isMine = added.meta().status() == Status.HD;
            long mark = isMine ? added.meta().flags().number('c') : 0;
            try {
                items.generations().sameCurrent(look, view);
            } catch (MovedException e) {
                if (isMine) {
                    drop(session, place.names(), mark);
                }
                throw e;
            }
            if (value.status() != Status.VA) {
                throw CacheItems.unexpected();
            }
            int ring = view.rings().number();
            long fence = value.flags().number('c');
            Lease lease = new Lease(session, view.current(), ring, entry, fence, mark, true, endNanos);
            boolean isHeld = isMine && Arrays.equals(token, checked.meta().value());
            Bid bid = new Bid(place.names(), lease, isMine, isHeld, leaseLeftMillis(checked.meta(), request));
            return items.parts()
                    .whole(session, view.current(), CacheItems.value(view, place.value(), entry, value))
                    .thenApply(found -> outcome(bid, request, found))
                    .whenComplete((acquired, failure) -> {
                        if (failure != null && isMine) { // a part was not answered for
                            drop(session, place.names(), mark);
                        }
                    });
        });
    }

    /** What was answered to a request for a lease: whether it was added, and was still there behind the fence. */
    private record Bid(Names place, Lease lease, boolean isAdded, boolean isHeld, long leftMillis) {}

    private Acquired outcome(Bid bid, LeaseRequest request, @Nullable FarValue found) {
        Lease lease = bid.lease();
        Session session = lease.session();
        if (found != null && isFresh(found, request)) {
            if (bid.isAdded() && session != null) {
                drop(session, bid.place(), lease.mark());
            }
            return new Acquired.Hit(found);
        }
        FarValue stale = found == null || found.leftMillis() == 0 ? null : found;
        if (!bid.isHeld()) {
            return new Acquired.Lost(stale, bid.leftMillis());
        }
        items.leases().put(request.token(), found == null ? lease : lease.overValue());
        return new Acquired.Won(stale);
    }

    /** While a key's server is away it is loaded by whoever needs it, and not stored. */
    private CompletionStage<Acquired> acquireAway(View view, Entry entry, LeaseRequest request) {
        Batch batch = new Batch();
        Slot look = items.generations().look(batch);
        return batch.send().thenApply(done -> {
            items.generations().sameCurrent(look, view);
            if (items.place(view, view.current(), entry).session() != null) {
                throw new MovedException(); // it has come meanwhile: there is a lease to be had
            }
            long endNanos = items.endNanos(request.leaseMillis());
            int ring = view.rings().number();
            items.leases().put(request.token(), new Lease(null, view.current(), ring, entry, 0, 0, true, endNanos));
            return new Acquired.Won(null);
        });
    }

    /** Stores with the lease of {@code token}, which ends; false where it is over and nothing was stored. */
    CompletionStage<Boolean> fill(String token, FarValue value) {
        Seconds.life(value);
        Lease lease = items.leases().take(token);
        if (lease == null) {
            return CompletableFuture.completedFuture(false);
        }
        Session session = lease.session();
        if (session == null) {
            return CompletableFuture.completedFuture(true); // nobody's server, nobody's copy: as without a tier
        }
        Names place = items.names(lease.generation(), lease.entry());
        if (!items.leases().lives(lease)) {
            drop(session, place, lease.mark());
            return CompletableFuture.completedFuture(false);
        }
        int life = CacheItems.lifeSeconds(items.generations().known(), place.value(), value);
        Batch batch = new Batch();
        Stored parted;
        try {
            parted = items.parts()
                    .add(batch, session, new Parts.Target(lease.generation(), lease.entry(), life), value.bytes());
        } catch (TierException tooLarge) {
            drop(session, place, lease.mark());
            throw tooLarge;
        }
        Request.Meta store = Items.storeIfSame(session, place.value(), parted.body(), life, lease.fence());
        Slot stored = batch.add(session, Items.stamped(store, lease.ring()));
        batch.add(session, Items.removeIfSame(place.lease(), lease.mark()));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            Status status = stored.meta().status();
            CompletionStage<Boolean> filled = status == Status.EX
                    ? fillRetired(session, place, lease, new Filling(parted.body(), life))
                    : CompletableFuture.completedFuture(status == Status.HD && isCurrent(look, lease));
            return filled.thenApply(isStored -> {
                if (!isStored) {
                    parted.drop(session);
                }
                return isStored;
            });
        });
    }

    /** What is to be stored, and for how long. */
    @SuppressWarnings("ArrayRecordComponent") // carried to the wire, compared by nobody
    private record Filling(byte[] body, int lifeSeconds) {}

    /** The item is not the one that the lease was won with. Where it was only retired, nobody invalidated it. */
    private CompletionStage<Boolean> fillRetired(Session session, Names place, Lease lease, Filling filling) {
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(place.value()));
        return batch.send().thenCompose(done -> {
            byte[] bytes = read.meta().value();
            if (bytes == null || !Retired.had(bytes, lease.fence())) {
                return CompletableFuture.completedFuture(false);
            }
            long cas = read.meta().flags().number('c');
            Batch change = new Batch();
            Request.Meta store = Items.storeIfSame(session, place.value(), filling.body(), filling.lifeSeconds(), cas);
            Slot stored = change.add(session, Items.stamped(store, lease.ring()));
            Slot look = items.generations().look(change);
            return change.send().thenApply(all -> stored.meta().status() == Status.HD && isCurrent(look, lease));
        });
    }

    CompletionStage<Boolean> renew(String token, long leaseMillis) {
        Lease lease = items.leases().get(token);
        if (lease == null) {
            return CompletableFuture.completedFuture(false);
        }
        Session session = lease.session();
        long endNanos = items.endNanos(leaseMillis);
        if (session == null) {
            return CompletableFuture.completedFuture(
                    items.leases().replace(token, lease, lease.renewed(0, 0, endNanos)));
        }
        Names place = items.names(lease.generation(), lease.entry());
        int seconds = Seconds.lease(leaseMillis);
        Batch batch = new Batch();
        Slot marked =
                batch.add(session, Items.storeIfSame(session, place.lease(), bytes(token), seconds, lease.mark()));
        Slot kept = lease.isPlaceKept()
                ? batch.add(
                        session,
                        Items.storeIfSame(session, place.value(), Body.place(), placeSeconds(seconds), lease.fence()))
                : null;
        Slot look = items.generations().look(batch);
        return batch.send().thenApply(done -> {
            boolean isKept = kept == null || kept.meta().status() == Status.HD;
            if (marked.meta().status() != Status.HD || !isKept || !isCurrent(look, lease)) {
                return false;
            }
            long mark = marked.meta().flags().number('c');
            long fence = kept == null ? lease.fence() : kept.meta().flags().number('c');
            return items.leases().replace(token, lease, lease.renewed(fence, mark, endNanos));
        });
    }

    CompletionStage<Void> release(String token) {
        Lease lease = items.leases().take(token);
        Session session = lease == null ? null : lease.session();
        if (lease == null || session == null || !session.isOpen()) {
            return CompletableFuture.completedFuture(null);
        }
        Names place = items.names(lease.generation(), lease.entry());
        Batch batch = new Batch();
        if (lease.isPlaceKept()) {
            batch.add(session, Items.removeIfSame(place.value(), lease.fence()));
        }
        batch.add(session, Items.removeIfSame(place.lease(), lease.mark()));
        return batch.send();
    }

    private boolean isCurrent(Slot look, Lease lease) {
        try {
            View seen = items.generations().seen(look);
            return seen.current().equals(lease.generation()) && seen.rings().number() == lease.ring();
        } catch (MovedException missing) { // a new generation will be made
            return false;
        }
    }

    private static void drop(Session session, Names place, long mark) {
        if (session.isOpen()) {
            Batch batch = new Batch();
            batch.add(session, Items.removeIfSame(place.lease(), mark));
            var unused = batch.send(); // if it is lost, the lease ends by itself
        }
    }

    private static boolean isFresh(FarValue value, LeaseRequest request) {
        long left = value.leftMillis();
        return !Body.isSoftlyExpired(value) && (left < 0 || left > request.softWindowMillis());
    }

    private static long leaseLeftMillis(Reply.Meta lease, LeaseRequest request) {
        long left = lease.status() == Status.VA ? (lease.flags().number('t') - 1) * MILLIS : 0;
        return Math.max(1, Math.min(left, request.leaseMillis()));
    }

    /** A place outlives the lease it was made for, so that the next holder, too, finds it long enough. */
    static int placeSeconds(int leaseSeconds) {
        return Math.min(Seconds.LONGEST, 2 * leaseSeconds + 10);
    }

    private static byte[] bytes(String token) {
        return token.getBytes(StandardCharsets.US_ASCII);
    }
}
