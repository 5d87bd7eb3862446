package dev.larder.stats;

import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one cache, exact, and cheap enough to be always on: a hit that is counted by an atomic addition takes
 * half as long again, since that makes the processor finish all that came before.
 *
 * <p>There are some stripes, each with all counters and an owner: one thread, the only one to write there, by a load and a
 * store. A thread becomes the owner of the stripe that its id names when it first counts, if that stripe has no owner or
 * one that has ended; what a thread did before its end is seen by those who found it ended. A thread whose stripe belongs
 * to another adds atomically in one stripe that all such threads share. So no count is ever lost; only its price differs.
 *
 * <p>Virtual threads own nothing, since they come by the million. Thread-safe. Tried by {@code CountersTest} and
 * {@code CountersStress}; measured in docs/measurements/engine.md.
 */
public final class Counters {
    private static final int STRIPES = stripes(Runtime.getRuntime().availableProcessors());

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final Stripe shared = new Stripe();

    public Counters() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Counts a {@link Count#NEAR_HITS}; returns how many the calling thread has counted, or -1 where it shares. */
    public long addNearHit() {
        Stripe own = own();
        return own != null ? own.addNearHit() : shared.addSharedNearHit();
    }

    public void add(Count count) {
        add(count, 1);
    }

    public void add(Count count, long amount) {
        Stripe own = own();
        if (own != null) {
            own.add(count, amount);
        } else {
            shared.addShared(count, amount);
        }
    }

    /** The calling thread's stripe, or null where it has none. */
    @SuppressWarnings("deprecation") // threadId() came with 19
    private @Nullable Stripe own() {
        long id = Thread.currentThread().getId();
        Stripe stripe = stripes[(int) (id ^ (id >>> 7)) & (stripes.length - 1)];
        return stripe.isOwnedBy(id) || claim(stripe, id) ? stripe : null;
    }

    private static boolean claim(Stripe stripe, long id) {
        WeakReference<Thread> before = stripe.owner();
        Thread owner = before == null ? null : before.get();
        if ((owner != null && owner.isAlive()) || VirtualThreads.isVirtual(Thread.currentThread())) {
            return false;
        }
        return stripe.claim(before, new WeakReference<>(Thread.currentThread()), id);
    }

    public long sum(Count count) {
        long sum = shared.get(count);
        for (Stripe stripe : stripes) {
            sum += stripe.get(count);
        }
        return sum;
    }

    /** All sums now, with the {@code size} and {@code weight} of the store they belong to. */
    public CacheStats snapshot(long size, long weight) {
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            sums.put(count, sum(count));
        }
        return new CacheStats(sums, size, weight);
    }

    private static int stripes(int processors) {
        return Math.min(64, Integer.highestOneBit(Math.max(1, processors * 4 - 1)) * 2);
    }
}
