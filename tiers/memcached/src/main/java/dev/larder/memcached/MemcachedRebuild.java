package dev.larder.memcached;

import dev.larder.failure.RebuildException;
import dev.larder.failure.TierException;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.CacheItems.Place;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.Later;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler.Scheduled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild: a generation that nobody reads, filled row by row and switched to in one step, which changes the pointer if it
 * still names this generation as the next one.
 *
 * <p>From the moment the pointer names it, each invalidation by any process leaves a tombstone in it, see
 * {@link WriteSteps}; rows are stored only where there is nothing. An item with this rebuild's token keeps others from
 * beginning one; this process renews it. Where it is gone, the next rebuild overtakes this one, whose switch then fails.
 *
 * <p>Used by one thread at a time, as the interface says; renewals come from the scheduler, and the phase is volatile for
 * them.
 */
final class MemcachedRebuild implements FarRebuild {
    private enum Phase {
        RUNNING,
        LOST,
        COMMITTED,
        ABORTED
    }

    private static final int LEASE_SECONDS = 60;
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ROWS_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 16L << 20;

    private final String cache;
    private final CacheItems items;
    private final Generations generations;
    private final Later later;
    private final String generation = Tokens.next();
    private final byte[] token = Tokens.next().getBytes(StandardCharsets.US_ASCII);
    private final long startNanos;
    private volatile Phase phase = Phase.RUNNING;
    private volatile long mark;
    /** What the pointer said when it named this generation; its ring stays while it does. */
    private volatile @Nullable View begun;

    private volatile @Nullable Scheduled renewal;

    MemcachedRebuild(String cache, CacheItems items, Later later) {
        this.cache = cache;
        this.items = items;
        this.generations = items.generations();
        this.later = later;
        this.startNanos = items.ticker().nanos();
    }

    /** Takes the token and names the next generation; false where another rebuild runs. */
    CompletionStage<Boolean> begin() {
        Session session = generations.session();
        Key lock = items.keys().rebuild();
        Batch batch = new Batch();
        Slot taken = batch.add(session(lock), Items.storeIfAbsent(session, lock, token, LEASE_SECONDS));
        return batch.send().thenCompose(done -> {
            if (taken.meta().status() != Status.HD) {
                return CompletableFuture.completedFuture(false);
            }
            mark = taken.meta().flags().number('c');
            return generations.change(this::named).whenComplete((begun, failure) -> {
                if (failure == null) {
                    renewLater(RENEW_NANOS);
                } else {
                    end(Phase.ABORTED);
                    unlock();
                }
            });
        });
    }

    private View named(View view) {
        View named = view.withNext(generation);
        begun = named;
        return named;
    }

    @Override
    public CompletionStage<Integer> write(Map<String, FarValue> rows) {
        View view = begun;
        if (phase != Phase.RUNNING || view == null) {
            return CompletableFuture.failedFuture(over());
        }
        CompletionStage<Integer> refused = CompletableFuture.completedFuture(0);
        List<Map.Entry<String, FarValue>> all = List.copyOf(rows.entrySet());
        for (int from = 0; from < all.size(); ) {
            List<Map.Entry<String, FarValue>> part = all.subList(from, end(all, from));
            refused = refused.thenCompose(before -> store(view, part).thenApply(more -> before + more));
            from += part.size();
        }
        return refused;
    }

    /** Where the portion that begins at {@code from} ends. */
    private static int end(List<Map.Entry<String, FarValue>> rows, int from) {
        int end = from;
        long bytes = 0;
        while (end < rows.size() && end - from < ROWS_AT_ONCE && (end == from || bytes <= BYTES_AT_ONCE)) {
            bytes += rows.get(end).getValue().bytes().length;
            end++;
        }
        return end;
    }

