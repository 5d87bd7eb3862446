package dev.larder.server.warm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is filled. What it has it keeps, and nothing leaves it for want of room. Used by one thread. */
public interface Destination {
    /** Why values of so many bytes find no room without pushing others out, in a sentence; null if they do. */
    @Nullable String obstacle(long bytes);

    /** Which keys are there. */
    boolean[] has(List<byte[]> keys);

    /** Stores items whose keys are not there; what became of each. */
    List<Outcome> restore(List<Item> items);
}
