package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.FarValue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Copies values to a new server from the one that had their keys before, as they are read, and knows when that is enough.
 * Thread-safe; copies in the background, {@value #MOST_AT_ONCE} at a time: what finds no place is copied when it is read
 * again.
 *
 * <pre>
 *  1  new server:   make a place for the value, which gives a fence; is there a lease?
 *  2  old server:   read the value                      pointer: is it still this ring, and warming?
 *  3  new server:   store, with the rest of the life, if the fence is still there
 * </pre>
 *
 * A large value's parts are read between 2 and 3, and stored under a new name with 3, {@value #MOST_LARGE_AT_ONCE} such
 * values at a time. Parts never change under their name, so the value is what its head was in step 2.
 *
 * <p>The old value is read after the fence was taken, so an invalidation, which goes to the old server and then to the new
 * one, either took the value before it was read or takes the fence. The pointer is read after the fence, too: an
 * invalidation that does not go to the old server any more came after the warm-up's end, and then nothing is copied.
 */
final class WarmUp {
    static final int MOST_AT_ONCE = 256;

    private static final Logger LOG = System.getLogger(WarmUp.class.getName());
    private static final int FENCE_SECONDS = 60;
    private static final long NO_LIMIT = -1;
    private static final int NOTHING_LEFT = -1;
    /** A large value is held in memory while it is copied. */
    private static final int MOST_LARGE_AT_ONCE = 4;

    private static final int READS = 1_000;
    private static final int MOST_FROM_OLD = READS / 100;

    private final CacheItems items;
    private final Set<String> copying = ConcurrentHashMap.newKeySet();
    private final Semaphore large = new Semaphore(MOST_LARGE_AT_ONCE);

    /** Guarded by this. */
    private int ring;

    private int reads;
    private int fromOld;

    WarmUp(CacheItems items) {
        this.items = items;
    }

    /**
     * A read of a key whose server warms up was answered. Of {@value #READS} of them in one process not more than one in a
     * hundred by the old server: then this is enough, after a tenth of the time allowed.
     */
    synchronized void answered(View view, boolean byOwn) {
        if (ring != view.rings().number()) {
            ring = view.rings().number();
            reads = 0;
            fromOld = 0;
        }
        reads++;
        fromOld += byOwn ? 0 : 1;
        if (reads >= READS) {
            if (fromOld <= MOST_FROM_OLD) {
                items.generations().warmEnough(view);
            }
            reads = 0;
            fromOld = 0;
        }
    }

    /** Copies the value of {@code entry}; does not wait, and does not mind if it fails. */
    void copy(View view, Entry entry) {
        String name = entry.suffix();
        if (copying.size() >= MOST_AT_ONCE || !copying.add(name)) {
            return;
        }
        CompletionStage<Boolean> copied;
        try {
            copied = fence(view, entry);
        } catch (RuntimeException away) {
            copied = CompletableFuture.failedFuture(away);
        }
        copied.whenComplete((done, failure) -> {
            copying.remove(name);
            if (failure != null) {
                LOG.log(Level.DEBUG, "a value was not copied to its new server; it is when it is read again", failure);
            }
        });
    }

    /** A copy under way: from where to where, and the fence it is to be stored with. */
    private record Copy(View view, Entry entry, Place place, long fence) {}

    private CompletionStage<Boolean> fence(View view, Entry entry) {
        Place place = items.place(view, view.current(), entry);
        Link before = place.before();
        Session to = place.need();
        if (before == null) {
            return CompletableFuture.completedFuture(false);
        }
        Batch batch = new Batch();
        Slot lease = batch.add(to, Items.read(place.lease()));
        Slot made = batch.add(to, Items.readOrMake(to, place.value(), FENCE_SECONDS));
        return batch.send().thenCompose(done -> {
            Reply.Meta found = made.meta();
            boolean isFree = lease.meta().status() == Status.EN && found.status() == Status.VA;
            if (!isFree || CacheItems.value(view, place.value(), entry, found) != null) {
                return CompletableFuture.completedFuture(false); // there, or being loaded
            }
            return copy(new Copy(view, entry, place, found.flags().number('c')));
        });
    }

    private CompletionStage<Boolean> copy(Copy copy) {
        Place place = copy.place();
        Session from = from(place);
        Batch batch = new Batch();
        Slot old = batch.add(from, Items.read(place.value()));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, copy.view());
            FarValue found = CacheItems.valueBefore(copy.view(), place.value(), copy.entry(), old.meta());
            int life = found == null
                    ? NOTHING_LEFT
                    : lifeSeconds(old.meta().flags().number('t'));
            if (found == null || life == NOTHING_LEFT || !PartedHead.isOne(found.bytes())) {
                return store(copy, found, life);
            }
            if (!large.tryAcquire()) {
                return store(copy, null, NOTHING_LEFT);
            }
            return items.parts()
                    .whole(from, copy.view().current(), found)
                    .whenComplete((whole, failure) -> large.release())
                    .thenCompose(whole -> store(copy, whole, life));
        });
    }

    /** Stores the value alone: what an item that was retired remembers are numbers of the other server. */
    private CompletionStage<Boolean> store(Copy copy, @Nullable FarValue value, int life) {
        Session to = copy.place().need();
        Key key = copy.place().value();
        Batch batch = new Batch();
        if (value == null || life == NOTHING_LEFT) {
            batch.add(to, Items.removeIfSame(key, copy.fence()));
            return batch.send().thenApply(removed -> false);
        }
        Parts.Target target = new Parts.Target(copy.view().current(), copy.entry(), life);
        Parts.Stored parted = items.parts().add(batch, to, target, value.bytes());
        Request.Meta store = Items.storeIfSame(to, key, parted.body(), life, copy.fence());
        Slot stored = batch.add(to, Items.stamped(store, copy.view().rings().number()));
        return batch.send().thenApply(sent -> {
            boolean isStored = stored.meta().status() == Status.HD;
            if (!isStored) {
                parted.drop(to);
            }
            return isStored;
        });
    }

    private static Session from(Place place) {
        Link before = place.before();
        if (before == null) {
            throw new MovedException();
        }
        return CacheItems.needed(before);
    }

    /**
     * The life of a copy, of which one has {@code secondsLeft}: a second less, since neither server tells when its second
     * began; 0 for no limit.
     */
    private static int lifeSeconds(long secondsLeft) {
        return secondsLeft == NO_LIMIT ? 0 : secondsLeft > 1 ? (int) (secondsLeft - 1) : NOTHING_LEFT;
    }
}
