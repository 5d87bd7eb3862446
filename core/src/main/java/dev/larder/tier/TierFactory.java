package dev.larder.tier;

import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.Set;

/** Opens far tiers by their URI. Found by {@link java.util.ServiceLoader}: adding a jar adds its schemes. */
public interface TierFactory {
    /** The URI schemes it opens, in lower case. */
    Set<String> schemes();

    /**
     * Opens a tier. Does not fail because a server is away (it may come back); fails with
     * {@link IllegalArgumentException} naming the part of {@code uri} that is wrong.
     */
    FarTier open(TierUri uri, Context context);

    /** What a tier is given by the Larder that opens it; time-outs are the caller's own, see {@link FarTier}. */
    record Context(Ticker ticker, Scheduler scheduler) {}
}
