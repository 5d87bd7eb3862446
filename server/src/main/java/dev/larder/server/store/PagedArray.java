package dev.larder.server.store;

import dev.larder.server.memory.Page;
import dev.larder.server.memory.Pages;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * An array outside the heap that grows by whole pages and moves nothing. Not thread-safe: guarded by its shard's lock.
 */
final class PagedArray {
    private final Pages source;
    private Page[] pages = new Page[0];
    private MemorySegment[] memory = new MemorySegment[0];
    private int count;

    PagedArray(Pages source) {
        this.source = source;
    }

    /** The page with this number. */
    MemorySegment page(int number) {
        return memory[number];
    }

    int pages() {
        return count;
    }

    long bytes() {
        return (long) count * Pages.PAGE_BYTES;
    }

    /** Adds a page of zeros; false where there is none. */
    boolean addPage() {
        if (count == pages.length) {
            int length = count + Math.max(2, count / 4);
            pages = Arrays.copyOf(pages, length);
            memory = Arrays.copyOf(memory, length);
        }
        Page page = source.take();
        if (page == null) {
            return false;
        }
        page.memory().fill((byte) 0);
        pages[count] = page;
        memory[count++] = page.memory();
        return true;
    }

    /** Gives all pages back. */
    void clear() {
        for (int i = 0; i < count; i++) {
            source.give(pages[i]);
        }
        pages = new Page[0];
        memory = new MemorySegment[0];
        count = 0;
    }
}
