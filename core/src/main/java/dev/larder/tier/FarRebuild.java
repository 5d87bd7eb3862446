package dev.larder.tier;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A rebuild under way in a far tier: a generation that nobody reads yet. Keeps itself alive in the tier until it is
 * committed, aborted or its process dies. Used by one thread at a time.
 */
public interface FarRebuild {
    /**
     * Stores rows in the next generation, each only where it has nothing for the key yet: a key invalidated or written
     * since the rebuild began is left alone.
     *
     * @return how many rows were left alone
     */
    CompletionStage<Integer> write(Map<String, FarValue> rows);

    /**
     * Switches readers to the next generation, in one step; false where the rebuild lost its place (it stalled, or the
     * cache was cleared) and nothing was switched. The old generation is removed later, in bounded steps.
     */
    CompletionStage<Boolean> commit();

    /** Gives up; what was written is removed later. Idempotent, and harmless after a commit. */
    CompletionStage<Void> abort();
}
