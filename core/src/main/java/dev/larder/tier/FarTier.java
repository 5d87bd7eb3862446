package dev.larder.tier;

import dev.larder.bus.BusListener;
import java.util.concurrent.CompletionStage;

/**
 * A tier outside this process: a server, a cluster, a database, shared by many processes. The service provider interface
 * of {@code tiers/*}; users name one by its URI and do not call it.
 *
 * <p>Every operation is asynchronous and returns at once; a stage fails with
 * {@link dev.larder.failure.TierException} (or any other exception) where the tier could not do what it was asked, and
 * then it is <em>unknown</em> whether it did. Nothing here retries, times out or breaks the circuit: the caller
 * ({@link FarGuard}) does. Thread-safe.
 */
public interface FarTier extends AutoCloseable {
    /** Its name in metrics and messages: scheme, host and port, never a password. */
    String name();

    /** What tells its entries from those of another tier, the same in every process that uses it; never a secret. */
    default String identity() {
        return name();
    }

    /** Whether the processes of one machine alone can reach it, so that another machine has one of its own. Default: no. */
    default boolean isLocal() {
        return false;
    }

    /** Opens the entries of one cache; {@code listener} hears what other processes invalidate in it. */
    FarCache cache(FarCacheOptions options, BusListener listener);

    /** Completes when the tier has answered once; for checks at start-up. */
    CompletionStage<Void> ping();

    /** Lets go of connections and threads. Idempotent; does not wait for operations under way. */
    @Override
    void close();
}
