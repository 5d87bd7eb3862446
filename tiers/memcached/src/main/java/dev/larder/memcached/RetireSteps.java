package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.MetaFlags;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.FarValue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Taking away, or marking, an entry that was found to be old, if it is still the one found. The lease stays whose it is:
 * what replaces the item names the CAS number that its holder stores with, see {@link Retired}. Thread-safe; stages complete
 * on I/O threads.
 *
 * <p>While a new server warms up, the entry goes from the server before it first and from the new one then, as in
 * {@link WriteSteps}. A place is replaced there, too: it may be the fence of a copier that read the old entry before.
 */
record RetireSteps(CacheItems items) {
    /** How long the numbers are kept where no value is: no load is waited for longer. */
    private static final int PLACE_SECONDS = 120;

    /** What is to be retired, and for how long it is kept. */
    private record Old(Place place, Entry entry, FarValue seen, long keepMillis) {}

    CompletionStage<@Nullable Void> retire(View view, Entry entry, FarValue seen, long keepMillis) {
        Place place = items.place(view, view.current(), entry);
        Old old = new Old(place, entry, seen, keepMillis);
        Link before = place.before();
        Session other = before == null ? null : before.ready();
        Session own = place.session();
        return (other == null ? nothing() : retireBefore(view, other, old))
                .thenCompose(
                        done -> own == null ? nothing() : retireHere(view, own, old)); // where it is away, nobody reads
    }

    private CompletionStage<@Nullable Void> retireBefore(View view, Session session, Old old) {
        Key key = old.place().value();
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(key));
        return batch.send().thenCompose(done -> {
            FarValue found = CacheItems.valueBefore(view, key, old.entry(), read.meta());
            return found == null ? nothing() : replace(view, old, new Found(session, read.meta(), found));
        });
    }

    private CompletionStage<@Nullable Void> retireHere(View view, Session session, Old old) {
        Key key = old.place().value();
        Batch batch = new Batch();
        Slot read = batch.add(session, Items.readCas(key));
        Slot look = items.generations().look(batch);
        return batch.send().thenCompose(done -> {
            items.generations().sameCurrent(look, view);
            FarValue found = CacheItems.value(view, key, old.entry(), read.meta());
            boolean isToBeSeen = found != null || old.place().before() != null;
            return isToBeSeen ? replace(view, old, new Found(session, read.meta(), found)) : nothing();
        });
    }

    /** What a server has, and the value in it, null where it is a place. */
    private record Found(
            Session session, Reply.Meta reply, @Nullable FarValue value) {}

    private CompletionStage<@Nullable Void> replace(View view, Old old, Found found) {
        FarValue value = found.value();
        byte[] bytes = found.reply().status() == Status.VA ? found.reply().value() : null;
        if (bytes == null || (value != null && !Body.isSame(value, old.seen()))) {
            return nothing();
        }
        MetaFlags flags = found.reply().flags();
        byte[] body = Body.place();
        int life = PLACE_SECONDS;
        if (value != null && old.keepMillis() > 0) {
            body = Body.of(old.entry(), Body.softlyExpired(value.bytes()));
            life = Seconds.stale(old.keepMillis(), flags.number('t'));
        }
        long cas = flags.number('c');
        Session session = found.session();
        Batch batch = new Batch();
        Request.Meta store =
                Items.storeIfSame(session, old.place().value(), Retired.replacing(bytes, cas, body), life, cas);
        batch.add(session, Items.stamped(store, (int) flags.number('f')));
        return items.generations().sent(batch, view);
    }

    private static CompletionStage<@Nullable Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }
}
