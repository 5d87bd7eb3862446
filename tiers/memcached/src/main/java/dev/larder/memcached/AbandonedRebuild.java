package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes the next generation out of the pointer when nobody fills it any more: its rebuilder died, or stalled for longer than
 * its token lives, and each invalidation would leave a tombstone for nothing. Looks once in {@value #PERIOD_SECONDS} seconds
 * at most, when this process has invalidated something. Thread-safe.
 */
final class AbandonedRebuild {
    static final int PERIOD_SECONDS = 30;

    private static final Logger LOG = System.getLogger(AbandonedRebuild.class.getName());

    private final CacheItems items;
    private final AtomicLong nextLookNanos;

    AbandonedRebuild(CacheItems items) {
        this.items = items;
        this.nextLookNanos = new AtomicLong(items.ticker().nanos());
    }

    /** Looks, if there is something to look for; does not wait, and does not mind if it fails. */
    void look() {
        View view = items.generations().known();
        String next = view == null ? null : view.next();
        if (next == null) {
            return;
        }
        long now = items.ticker().nanos();
        long due = nextLookNanos.get();
        Key lock = items.keys().rebuild();
        Session session = items.servers().of(lock).ready();
        boolean mine =
                now - due >= 0 && nextLookNanos.compareAndSet(due, now + TimeUnit.SECONDS.toNanos(PERIOD_SECONDS));
        if (!mine || session == null) {
            return;
        }
        Batch batch = new Batch();
        Slot token = batch.add(session, Items.read(lock));
        var unused = batch.send()
                .thenCompose(done -> {
                    if (token.meta().status() != Status.EN) {
                        return CompletableFuture.completedFuture(false);
                    }
                    return items.generations().change(seen -> next.equals(seen.next()) ? seen.withNext(null) : null);
                })
                .exceptionally(failure -> {
                    LOG.log(
                            Level.DEBUG,
                            "an abandoned rebuild could not be looked for; a later look finds it",
                            failure);
                    return false;
                });
    }
}
