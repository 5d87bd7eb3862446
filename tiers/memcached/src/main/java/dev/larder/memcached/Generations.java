package dev.larder.memcached;

import dev.larder.memcached.Batch.Slot;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One process's view of one cache's generations: a guess that saves a round trip, and the pointer it is a guess of.
 *
 * <p>It need not be right. Each step reads the pointer too, in the same round trip, and is taken again where it named
 * something else. The names of generations are random and never used again, so whoever finds the one he believed in, at any
 * moment after he began, knows that nothing was cleared or switched before that moment. A pointer that is missing (never
 * made, evicted, lost with its server) is made anew with a generation that nobody has filled.
 *
 * <p>Thread-safe: its state is volatile, and a step that saw an older one is taken again.
 */
final class Generations {
    /** How many characters a generation's name has. */
    static final int NAME_LENGTH = 32;

    /** How the pointer is to change; null where it must not. */
    @FunctionalInterface
    interface Change {
        @Nullable View of(View view);
    }

    private static final int MAX_TRIES = 50;

    private final Servers servers;
    private final Key pointer;
    private volatile @Nullable View view;
    private volatile boolean hasJoined;

    Generations(Servers servers, Key pointer) {
        this.servers = servers;
        this.pointer = pointer;
    }

    Key pointer() {
        return pointer;
    }

    /** The view, or null before the first. One volatile read. */
    @Nullable View known() {
        return view;
    }

    /** The connection to the pointer's server; throws where that is away: then the whole cache is. */
    Session session() {
        Link link = servers.of(pointer);
        Session session = link.ready();
        if (session == null) {
            throw link.away();
        }
        return session;
    }

    /** Adds a look at the pointer to {@code batch}. */
    Slot look(Batch batch) {
        return batch.add(session(), Items.readCas(pointer));
    }

    /** What the pointer said; where there was none, the caller's step is to be taken again. */
    View seen(Slot look) {
        View seen = said(look);
        if (!seen.equals(view)) {
            view = seen;
        }
        return seen;
    }

    private View said(Slot look) {
        Reply.Meta reply = look.meta();
        byte[] bytes = reply.value();
        if (reply.status() != Status.VA || bytes == null) {
            view = null;
            throw new MovedException();
        }
        return View.of(bytes);
    }

    /** As {@link #seen}, for a step that reads or fills {@code believed}'s current generation. */
    View sameCurrent(Slot look, View believed) {
        View seen = seen(look);
        if (!seen.current().equals(believed.current())) {
            throw new MovedException();
        }
        return seen;
    }

    /** As {@link #seen}, for a step that changes {@code believed}'s current and next generation. */
    void same(Slot look, View believed) {
        if (!seen(look).equals(believed)) {
            throw new MovedException();
        }
    }

    /** What this process now knows the pointer to be. */
    void become(View now) {
        view = now;
    }

    /** The view; reads the pointer where none is known, and makes it where there is none. */
    CompletionStage<View> get() {
        View known = view;
        return known == null ? read() : CompletableFuture.completedFuture(known);
    }

    private CompletionStage<View> read() {
        Session session = session();
        View first = View.fresh(servers.fingerprint());
        Batch batch = new Batch();
        batch.add(session, Items.storeIfAbsent(session, pointer, first.bytes(), 0));
        Slot look = look(batch);
        return batch.send().thenCompose(done -> {
            View said = said(look); // nobody may use it before its ring is looked at
            if (hasJoined || said.ring().equals(servers.fingerprint())) {
                hasJoined = true;
                view = said;
                return CompletableFuture.completedFuture(said);
            }
            return join(session, first, look.meta().flags().number('c'));
        });
    }

    /**
     * The generation was begun for other servers. One of these may have been left out for a while and hold what was made
     * untrue meanwhile, so a process that comes with another list begins a new generation, once.
     */
    private CompletionStage<View> join(Session session, View first, long cas) {
        Batch batch = new Batch();
        Slot stored = batch.add(session, Items.storeIfSame(session, pointer, first.bytes(), 0, cas));
        return batch.send().thenApply(done -> {
            if (stored.meta().status() != Status.HD) {
                throw new MovedException();
            }
            hasJoined = true;
            view = first;
            return first;
        });
    }

    /** Changes the pointer in one step; false where {@code change} would not have what it is. */
    CompletionStage<Boolean> change(Change change) {
        return change(change, 1);
    }

    private CompletionStage<Boolean> change(Change change, int tries) {
        return get().thenCompose(known -> {
            Batch batch = new Batch();
            Slot look = look(batch);
            return batch.send().thenCompose(done -> changed(change, look, tries));
        });
    }

    private CompletionStage<Boolean> changed(Change change, Slot look, int tries) {
        View changed;
        try {
            changed = change.of(seen(look));
        } catch (MovedException missing) { // made anew by the next look
            return again(change, tries);
        }
        if (changed == null) {
            return CompletableFuture.completedFuture(false);
        }
        Session session = session();
        long cas = look.meta().flags().number('c');
        Batch batch = new Batch();
        Slot stored = batch.add(session, Items.storeIfSame(session, pointer, changed.bytes(), 0, cas));
        return batch.send().thenCompose(done -> {
            if (stored.meta().status() != Status.HD) {
                return again(change, tries);
            }
            view = changed;
            return CompletableFuture.completedFuture(true);
        });
    }

    private CompletionStage<Boolean> again(Change change, int tries) {
        return tries < MAX_TRIES ? change(change, tries + 1) : CompletableFuture.failedFuture(new MovedException());
    }
}
