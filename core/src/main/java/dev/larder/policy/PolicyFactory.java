package dev.larder.policy;

import dev.larder.time.Ticker;
import java.util.List;

/** Makes the policies of one store. Immutable and thread-safe. */
@FunctionalInterface
public interface PolicyFactory {
    /**
     * Makes all policies of a store at once, so that they may share what they learn.
     *
     * @param shards how many to make, one per lock of the store; at least 1
     * @param ticker the store's clock, for policies that age what they know
     * @return a modifiable or immutable list of {@code shards} policies, none of them grown yet
     */
    List<Policy> create(int shards, Ticker ticker);

    /** Whether a policy of these may answer {@link Policy#NONE} when asked for a victim. */
    default boolean mayRefuse() {
        return false;
    }
}
