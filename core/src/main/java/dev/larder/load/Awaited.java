package dev.larder.load;

import dev.larder.tier.FarEntries;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader's near tier must have heard from the bus before it is believed. Thread-safe: what was heard once, was heard
 * for ever, so a wrong answer is at most a late yes.
 */
public final class Awaited {
    private final FarEntries<?, ?> far;
    private final boolean isKnown;
    private final List<String> positions;
    private final long sinceNanos;
    private volatile boolean heard;

    /**
     * @param far what hears
     * @param positions of the bus; null where it is not known what to wait for
     * @param sinceNanos when this process learned of them: what is read from the origin later is as new as they are
     */
    public Awaited(FarEntries<?, ?> far, @Nullable List<String> positions, long sinceNanos) {
        this.far = far;
        this.isKnown = positions != null;
        this.positions = positions == null ? List.of() : positions;
        this.sinceNanos = sinceNanos;
    }

    /** Whether it has all been heard; the near tier then has what was said, and no flight from before is attached. */
    public boolean isHeard() {
        if (!heard && isKnown) {
            heard = positions.stream().allMatch(far::hasHeard);
        }
        return heard;
    }

    long sinceNanos() {
        return sinceNanos;
    }
}
