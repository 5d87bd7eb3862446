package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

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
 * The old value is read after the fence was taken, so an invalidation, which goes to the old server and then to the new one,
 * either took the value before it was read or takes the fence. The pointer is read after the fence, too: an invalidation
 * that does not go to the old server any more came after the warm-up's end, and then nothing is copied.
 */
final class WarmUp {
    static final int MOST_AT_ONCE = 256;

    private static final Logger LOG = System.getLogger(WarmUp.class.getName());
    private static final int FENCE_SECONDS = 60;
    private static final long NO_LIMIT = -1;
    private static final int READS = 1_000;
    private static final int MOST_FROM_OLD = READS / 100;

    private final CacheItems items;
    private final Set<String> copying = ConcurrentHashMap.newKeySet();

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
            return copy(view, entry, place, found.flags().number('c'));
        });
    }

    private CompletionStage<Boolean> copy(View view, Entry entry, Place place, long fence) {
        Session to = place.need();
        Batch batch = new Batch();
        Slot old = batch.add(from(place), Items.read(place.value()));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, view);
            Reply.Meta found = old.meta();
            byte[] body = CacheItems.valueBefore(view, place.value(), entry, found) == null ? null : found.value();
            int life = body == null ? 0 : lifeSeconds(found.flags().number('t'));
            Batch last = new Batch();
            if (body == null || life < 0) {
                last.add(to, Items.removeIfSame(place.value(), fence));
                return last.send().thenApply(removed -> false);
            }
            Request.Meta store = Items.storeIfSame(to, place.value(), body, life, fence);
            Slot stored = last.add(to, Items.stamped(store, view.rings().number()));
            return last.send().thenApply(sent -> stored.meta().status() == Status.HD);
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
     * began; 0 for no limit, less where nothing is left.
     */
    private static int lifeSeconds(long secondsLeft) {
        return secondsLeft == NO_LIMIT ? 0 : secondsLeft > 1 ? (int) (secondsLeft - 1) : -1;
    }
}
