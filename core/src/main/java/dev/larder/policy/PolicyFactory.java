package dev.larder.policy;

import java.util.List;

/** Makes the policies of one store. Immutable and thread-safe. */
@FunctionalInterface
public interface PolicyFactory {
    /**
     * Makes all policies of a store at once, so that they may share what they learn.
     *
     * @param shards how many to make, one per lock of the store; at least 1
     * @return a modifiable or immutable list of {@code shards} policies, none of them grown yet
     */
    List<Policy> create(int shards);
}
