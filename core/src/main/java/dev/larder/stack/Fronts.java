package dev.larder.stack;

import dev.larder.tier.FarCache;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The fronts of one cache's stack, nearest first: which of them may be read, and how removals reach them.
 *
 * <p>A front that is not trusted takes the trust from the nearer ones: another process that still trusts it could copy from
 * there what is old. So those that are trusted are the last ones of the row. Thread-safe; nothing here blocks.
 */
final class Fronts {
    private static final Logger LOG = System.getLogger(Fronts.class.getName());
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<Front> fronts;
    private final Clock clock;
    private final PendingKeys pending = new PendingKeys();
    private final AtomicBoolean opening = new AtomicBoolean();
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile boolean degraded;
    private volatile boolean closed;

    Fronts(List<Front> fronts, Clock clock) {
        this.fronts = List.copyOf(fronts);
        this.clock = clock;
    }

    int size() {
        return fronts.size();
    }

    Front get(int index) {
        return fronts.get(index);
    }

    Clock clock() {
        return clock;
    }

    PendingKeys pending() {
        return pending;
    }

    /** Where a read may begin, by a proof of silence as of {@code proofNanos}: a front, or behind them all. */
    int nearest(long proofNanos) {
        if (!clock.isRecent(proofNanos)) {
            return fronts.size();
        }
        int nearest = fronts.size();
        while (nearest > 0 && fronts.get(nearest - 1).isTrusted()) {
            nearest--;
        }
        return nearest;
    }

    /** Removes {@code keys} from every front that is told anything; never fails. */
    CompletableFuture<Void> remove(Collection<String> keys) {
        return remove(cache -> cache.invalidate(keys));
    }

    /** Empties every front that is told anything; never fails. */
    CompletableFuture<Void> clear() {
        return remove(FarCache::clear);
    }

    private CompletableFuture<Void> remove(Function<FarCache, CompletionStage<Void>> step) {
        CompletableFuture<Void> removed = StackTier.done();
        for (int i = fronts.size() - 1; i >= 0; i--) {
            int index = i;
            removed = removed.thenCompose(behind -> remove(index, step));
        }
        return removed;
    }

    private CompletableFuture<Void> remove(int index, Function<FarCache, CompletionStage<Void>> step) {
        Front front = fronts.get(index);
        if (front.isAway()) {
            return StackTier.done(); // it is emptied before it is read
        }
        return front.remove(() -> step.apply(front.cache())).exceptionally(failure -> {
            failed(index, failure);
            return null;
        });
    }

    private void failed(int index, Throwable failure) {
        boolean wasTrusted = distrust(index);
        if (wasTrusted && !degraded) {
            degraded = true;
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            LOG.log(
                    Level.WARNING,
                    "tier {0} could not be told of a removal ({1}); reads of cache ''{2}'' go around it until it is empty",
                    fronts.get(index).name(),
                    cause,
                    clock.cache());
        }
        openLater(RETRY_NANOS);
    }

    private boolean distrust(int index) {
        boolean any = false;
        for (int i = index; i >= 0; i--) {
            any |= fronts.get(i).distrust();
        }
        return any;
    }

    /** Other processes have made {@code keys} untrue. Reads go around the fronts for them until these have been told. */
    void heard(Collection<String> named) {
        List<String> keys = List.copyOf(named);
        if (!pending.add(keys)) {
            reset();
            return;
        }
        var unused = remove(keys).whenComplete((removed, failure) -> pending.done(keys));
    }

    /** Nothing that the fronts hold may be trusted: they are emptied first, at once if they answer. */
    void reset() {
        distrust(fronts.size() - 1);
        openLater(0);
    }

    /** Empties the fronts that are away, the farthest first, and trusts them from then on; tries again until it can. */
    void open() {
        if (!closed && opening.compareAndSet(false, true)) {
            var unused = openFrom(fronts.size() - 1).whenComplete((opened, failure) -> {
                opening.set(false);
                boolean isOpen = failure == null && opened;
                if (isOpen && fronts.stream().noneMatch(Front::isAway)) {
                    isOpen();
                } else {
                    openLater(isOpen ? 0 : RETRY_NANOS);
                }
            });
        }
    }

    private void isOpen() {
        if (degraded) {
            degraded = false;
            LOG.log(Level.INFO, "the fronts of cache ''{0}'' are in use again", clock.cache());
        }
    }

    private CompletableFuture<Boolean> openFrom(int index) {
        if (index < 0) {
            return CompletableFuture.completedFuture(true);
        }
        Front front = fronts.get(index);
        if (!front.isAway()) {
            return openFrom(index - 1);
        }
        distrust(index - 1); // what stands nearer may have come from this one meanwhile: emptied after it
        return front.open()
                .thenCompose(opened -> opened ? openFrom(index - 1) : CompletableFuture.completedFuture(false));
    }

    private void openLater(long delayNanos) {
        if (!closed && waiting.compareAndSet(false, true)) { // one try is enough, however many ask for it
            clock.later()
                    .schedule(
                            () -> {
                                waiting.set(false);
                                open();
                            },
                            delayNanos);
        }
    }

    void close() {
        closed = true;
        fronts.forEach(Front::distrust);
        fronts.forEach(front -> front.cache().close());
    }
}
