package dev.larder.read;

import dev.larder.failure.KeyText;
import dev.larder.failure.LarderException;
import dev.larder.failure.LoadRejectedException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.load.AbandonedLoadException;
import dev.larder.load.Attempt;
import dev.larder.load.CacheContext;
import dev.larder.load.Flight;
import dev.larder.load.Flights;
import dev.larder.load.Generation;
import dev.larder.load.Landing;
import dev.larder.load.LoadFailure;
import dev.larder.load.LoadPath;
import dev.larder.load.LoadRequest;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A read that the near tier could not answer: starts the key's flight or joins the one under way, waits within its
 * time-outs, and falls back on what is stale. Thread-safe.
 */
final class MissPath<K, V> {
    /** How many times the flight one waits for may be abandoned by its thread. */
    private static final int MAX_ABANDONED = 3;

    private static final long FIRST_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CacheContext<K, V> context;
    private final LoadPath<K, V> loads;

    MissPath(CacheContext<K, V> context, LoadPath<K, V> loads) {
        this.context = context;
        this.loads = loads;
    }

    @Nullable V get(Generation<K, V> generation, K key, Wanted<K, V> wanted) {
        if (wanted.loader() == null && context.far() == null) {
            context.counters().add(Count.MISSES);
            return null;
        }
        try {
            return counted(landing(generation, key, wanted));
        } catch (LarderException e) {
            return staleInstead(wanted, e);
        }
    }

    /** The value of a flight that the calling thread has launched, or has others fly. */
    @Nullable V arrival(Flight<K, V> flight, Wanted<K, V> wanted) {
        try {
            return counted(await(flight, wanted));
        } catch (AbandonedLoadException e) {
            throw LoadFailure.of(context.name(), KeyText.of(flight.key()), Objects.requireNonNull(e.getCause()));
        } catch (LarderException e) {
            return staleInstead(wanted, e);
        }
    }

    private Landing<K, V> landing(Generation<K, V> first, K key, Wanted<K, V> wanted) {
        Generation<K, V> generation = first;
        boolean isLater = false;
        int abandoned = 0;
        while (true) {
            Flight<K, V> joined = generation.flights().of(key);
            try {
                if (joined == null) {
                    Landing<K, V> landing = fly(generation, key, wanted);
                    if (landing != null) {
                        return landing;
                    } // another has been launched meanwhile: join it
                } else {
                    long joinedAt = context.ticker().nanos();
                    Landing<K, V> landing = join(joined, wanted);
                    if (isLater ? isLaterAnswer(landing, wanted) : isAnswer(landing, wanted, joinedAt)) {
                        return landing;
                    }
                    isLater = true; // whatever is in the air now was launched after this read began
                }
            } catch (AbandonedLoadException e) {
                if (joined == null || ++abandoned > MAX_ABANDONED) {
                    throw LoadFailure.of(context.name(), KeyText.of(key), Objects.requireNonNull(e.getCause()));
                }
            }
            generation = context.near().current();
        }
    }

    /**
     * Whether what another caller's flight found may be given to this one, which it began after, or a flight of its own is
     * needed: the other one had no loader, or took the value from where not all is known that this reader waits for. What was
     * invalidated since the flight began overlaps this read.
     */
    private boolean isLaterAnswer(Landing<K, V> landing, Wanted<K, V> wanted) {
        if (landing.node() == null && wanted.loader() != null) {
            return false;
        }
        return wanted.known().heard()
                || switch (landing.source()) {
                    case NEAR -> false;
                    case FAR, STALE -> context.far() == null || !context.far().keepsCopies();
                    case FALLBACK, ORIGIN, NOTHING -> true;
                };
    }

    /**
     * The same for a flight that was in the air when this read began. It must not have begun before what it found was
     * invalidated, by its key or a tag. And it must know of all that had been invalidated {@code maxSilence} before, as a
     * near hit must: had it been told of more, it could not have been joined. It may have asked the tier long ago, if the
     * process stood still meanwhile or the tier was slow.
     */
    private boolean isAnswer(Landing<K, V> landing, Wanted<K, V> wanted, long joinedAt) {
        Node<K, V> node = landing.node();
        if (node == null) {
            return wanted.loader() == null && wanted.known().heard();
        }
        boolean knowsEnough = wanted.known().heard()
                ? context.isTrusted(node, joinedAt, wanted.known().proofNanos())
                : context.seen(node, false) != null;
        return knowsEnough && !node.isVoid();
    }

    private void checkBackoff(K key, Wanted<K, V> wanted) {
        if (context.failures().areNone()) {
            return;
        }
        Throwable held = context.failures().holdingBack(key, context.ticker().nanos());
        if (held != null && wanted.loader() != null) {
            throw LoadFailure.of(context.name(), KeyText.of(key), held);
        }
    }

