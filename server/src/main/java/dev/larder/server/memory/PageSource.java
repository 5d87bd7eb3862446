package dev.larder.server.memory;

import java.lang.foreign.Arena;

/** Where pages come from: the system, or a test that has it run out of memory. */
@FunctionalInterface
public interface PageSource {
    /** The system's memory. Each page has an arena of its own, so that each can be given back. */
    PageSource SYSTEM = bytes -> {
        Arena arena = Arena.ofShared();
        boolean made = false;
        try {
            Page page = new Page(arena.allocate(bytes, 64), arena);
            made = true;
            return page;
        } finally {
            if (!made) {
                arena.close();
            }
        }
    };

    /**
     * A new page.
     *
     * @throws OutOfMemoryError if there is no memory
     */
    Page allocate(int bytes);
}
