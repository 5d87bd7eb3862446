package dev.larder.expiry;

import dev.larder.time.Ticker;

/**
 * The times of a cache, in nanoseconds; {@link Ticker#NEVER} for no limit. Immutable.
 *
 * @param timeToLive how long a value stays fresh
 * @param negativeTimeToLive how long a cached null stays fresh
 * @param timeToIdle how long an unread entry is kept
 * @param staleWhileRevalidate how long past its freshness a value is served while one load renews it
 * @param staleIfError how long past its freshness a value is served when the load fails
 * @param refreshAhead the share of the time to live after which a read renews the value in the background, 0…1; 1 for
 *     never
 * @param jitter the largest share taken off a time to live at random, 0…1
 */
public record ExpiryRules(
        long timeToLive,
        long negativeTimeToLive,
        long timeToIdle,
        long staleWhileRevalidate,
        long staleIfError,
        double refreshAhead,
        double jitter) {

    /** How long past its freshness an entry is worth keeping. */
    public long staleWindow() {
        return Math.max(staleWhileRevalidate, staleIfError);
    }

    /** Whether these rules ask for more of an entry's times than when it ceases to be fresh. */
    public boolean readsDetails() {
        return staleWindow() > 0 || timeToIdle != Ticker.NEVER || refreshAhead < 1;
    }

    /**
     * The time to live of one entry: never longer than promised, shorter by a random share so that entries stored
     * together do not expire together.
     *
     * @param ownTimeToLive the entry's own, or a negative number for the cache's
     * @param negative whether the value is a cached null
     * @param random uniform in 0…1
     */
    public long drawTimeToLive(long ownTimeToLive, boolean negative, double random) {
        long longest = ownTimeToLive >= 0 ? ownTimeToLive : negative ? negativeTimeToLive : timeToLive;
        return longest == Ticker.NEVER ? longest : longest - (long) (longest * jitter * random);
    }

    /**
     * Until when an entry is fresh that is touched at {@code now}: for as long again as it has had, the cache's time to
     * live at most; never less than before.
     *
     * @param random uniform in 0…1
     */
    public long touchedUntil(long born, long freshUntil, long now, double random) {
        if (freshUntil == Ticker.NEVER) {
            return freshUntil;
        }
        long longest = Math.min(timeToLive, freshUntil - born);
        return Math.max(freshUntil, Ticker.after(now, longest - (long) (longest * jitter * random)));
    }

    /** The moment at which an entry fresh until {@code freshUntil} is of no use any more. */
    public long keepUntil(long freshUntil) {
        return Ticker.after(freshUntil, staleWindow());
    }

    /** What an entry is worth at {@code now}; the times are readings of one ticker. */
    public Freshness judge(long born, long freshUntil, long now) {
        if (now < freshUntil) {
            return refreshAhead < 1 && isRefreshDue(born, freshUntil, now) ? Freshness.REFRESH_DUE : Freshness.FRESH;
        }
        long past = now - freshUntil;
        if (past < staleWhileRevalidate) {
            return Freshness.STALE;
        }
        return past < staleIfError ? Freshness.STALE_IF_ERROR : Freshness.EXPIRED;
    }

    private boolean isRefreshDue(long born, long freshUntil, long now) {
        return freshUntil != Ticker.NEVER && now - born >= (freshUntil - born) * refreshAhead;
    }
}