    /** Launches a flight and gives its outcome; null if there is one already. */
    private @Nullable Landing<K, V> fly(Generation<K, V> generation, K key, Wanted<K, V> wanted) {
        checkBackoff(key, wanted);
        Attempt attempt = new Attempt();
        try {
            Flight<K, V> flight = generation.flights().launch(key, attempt);
            return flight == null ? null : fly(generation, flight, attempt, wanted);
        } finally {
            if (!attempt.isHandedOver) {
                attempt.isOver = true;
            }
        }
    }

    private Landing<K, V> fly(Generation<K, V> generation, Flight<K, V> flight, Attempt attempt, Wanted<K, V> wanted) {
        LoadRequest<K, V> request = new LoadRequest<>(wanted.loader(), wanted.stale(), false);
        if (!context.loadTimes().areBounded()) {
            loads.fly(generation, flight, request);
            return outcome(flight, 0, 0);
        }
        try {
            attempt.handOver(context.executor(), () -> loads.fly(generation, flight, request));
        } catch (RuntimeException | Error e) { // refused, or the machine has no more threads to give
            LoadRejectedException rejected = new LoadRejectedException(
                    "the Larder's executor takes no more loads (cache '" + context.name() + "')", e);
            generation.flights().crash(flight, rejected);
            throw rejected;
        }
        return await(flight, wanted);
    }

    private Landing<K, V> join(Flight<K, V> flight, Wanted<K, V> wanted) {
        context.counters().add(Count.JOINS);
        return context.limit().waiting(() -> await(flight, wanted));
    }

    private Landing<K, V> await(Flight<K, V> flight, Wanted<K, V> wanted) {
        long now = context.ticker().nanos();
        boolean hasStale = isOfUse(wanted, now);
        long waitNanos = context.loadTimes().longestWait(hasStale);
        Flights.beginWait(flight);
        try {
            return outcome(flight, waitNanos, Math.max(0, waitNanos - (now - wanted.sinceNanos())));
        } finally {
            Flights.endWait();
        }
    }

    /** The outcome of {@code flight}, waited for as long as is left of {@code waitNanos}. */
    private Landing<K, V> outcome(Flight<K, V> flight, long waitNanos, long leftNanos) {
        try {
            return landing(flight, leftNanos);
        } catch (TimeoutException e) {
            throw new LoadTimeoutException(
                    "the value of key '" + KeyText.of(flight.key()) + "' did not come within "
                            + TimeUnit.NANOSECONDS.toMillis(waitNanos) + " ms; its load goes on (cache '"
                            + context.name() + "')",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadTimeoutException("interrupted while waiting for a load", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof AbandonedLoadException abandoned) {
                throw abandoned;
            }
            throw LoadFailure.again(cause, context.name());
        }
    }

    /** Waits in growing slices, to see between them whether the flight is lost. */
    private Landing<K, V> landing(Flight<K, V> flight, long waitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        long left = waitNanos;
        for (long slice = FIRST_SLICE_NANOS; ; slice = Math.min(2 * slice, LONGEST_SLICE_NANOS)) {
            try {
                return flight.landing().get(Math.min(slice, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (flight.isLost()) {
                    throw AbandonedLoadException.outOfStack();
                }
                left -= slice;
                if (left <= 0) {
                    throw e;
                }
            }
        }
    }

    private @Nullable V staleInstead(Wanted<K, V> wanted, LarderException failure) {
        if (failure instanceof LoadRejectedException) {
            context.counters().add(Count.LOAD_REJECTIONS);
        }
        Node<K, V> stale = wanted.stale();
        long now = context.ticker().nanos();
        if (stale == null || !isOfUse(wanted, now)) {
            context.counters().add(Count.MISSES);
            throw failure;
        }
        context.counters().add(Count.STALE_HITS);
        if (!context.isProven(stale, now, proof(stale, wanted))) {
            context.counters().add(Count.UNPROVEN_HITS);
        }
        return stale.value();
    }

    private boolean isOfUse(Wanted<K, V> wanted, long now) {
        Node<K, V> stale = wanted.stale();
        return stale != null && context.isOfUse(stale, now, proof(stale, wanted));
    }

    /** What proof there is for {@code stale}: the last one while it is still there, else that of when it was found. */
    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    private long proof(Node<K, V> stale, Wanted<K, V> wanted) {
        long proof = context.proofNanos();
        boolean isThere = context.near().store().peek(stale.key()) == stale;
        return isThere ? proof : wanted.known().proofNanos();
    }

    private @Nullable V counted(Landing<K, V> landing) {
        context.counters()
                .add(
                        switch (landing.source()) {
                            case NEAR -> Count.NEAR_HITS;
                            case FAR -> Count.FAR_HITS;
                            case STALE, FALLBACK -> Count.STALE_HITS;
                            case ORIGIN, NOTHING -> Count.MISSES;
                        });
        Node<K, V> node = landing.node();
        return node == null ? null : node.value();
    }
}
