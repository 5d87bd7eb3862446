package dev.larder.server.memory;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * All memory of one store outside the heap, in pages, and the account of it. Everything a store allocates is a page, so
 * the account is exact; what a store keeps on the heap for its entries is {@linkplain #reserve told} to it and counts too.
 *
 * <p>Pages given back are kept for the next taker. {@link #releaseSome} hands those beyond a reserve to the system:
 * closing a shared arena stops all threads for a moment, so it is left to whoever has time for it.
 *
 * <p>Thread-safe; guarded by its monitor, which is a leaf: nothing else is locked under it. A page is zeroed outside it.
 */
public final class Pages implements AutoCloseable {
    /** Bytes of a page. */
    public static final int PAGE_BYTES = 64 * 1024;
    /** No bound. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** Free pages kept: one in so many of all, and a few. */
    private static final int KEEP_ONE_IN = 32;

    private static final int KEEP_AT_LEAST = 16;

    private final PageSource source;
    private final ArrayDeque<Page> free = new ArrayDeque<>();
    private long maxBytes;
    private long pages;
    private long reserved;
    private long failures;
    private boolean closed;

    /** @param maxBytes how much may be allocated at most, {@link #UNBOUNDED} for any amount */
    public Pages(long maxBytes, PageSource source) {
        this.maxBytes = maxBytes;
        this.source = source;
    }

    /** A page, or null where the bound or the system has no room for one. */
    public @Nullable Page take() {
        synchronized (this) {
            checkOpen();
            Page page = free.pollLast();
            if (page != null) {
                return page;
            }
            if (bytes() + PAGE_BYTES > maxBytes) {
                return null;
            }
            pages++; // before it is there, so that no two threads take the same room
        }
        return allocate();
    }

    private @Nullable Page allocate() {
        boolean made = false;
        try {
            Page page = source.allocate(PAGE_BYTES);
            made = true;
            return page;
        } catch (OutOfMemoryError e) {
            return null;
        } finally {
            if (!made) {
                forgetOne();
            }
        }
    }

    private synchronized void forgetOne() {
        pages--;
        failures++;
    }

    /** Gives a page back. Its content is lost. */
    public synchronized void give(Page page) {
        free.addLast(page);
    }

    /**
     * Hands free pages that are not needed to the system.
     *
     * @return whether there are more of these
     */
    public boolean releaseSome(int most) {
        for (int i = 0; i < most; i++) {
            Page page = surplus();
            if (page == null) {
                return false;
            }
            page.arena().close();
        }
        return true;
    }

    private synchronized @Nullable Page surplus() {
        long keep = bytes() > maxBytes ? 0 : Math.max(KEEP_AT_LEAST, pages / KEEP_ONE_IN);
        if (closed || free.size() <= keep) {
            return null;
        }
        pages--;
        return free.pollFirst();
    }

    /** Counts bytes on the heap that entries need, or no longer need where {@code bytes} is negative. */
    public synchronized void reserve(long bytes) {
        reserved += bytes;
    }

    /** Whether so many bytes more, on the heap, are within the bound. */
    public synchronized boolean hasRoomFor(long bytes) {
        return bytes() + bytes <= maxBytes;
    }

    /** All that is allocated: pages, free ones too, and what was reserved. */
    public synchronized long bytes() {
        return pages * PAGE_BYTES + reserved;
    }

    /** What of it are pages that nobody uses. */
    public synchronized long freeBytes() {
        return (long) free.size() * PAGE_BYTES;
    }

    /** What of it is on the heap. */
    public synchronized long reservedBytes() {
        return reserved;
    }

    /** How often the system had no memory. */
    public synchronized long failures() {
        return failures;
    }

    /** The bound. */
    public synchronized long maxBytes() {
        return maxBytes;
    }

    /** Sets another bound. What is above it already stays until it is given back. */
    public synchronized void bound(long bytes) {
        maxBytes = bytes;
    }

    /** Bytes above the bound, or 0. */
    public synchronized long excess() {
        return Math.max(0, bytes() - maxBytes);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    /** Gives all free pages back. Every page must have been given back by its taker. */
    @Override
    public void close() {
        ArrayDeque<Page> left;
        synchronized (this) {
            closed = true;
            left = new ArrayDeque<>(free);
            free.clear();
            pages -= left.size();
        }
        left.forEach(page -> page.arena().close());
    }
}