    private CompletionStage<Integer> store(View view, List<Map.Entry<String, FarValue>> rows) {
        Batch batch = new Batch();
        List<Slot> slots = new ArrayList<>();
        int leftOut = 0;
        for (Map.Entry<String, FarValue> row : rows) {
            Keyspace.Entry entry = items.entry(row.getKey());
            Place place = items.place(view, generation, entry);
            Session session = place.session();
            if (session == null) {
                leftOut++; // a miss when its server is back
                continue;
            }
            int life = CacheItems.lifeSeconds(view, place.value(), row.getValue());
            Parts.Target target = new Parts.Target(generation, entry, life);
            byte[] body;
            try {
                body = items.parts()
                        .add(batch, session, target, row.getValue().bytes())
                        .body();
            } catch (TierException tooLarge) {
                leftOut++;
                continue;
            }
            Request.Meta add = Items.storeIfAbsent(session, place.value(), body, life);
            slots.add(batch.add(session, Items.stamped(add, view.rings().number())));
        }
        int leftAlone = leftOut;
        return batch.sendAnyway()
                .thenApply(done -> leftAlone
                        + (int) slots.stream()
                                .filter(slot -> !isStored(slot.reply()))
                                .count());
    }

    /** A row that is too large, or finds no room, is left out: a miss, and no reason to give up the rebuild. */
    private static boolean isStored(Reply reply) {
        return reply instanceof Reply.Meta meta && meta.status() == Status.HD;
    }

    @Override
    public CompletionStage<Boolean> commit() {
        if (phase == Phase.RUNNING && isTooOld()) {
            phase = Phase.LOST; // its first tombstones may be gone
        }
        if (phase != Phase.RUNNING) {
            return CompletableFuture.completedFuture(phase == Phase.COMMITTED);
        }
        return guarded(() ->
                        generations.change(view -> generation.equals(view.next()) ? view.switchedTo(generation) : null))
                .thenCompose(switched -> {
                    end(switched ? Phase.COMMITTED : Phase.LOST);
                    return unlock().handle((done, failure) -> switched); // or the token ends by itself
                });
    }

    @Override
    public CompletionStage<Void> abort() {
        if (phase == Phase.COMMITTED || phase == Phase.ABORTED) {
            return CompletableFuture.completedFuture(null);
        }
        end(Phase.ABORTED);
        return guarded(() -> generations.change(view -> generation.equals(view.next()) ? view.withNext(null) : null))
                .thenCompose(done -> unlock());
    }

    private CompletionStage<Void> unlock() {
        Key lock = items.keys().rebuild();
        Session session = items.servers().of(lock).ready();
        if (session == null) {
            return CompletableFuture.completedFuture(null); // it ends by itself
        }
        Batch batch = new Batch();
        batch.add(session, Items.removeIfSame(lock, mark));
        return batch.send();
    }

    private void renewLater(long delayNanos) {
        if (phase == Phase.RUNNING && !isTooOld()) {
            renewal = later.schedule(this::renew, delayNanos);
        }
    }

    private void renew() {
        Key lock = items.keys().rebuild();
        guarded(() -> {
                    Session session = session(lock);
                    Batch batch = new Batch();
                    Slot kept = batch.add(session, Items.storeIfSame(session, lock, token, LEASE_SECONDS, mark));
                    return batch.send().thenApply(done -> kept.meta());
                })
                .whenComplete((kept, failure) -> {
                    if (failure == null && kept.status() == Status.HD) {
                        mark = kept.flags().number('c');
                    } else if (failure == null && phase == Phase.RUNNING) {
                        phase = Phase.LOST;
                    }
                    // After a failure too, and soon: the token may outlive the trouble.
                    renewLater(failure == null ? RENEW_NANOS : RETRY_NANOS);
                });
    }

    private Session session(Key key) {
        Link link = items.servers().of(key);
        Session session = link.ready();
        if (session == null) {
            throw link.away();
        }
        return session;
    }

    private static <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (TierException away) {
            return CompletableFuture.failedFuture(away);
        }
    }

    private boolean isTooOld() {
        return items.ticker().nanos() - startNanos > TimeUnit.SECONDS.toNanos(CacheItems.TOMBSTONE_SECONDS);
    }

    private void end(Phase last) {
        phase = last;
        Scheduled waiting = renewal;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    private RebuildException over() {
        return new RebuildException(
                "a rebuild that was " + (phase == Phase.LOST ? "overtaken or stalled too long" : "ended")
                        + " takes no more rows (cache '" + cache + "')",
                null);
    }
}
