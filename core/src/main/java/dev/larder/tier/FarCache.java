package dev.larder.tier;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in a {@link FarTier}, with leases.
 *
 * <p>Keys are the text of the cache's key codec, values are sealed envelopes, tokens are 128 random bits in hex, never
 * used twice. One rule makes it safe: a store needs a token that an invalidation destroys. The promises about asynchrony,
 * failure and threads are those of {@link FarTier}.
 */
public interface FarCache extends AutoCloseable {
    /** The entry of {@code key}, or null. Takes no lease. */
    CompletionStage<@Nullable FarValue> get(String key);

    /** The entries found among {@code keys}, in one round trip. */
    CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys);

    /**
     * The same entries for {@link #get} and {@link #getAll} alone, by a reader who knows of changes that this process has not
     * heard of: a copy that is kept nearer than where changes are acknowledged does not answer him.
     */
    default FarCache latest() {
        return this;
    }

    /**
     * Asks for the right to load {@code key}: a hit where a value is there, fresh, and has more than
     * {@code softWindowMillis} left; else the lease, unless another holds it.
     */
    CompletionStage<Acquired> acquire(String key, LeaseRequest request);

    /** Stores {@code value} and ends the lease, if the lease is still {@code token}'s; false if not: nothing stored. */
    CompletionStage<Boolean> fill(String key, String token, FarValue value);

    /** Prolongs the lease to {@code leaseMillis} from now, if it is still {@code token}'s. */
    CompletionStage<Boolean> renew(String key, String token, long leaseMillis);

    /** Ends the lease of a load that failed, if it is still {@code token}'s. */
    CompletionStage<Void> release(String key, String token);

    /**
     * Removes values and leases of {@code keys}: when it completes no load that began before can store. During a rebuild
     * it holds for the next generation too.
     */
    CompletionStage<Void> invalidate(Collection<String> keys);

    /**
     * The entry of {@code key} is found to be old: if it is still the one {@code seen}, marks it as softly expired and keeps
     * it for {@code keepMillis} at most, or removes it where that is zero. The lease stays whose it is. A tier that cannot
     * do that invalidates the key.
     */
    default CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        return invalidate(List.of(key));
    }

    /** Marks the value as softly expired: still there to be served stale for {@code maxStaleMillis}, no longer fresh. */
    CompletionStage<Void> expire(String key, long maxStaleMillis);

    /** Before a write to the origin: removes the value and takes the lease, whoever held it. */
    CompletionStage<Void> beginWrite(String key, String token, long leaseMillis);

    /** After the origin accepted: stores the value if the lease is still {@code token}'s, else removes value and lease. */
    CompletionStage<Boolean> commitWrite(String key, String token, FarValue value);

    /** Makes every entry of this cache, and every lease, void at once, whatever their number. */
    CompletionStage<Void> clear();

    /** Starts a rebuild; completes when every live process heeds it. Fails while another rebuild runs. */
    CompletionStage<FarRebuild> rebuild();

    /** The cache's tags; null where the tier keeps none. */
    default @Nullable FarTags tags() {
        return null;
    }

    /** Tells other processes that these keys were invalidated; completes when the bus has taken the message. */
    CompletionStage<Void> publishInvalidated(Collection<String> keys);

    /** Tells other processes that the cache was cleared or switched; completes when the bus has taken the message. */
    CompletionStage<Void> publishCleared();

    /**
     * The latest moment, on the options' ticker, for which it is proven that everything other processes had published by
     * then has reached the listener. Negative before the first proof. One volatile read.
     */
    long lastProofNanos();

    /**
     * Where the bus stands after everything that this process has published for this cache, and that the bus has taken: the
     * text of a {@link BusPosition}, for {@link #hasHeard} in another process. Null where nothing was published, or where
     * the bus has no positions. Known in this process; nothing is asked.
     */
    default @Nullable String position() {
        return null;
    }

    /**
     * Whether everything that the bus had taken up to {@code position} and that concerns this cache has reached the listener,
     * or the listener was told of a gap since. Where each cache of the tier has a log of its own, true for another cache's.
     * False for what cannot be compared: a log that was lost or begun anew, another kind of bus, a text that is none.
     * Nothing is asked; needs no lock.
     */
    default boolean hasHeard(String position) {
        return false;
    }

    /** Stops listening to the bus. The entries stay in the tier. */
    @Override
    void close();
}
