package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.View.Text;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process's view of one cache's generations: a guess that saves a round trip, and the pointer it is a guess of.
 *
 * <p>It need not be right. Each step reads the pointer too, in the same round trip, and is taken again where it named
 * something else. The names of generations are random and never used again, so whoever finds the one he believed in, at any
 * moment after he began, knows that nothing was cleared or switched before that moment. A pointer that is missing (never
 * made, evicted, lost with its server) is made anew with a generation that nobody has filled.
 *
 * <p>The pointer also names the ring: which servers hold the values. A process that would have another one, see
 * {@link RingChoice}, puts that into the pointer, once; all others follow, whatever they were told. {@link Rings} says why nothing old is read then.
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

    /** A ring changes no more often than this, however many processes want it to. */
    static final int TURN_SECONDS = 30;

    private static final Logger LOG = System.getLogger(Generations.class.getName());
    private static final int MAX_TRIES = 50;
    private static final int LEAST_OF_WARM_UP = 10;
    /** A ring does not warm up from a server that has been away for longer. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final byte[] TAKEN = {'t'};

    private final Servers servers;
    private final Keyspace keys;
    private final Key pointer;
    private final AnchorMarks marks;
    private final RingClock clock;
    private final RingChoice choice;
    private volatile @Nullable View view;
    /** The last ones that were looked up. */
    private volatile @Nullable Rings rings;

    private volatile boolean hasJoined;

    Generations(Servers servers, Keyspace keys) {
        this.servers = servers;
        this.keys = keys;
        this.pointer = keys.pointer();
        this.marks = new AnchorMarks(servers, keys);
        this.clock = new RingClock(servers.ticker());
        this.choice = new RingChoice(servers);
        servers.attend(this, this::needed);
    }

    /** The servers that this cache's values are on, as far as this process knows. */
    private List<HostAndPort> needed() {
        Rings known = rings;
        return known == null ? List.of() : known.warming(true).servers();
    }

    /** Its servers are not needed any more. */
    void close() {
        servers.leave(this);
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
        if (clock.isDue()) {
            seeTo(seen);
        }
        return seen;
    }

    /**
     * A step failed. It may not have come to look at the pointer, which names a ring without the server that is away: the
     * next step is to know. Nor does what is to be done for the ring wait for one that succeeds.
     */
    void failed() {
        View known = view;
        if (known != null && clock.isDue()) {
            inBackground(() -> read(1));
            seeTo(known);
        }
    }

    /** What is to be done now and then for the ring, in the background. */
    private void seeTo(View seen) {
        long knownNanos = clock.knownNanos(seen.rings());
        if (clock.isToKeep()) {
            inBackground(() -> keep(seen.rings()));
        }
        if (choice.wanted(seen.rings(), knownNanos) != null) {
            inBackground(() -> read(1));
        } else if (seen.rings().isWarming() && (knownNanos > servers.warmUpNanos() || isOneBeforeAway(seen.rings()))) {
            settle(seen);
        }
    }

    /** Changes need the servers before, too: nothing could be changed there while one of them is away. */
    private boolean isOneBeforeAway(Rings warming) {
        return warming.serversBefore().stream()
                .anyMatch(server -> servers.link(server).awayNanos() > AWAY_NANOS);
    }

    /** Stores the lists of servers once more: they are read seldom, and Memcached evicts what is. */
    private CompletionStage<Void> keep(Rings listed) {
        Session session = session();
        Batch batch = new Batch();
        batch.add(session, Items.store(session, keys.ring(listed.number()), listed.bytes(), 0));
        marks.storeIfLost(batch);
        return batch.send();
    }

    /** Whoever reads has enough of the new ring's servers. */
    void warmEnough(View warm) {
        if (clock.knownNanos(warm.rings()) >= servers.warmUpNanos() / LEAST_OF_WARM_UP) {
            settle(warm);
        }
    }

    /** From here on the servers before are not asked any more. */
    private void settle(View warm) {
        Rings settled = warm.rings().warming(false);
        inBackground(() -> change(seen -> seen.rings().equals(warm.rings()) ? seen.on(settled) : null));
    }

    private static void inBackground(Supplier<CompletionStage<?>> call) {
        CompletionStage<?> called;
        try {
            called = call.get();
        } catch (TierException away) {
            called = CompletableFuture.failedFuture(away);
        }
        called.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.log(Level.DEBUG, "the ring was not seen to; a later call does it", failure);
            }
        });
    }

    private View said(Slot look) {
        Reply.Meta reply = look.meta();
        byte[] bytes = reply.value();
        if (reply.status() != Status.VA || bytes == null) {
            view = null;
            throw new MovedException();
        }
        Text text = Text.of(bytes);
        Rings known = rings;
        if (known == null || known.number() != text.ring()) { // its servers are to be looked up
            view = null;
            throw new MovedException();
        }
        return text.in(known);
    }

    /** As {@link #seen}, for a step that reads or fills {@code believed}'s current generation, on its servers. */
    View sameCurrent(Slot look, View believed) {
        View seen = seen(look);
        if (!seen.current().equals(believed.current()) || !seen.rings().equals(believed.rings())) {
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

    /** The view; reads the pointer where none is known, and makes it where there is none. */
    CompletionStage<View> get() {
        View known = view;
        return known == null ? read(1) : CompletableFuture.completedFuture(known);
    }

    /** Reads the pointer, looks up its ring, and has this process's own wish for one. */
    private CompletionStage<View> read(int tries) {
        if (tries > MAX_TRIES) {
            return CompletableFuture.failedFuture(new MovedException());
        }
        Batch batch = new Batch();
        Slot look = look(batch);
        List<Slot> marked = hasJoined ? List.of() : marks.look(batch);
        return batch.send().thenCompose(done -> {
            byte[] bytes = look.meta().value();
            boolean isThere = look.meta().status() == Status.VA && bytes != null;
            long cas = isThere ? look.meta().flags().number('c') : 0;
            Text text = isThere ? Text.of(Objects.requireNonNull(bytes)) : null;
            if (!hasJoined && !(marks.areOurs(marked) && isOurs(text))) {
                return join(tries, cas);
            }
            if (text == null) {
                return begin(tries, 0);
            }
            hasJoined = true;
            return lookUp(text)
                    .thenCompose(found -> found == null ? begin(tries, cas) : wished(text.in(found), cas, tries));
        });
    }

    private boolean isOurs(@Nullable Text text) {
        return text == null || text.anchors().equals(servers.fingerprint());
    }

    /**
     * The generation was begun for other anchors, or others were used since. One of these may have been left out for a while
     * and hold what was made untrue meanwhile, the pointer and the tag clock with it. So a process that comes with another
     * list begins a new generation and a new epoch of the clock, once; then it tells the anchors.
     */
    private CompletionStage<View> join(int tries, long cas) {
        rings = null;
        return cas == 0 ? joinFirst(tries) : joinLate(tries, cas);
    }

    /**
     * Nobody reads anything yet, so nothing is lost if this process dies on the way. The anchors are told first: else whoever
     * comes at the same moment finds them without a mark, and begins once more.
     */
    private CompletionStage<View> joinFirst(int tries) {
        Batch told = new Batch();
        told.add(session(), Items.remove(keys.tagClock()));
        marks.store(told);
        return told.send().thenCompose(done -> begin(tries, 0));
    }

    private CompletionStage<View> joinLate(int tries, long cas) {
        Session session = session();
        Batch batch = new Batch();
        batch.add(session, Items.remove(keys.tagClock()));
        Slot stored = begin(batch, cas);
        return batch.send().thenCompose(done -> {
            if (stored.meta().status() != Status.HD) {
                return read(tries + 1);
            }
            Batch told = new Batch(); // not before: the next process must find out, too, if this one dies here
            marks.store(told);
            return told.send().thenCompose(all -> {
                hasJoined = true;
                return read(tries + 1);
            });
        });
    }

    /** Begins a generation that nobody has filled, where there is none ({@code cas} 0) or in the stead of one. */
    private CompletionStage<View> begin(int tries, long cas) {
        Batch batch = new Batch();
        begin(batch, cas);
        return batch.send().thenCompose(done -> read(tries + 1));
    }

    private Slot begin(Batch batch, long cas) {
        Rings known = rings;
        Rings first = known == null ? Rings.first(servers.wish().layout()) : known;
        View fresh = View.fresh(servers.fingerprint(), first);
        rings = first;
        Session session = session();
        batch.add(session, Items.store(session, keys.ring(first.number()), first.bytes(), 0));
        return batch.add(
                session,
                cas == 0
                        ? Items.storeIfAbsent(session, pointer, fresh.bytes(), 0)
                        : Items.storeIfSame(session, pointer, fresh.bytes(), 0, cas));
    }

    /** The rings of a pointer; null where the item that lists them is lost. */
    private CompletionStage<@Nullable Rings> lookUp(Text text) {
        Rings known = rings;
        if (known != null && known.number() == text.ring()) {
            return CompletableFuture.completedFuture(known);
        }
        Batch batch = new Batch();
        Slot item = batch.add(session(), Items.read(keys.ring(text.ring())));
        return batch.send().thenCompose(done -> {
            Reply.Meta reply = item.meta();
            byte[] bytes = reply.status() == Status.VA ? reply.value() : null;
            Rings found = bytes == null ? null : Rings.of(bytes);
            if (found == null || found.number() != text.ring()) {
                return CompletableFuture.completedFuture(null);
            }
            return servers.meet(found.warming(true).servers()).thenApply(met -> found);
        });
    }

    /** Puts the ring that this process would have into the pointer, if that is to name another one. */
    private CompletionStage<View> wished(View said, long cas, int tries) {
        rings = said.rings();
        long knownNanos = clock.knownNanos(said.rings());
        // A rebuild keeps its servers to its end.
        Rings wanted = said.next() == null ? choice.wanted(said.rings(), knownNanos) : null;
        if (wanted == null) {
            view = said;
            return CompletableFuture.completedFuture(said);
        }
        Session session = session();
        Batch turn = new Batch();
        Slot taken = turn.add(session, Items.storeIfAbsent(session, keys.turn(), TAKEN, TURN_SECONDS));
        return turn.send().thenCompose(done -> {
            if (taken.meta().status() != Status.HD) {
                view = said;
                return CompletableFuture.completedFuture(said);
            }
            View changed = said.on(wanted);
            Batch batch = new Batch();
            batch.add(
                    session,
                    Items.store(
                            session,
                            keys.ring(changed.rings().number()),
                            changed.rings().bytes(),
                            0));
            Slot stored = batch.add(session, Items.storeIfSame(session, pointer, changed.bytes(), 0, cas));
            return batch.send().thenCompose(sent -> {
                if (stored.meta().status() == Status.HD) {
                    choice.taken(wanted);
                    LOG.log(Level.INFO, "{0}: the values are now on {1}", pointer, changed.rings());
                }
                return read(tries + 1);
            });
        });
    }

    /**
     * Sends {@code batch} and looks at the pointer when all of it is acknowledged; fails with {@link MovedException} where
     * the pointer is no longer what {@code believed} says. One round trip where all goes to the pointer's server, else two.
     */
    CompletionStage<@Nullable Void> sent(Batch batch, View believed) {
        if (batch.isFor(session())) {
            Slot look = look(batch); // the last command there
            return batch.send().thenApply(done -> unmoved(look, believed));
        }
        return batch.send().thenCompose(done -> {
            Batch after = new Batch();
            Slot look = look(after);
            return after.send().thenApply(looked -> unmoved(look, believed));
        });
    }

    private @Nullable Void unmoved(Slot look, View believed) {
        same(look, believed);
        return null;
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
