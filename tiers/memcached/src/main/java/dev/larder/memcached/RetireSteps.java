package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Taking away, or marking, an entry that was found to be old, if it is still the one found. The lease stays whose it is:
 * what replaces the item names the CAS number that its holder stores with, see {@link Retired}. Thread-safe; stages complete
 * on I/O threads.
 */
record RetireSteps(CacheItems items) {
    /** How long the numbers are kept where no value is: no load is waited for longer. */
    private static final int PLACE_SECONDS = 120;

    CompletionStage<@Nullable Void> retire(View view, Entry entry, FarValue seen, long keepMillis) {
        Place place = items.place(view, view.current(), entry);
        Session session = place.session();
        if (session == null) {
            return CompletableFuture.completedFuture(null); // nobody can read it
        }
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(place.value()));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, view);
            byte[] bytes = read.meta().value();
            FarValue found = read.meta().status() == Status.VA ? Body.value(entry, read.meta()) : null;
            if (bytes == null || found == null || !Body.isSame(found, seen)) {
                return CompletableFuture.completedFuture(null);
            }
            long cas = read.meta().flags().number('c');
            long left = read.meta().flags().number('t');
            byte[] body = keepMillis == 0 ? Body.place() : Body.of(entry, Body.softlyExpired(found.bytes()));
            int life = keepMillis == 0 ? PLACE_SECONDS : Seconds.stale(keepMillis, left);
            Batch change = new Batch();
            change.add(
                    session, Items.storeIfSame(session, place.value(), Retired.replacing(bytes, cas, body), life, cas));
            return change.send().thenApply(all -> null);
        });
    }
}
