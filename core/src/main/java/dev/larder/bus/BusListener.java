package dev.larder.bus;

import java.util.Collection;

/**
 * One process's in-process tier of one cache, as the bus sees it. Calls come from the bus's own thread, in the order of
 * the bus; they must be short.
 */
public interface BusListener {
    /** Another process invalidated these keys (in the text of the cache's key codec). */
    void invalidated(Collection<String> keys);

    /** Another process cleared the cache or switched it to a rebuilt generation. */
    void cleared();

    /** Another process invalidated a tag. */
    void tagChanged(TagChange change);

    /** Messages may have been lost: nothing that was stored before this call may be trusted. */
    void gap();
}
