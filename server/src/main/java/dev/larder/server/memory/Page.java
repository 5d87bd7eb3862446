package dev.larder.server.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@link Pages#PAGE_BYTES} bytes outside the heap. Whoever took it has it alone.
 *
 * @param memory the bytes; not zeroed where the page was used before
 */
public record Page(MemorySegment memory, Arena arena) {}
