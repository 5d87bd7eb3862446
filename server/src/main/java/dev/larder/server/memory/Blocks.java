package dev.larder.server.memory;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of 16 bytes to a page, in pages of its own. A block is named by its <em>place</em>, an int: page and offset.
 *
 * <p>The idea: two levels of size classes, a list of free blocks for each, and bits that say which lists are not empty
 * (TLSF: Masmano, Ripoll, Crespo and Real, "TLSF: a new dynamic memory allocator for real-time systems", ECRTS 2004). So
 * to allocate and to free take constant time, and a freed block joins its free neighbours at once. Unlike malloc's, these
 * blocks can move, since their owners hold places in tables that can be mended. So where too much is free but scattered,
 * the emptiest page is {@linkplain #evacuate evacuated}, and fragmentation has a bound.
 *
 * <pre>{@code
 *  in use   ┌ 3 bytes: size 14 │ free before 1 │ kind 4 │ pad 5 ┐ the owner's …
 *  free     ┌ as above, 4 ┐ next 4 ┐ before 4 ┐ … ┐ size 4 ┐
 * }</pre>
 *
 * Sizes are in granules of 4 bytes. Kind and pad are the owner's: see {@link #FIRST_UNPADDED_KIND}. A page's first granule is unused, so that no block has
 * place 0, {@link #NONE}.
 *
 * <p>Invariants: no two free blocks are neighbours; a free block is in the list of its class; a block knows whether the
 * one before it is free; a wholly free page is given back. Not thread-safe: guarded by the lock of its owner.
 */
public final class Blocks {
    /** No block. */
    public static final int NONE = 0;
    /** Bytes of a granule. */
    public static final int GRANULE = 4;
    /** The largest block. */
    public static final int MAX_BYTES = Pages.PAGE_BYTES - GRANULE;
    /** Bytes that every block begins with. */
    public static final int HEADER_BYTES = 3;

    /** A freed rest smaller than this stays with its block. */
    public static final int LEAST_BYTES = 16;

    /**
     * Blocks of a kind below end with {@link #pad} bytes that mean nothing, and lose or gain some of these when they
     * move. The others are kept as long as they are, or become longer.
     */
    public static final int FIRST_UNPADDED_KIND = 12;

    private static final int LEAST = LEAST_BYTES / GRANULE;
    private static final int PAGE_SHIFT = 14;
    private static final int PAGE_GRANULES = 1 << PAGE_SHIFT;
    private static final int OFFSET_MASK = PAGE_GRANULES - 1;
    private static final int MAX_PAGES = 1 << 18;
    private static final int SIZE_MASK = 0x3FFF;
    private static final int FREE_BEFORE = 1 << 14;
    private static final int KIND_SHIFT = 15;
    private static final int PAD_SHIFT = 19;
    /** The kind of a free block. */
    private static final int FREE = 15 << KIND_SHIFT;

    private static final int MAX_PAD = 31;
    /** Pages free by more than one part in so many are fragmented. */
    private static final int FRAGMENTED_PART = 10;

    /** Mends what refers to a block that moved; {@code from} still holds what it held. */
    @FunctionalInterface
    public interface Mover {
        /** A block is at {@code to} from now on. */
        void moved(int from, int to);
    }

    private final Pages source;
    private final FreeLists lists = new FreeLists(this);
    private Page[] pages = new Page[0];
    /** The memory of each page, at hand. */
    private MemorySegment[] memory = new MemorySegment[0];

    private int[] freeInPage = new int[0];
    private int pageLimit;
    private int pageCount;
    private long freeGranules;
    /** Granules freed since the last evacuation; a failed one is not repeated before much more is free. */
    private long freedSince;

    /** Blocks in pages of {@code source}. Takes none yet. */
    public Blocks(Pages source) {
        this.source = source;
    }

    /** The memory in which a block is. */
    public MemorySegment memory(int place) {
        return memory[place >>> PAGE_SHIFT];
    }

    /** Where in its {@link #memory} a block begins. */
    public static int offset(int place) {
        return (place & OFFSET_MASK) * GRANULE;
    }

    int header(int place) {
        return Raw.i32(memory(place), offset(place));
    }

    void header(int place, int value) {
        Raw.put32(memory(place), offset(place), value);
    }

    /** Bytes of a block, its header included. */
    public int bytes(int place) {
        return bytesOf(header(place));
    }

    /** The owner's kind of a block. */
    public int kind(int place) {
        return kindOf(header(place));
    }

    /** The owner's pad of a block. */
    public int pad(int place) {
        return padOf(header(place));
    }

    /** What {@link #bytes} says, of the first four bytes of a block; for who needs several of these. */
    public static int bytesOf(int header) {
        return (header & SIZE_MASK) * GRANULE;
    }

    /** What {@link #kind} says, in the same way. */
    public static int kindOf(int header) {
        return (header >>> KIND_SHIFT) & 15;
    }

    /** What {@link #pad} says, in the same way. */
    public static int padOf(int header) {
        return (header >>> PAD_SHIFT) & MAX_PAD;
    }

    /** Sets kind, 0 to 14, and pad, 0 to 31. */
    public void mark(int place, int kind, int pad) {
        if (pad < 0 || pad > MAX_PAD) {
            throw new IllegalArgumentException("pad must be from 0 to " + MAX_PAD + " but was " + pad);
        }
        int rest = header(place) & ~(511 << KIND_SHIFT);
        header(place, rest | (kind << KIND_SHIFT) | (pad << PAD_SHIFT));
    }

    static int granules(int bytes) {
        return Math.max(LEAST, (bytes + GRANULE - 1) / GRANULE);
    }

    private boolean isFree(int place) {
        return (header(place) & FREE) == FREE;
    }

    int size(int place) {
        return header(place) & SIZE_MASK;
    }

    /** A block of at least so many bytes, up to {@link #MAX_BYTES}, or {@link #NONE} where there is no room. */
    public int allocate(int bytes) {
        int wanted = granules(bytes);
        int place = lists.fit(wanted);
        if (place == NONE && addPage()) {
            place = lists.fit(wanted);
        }
        return place == NONE ? NONE : claim(place, wanted);
    }

    /** The same, in the pages that there are. */
    public int allocateWithin(int bytes) {
        int wanted = granules(bytes);
        int place = lists.fit(wanted);
        return place == NONE ? NONE : claim(place, wanted);
    }

    private int claim(int place, int wanted) {
        lists.remove(place, size(place));
        int have = size(place);
        int rest = have - wanted;
        int taken = rest >= LEAST ? wanted : have;
        header(place, taken | (header(place) & FREE_BEFORE));
        count(place, -taken);
        if (rest >= LEAST) {
            becomeFree(place + wanted, rest, false);
        } else {
            tellNext(place + have, false);
        }
        return place;
    }

    private void count(int place, int moreFree) {
        freeInPage[place >>> PAGE_SHIFT] += moreFree;
        freeGranules += moreFree;
    }

    /** Writes a free block and puts it into its list. */
    private void becomeFree(int place, int granules, boolean freeBefore) {
        header(place, granules | FREE | (freeBefore ? FREE_BEFORE : 0));
        Raw.put32(memory(place), offset(place) + (long) (granules - 1) * GRANULE, granules);
        lists.add(place, granules);
        tellNext(place + granules, true);
    }

    private void tellNext(int next, boolean isFree) {
        if ((next & OFFSET_MASK) != 0) {
            int head = header(next);
            header(next, isFree ? head | FREE_BEFORE : head & ~FREE_BEFORE);
        }
    }

    /** Frees a block. */
    public void free(int place) {
        int size = size(place);
        count(place, size);
        freedSince += size;
        int start = place;
        if ((header(place) & FREE_BEFORE) != 0) {
            int before = Raw.i32(memory(place), offset(place) - GRANULE);
            start = place - before;
            lists.remove(start, before);
            size += before;
        }
        int next = start + size;
        if ((next & OFFSET_MASK) != 0 && isFree(next)) {
            int after = size(next);
            lists.remove(next, after);
            size += after;
        }
        if (size == PAGE_GRANULES - 1) {
            dropPage(start >>> PAGE_SHIFT);
        } else {
            becomeFree(start, size, false);
        }
    }

    /** Cuts a block down to what so many bytes need; a rest too small stays with it. */
    public void shrink(int place, int bytes) {
        int wanted = granules(bytes);
        int rest = size(place) - wanted;
        if (rest < LEAST) {
            return;
        }
        int head = header(place);
        header(place, (head & ~SIZE_MASK) | wanted);
        header(place + wanted, rest);
        free(place + wanted);
    }

    /** Makes a block larger where it is, if what follows is free and large enough; says whether it did. */
    public boolean stretch(int place, int bytes) {
        int wanted = granules(bytes);
        int size = size(place);
        int next = place + size;
        if (wanted <= size) {
            return true;
        }
        if ((next & OFFSET_MASK) == 0 || !isFree(next) || size + size(next) < wanted) {
            return false;
        }
        claim(next, wanted - size);
        int taken = size(next);
        header(place, (header(place) & ~SIZE_MASK) | (size + taken));
        return true;
    }

    private boolean addPage() {
        int number = 0;
        while (number < pageLimit && isUsed(number)) {
            number++;
        }
        if (number == MAX_PAGES) {
            return false;
        }
        Page page = source.take();
        if (page == null) {
            return false;
        }
        if (number >= pages.length) {
            growTables();
        }
        pages[number] = page;
        memory[number] = page.memory();
        pageLimit = Math.max(pageLimit, number + 1);
        pageCount++;
        freeInPage[number] = 0;
        int first = (number << PAGE_SHIFT) | 1;
        count(first, PAGE_GRANULES - 1);
        becomeFree(first, PAGE_GRANULES - 1, false);
        return true;
    }

    private boolean isUsed(int number) {
        return freeInPage[number] >= 0;
    }

    private void growTables() {
        int length = pages.length + Math.max(4, pages.length / 4);
        int[] grownFree = Arrays.copyOf(freeInPage, length);
        MemorySegment[] grownMemory = Arrays.copyOf(memory, length);
        pages = Arrays.copyOf(pages, length);
        Arrays.fill(grownFree, freeInPage.length, length, -1);
        memory = grownMemory;
        freeInPage = grownFree;
    }

    /** Gives a page back that is free, and in no list. */
    @SuppressWarnings("NullAway") // what is past is not referred to, so that it can go
    private void dropPage(int number) {
        freeGranules -= PAGE_GRANULES - 1;
        Page page = pages[number];
        pages[number] = null;
        memory[number] = null;
        freeInPage[number] = -1;
        pageCount--;
        source.give(page);
    }

    /** Whether so much is free that a page should be evacuated, and it was not just tried. */
    public boolean isFragmented() {
        return pageCount > 1
                && freeGranules > PAGE_GRANULES
                && freeGranules * FRAGMENTED_PART > (long) pageCount * PAGE_GRANULES
                && mayEvacuate();
    }

    /** Whether enough was freed since the last evacuation for another to be worth its while. */
    public boolean mayEvacuate() {
        return freedSince > PAGE_GRANULES / 8;
    }

    /**
     * Moves the blocks of the emptiest page into the holes of others. Takes time for a page's bytes at most.
     *
     * @return whether the page could be given back; if not, what was moved stays moved
     */
    public boolean evacuate(Mover mover) {
        freedSince = 0;
        int page = emptiestPage();
        if (page < 0 || pageCount < 2) {
            return false;
        }
        forgetFree(page);
        boolean isEmpty = moveOut(page, mover);
        if (isEmpty) {
            dropPage(page);
        } else {
            collectFree(page);
        }
        return isEmpty;
    }

    private int emptiestPage() {
        int emptiest = -1;
        for (int number = 0; number < pageLimit; number++) {
            if (isUsed(number) && (emptiest < 0 || freeInPage[number] > freeInPage[emptiest])) {
                emptiest = number;
            }
        }
        return emptiest;
    }

    private void forgetFree(int page) {
        for (int place = (page << PAGE_SHIFT) | 1; (place & OFFSET_MASK) != 0; place += size(place)) {
            if (isFree(place)) {
                lists.remove(place, size(place));
            }
        }
    }

    private boolean moveOut(int page, Mover mover) {
        for (int place = (page << PAGE_SHIFT) | 1; (place & OFFSET_MASK) != 0; place += size(place)) {
            if (!isFree(place)) {
                if (!moveBlock(place, mover)) {
                    return false;
                }
                count(place, size(place));
                header(place, header(place) | FREE);
            }
        }
        return true;
    }

    /** Leaves whole granules of pad behind; what the new block has too much becomes pad again, at most 23 bytes. */
    private boolean moveBlock(int place, Mover mover) {
        boolean isPadded = kind(place) < FIRST_UNPADDED_KIND;
        int bytes = bytes(place) - (isPadded ? pad(place) / GRANULE * GRANULE : 0);
        int to = allocateWithin(bytes);
        if (to == NONE) {
            return false;
        }
        copy(place, to, bytes);
        if (isPadded) {
            mark(to, kind(to), pad(place) % GRANULE + bytes(to) - bytes);
        }
        mover.moved(place, to);
        return true;
    }

    /** Copies a block's first bytes into another that is as large, kind and pad included. */
    public void copy(int from, int to, int bytes) {
        int kept = header(to) & (SIZE_MASK | FREE_BEFORE);
        Raw.copy(memory(from), offset(from), memory(to), offset(to), bytes);
        header(to, (header(to) & ~(SIZE_MASK | FREE_BEFORE)) | kept);
    }

    /** Joins neighbours that are free and lists them. */
    private void collectFree(int page) {
        int start = (page << PAGE_SHIFT) | 1;
        int run = 0;
        for (int place = start; ; ) {
            boolean atEnd = (place & OFFSET_MASK) == 0;
            if (atEnd || !isFree(place)) {
                if (run > 0) {
                    becomeFree(place - run, run, false);
                }
                if (atEnd) {
                    return;
                }
                if (run == 0) {
                    header(place, header(place) & ~FREE_BEFORE);
                }
                run = 0;
                place += size(place);
            } else {
                int size = size(place);
                run += size;
                place += size;
            }
        }
    }

    /** Bytes of pages held. */
    public long heldBytes() {
        return (long) pageCount * Pages.PAGE_BYTES;
    }

    /** Bytes of these that no block uses. */
    public long freeBytes() {
        return freeGranules * GRANULE;
    }

    /** Gives all pages back; all blocks are gone. */
    public void clear() {
        for (int number = 0; number < pageLimit; number++) {
            if (isUsed(number)) {
                source.give(pages[number]);
            }
        }
        pages = new Page[0];
        memory = new MemorySegment[0];
        freeInPage = new int[0];
        pageLimit = 0;
        pageCount = 0;
        freeGranules = 0;
        freedSince = 0;
        lists.clear();
    }

    /** What a check of all blocks does with each in use. */
    @FunctionalInterface
    public interface Visitor {
        /** A block in use. */
        void visit(int place);
    }

    /** Checks the invariants of the class and shows every block in use; for tests and for reports, linear. */
    public void checkInvariants(@Nullable Visitor visitor) {
        long free = 0;
        int used = 0;
        for (int page = 0; page < pageLimit; page++) {
            if (isUsed(page)) {
                used++;
                free += checkPage(page, visitor);
            }
        }
        check(free == freeGranules, "free granules differ from the account", (int) (free - freeGranules));
        check(used == pageCount, "pages differ from the account", used);
        lists.checkInvariants();
    }

    private int checkPage(int page, @Nullable Visitor visitor) {
        int free = 0;
        boolean freeBefore = false;
        int end = (page + 1) << PAGE_SHIFT;
        for (int place = (page << PAGE_SHIFT) | 1; place != end; place += size(place)) {
            check(size(place) >= LEAST && place - (page << PAGE_SHIFT) + size(place) <= PAGE_GRANULES, "size", place);
            boolean isFree = isFree(place);
            check(((header(place) & FREE_BEFORE) != 0) == freeBefore, "a block is wrong about its neighbour", place);
            check(!isFree || !freeBefore, "two free blocks are neighbours", place);
            if (isFree) {
                free += size(place);
                check(lists.contains(place), "a free block is in no list", place);
            } else if (visitor != null) {
                visitor.visit(place);
            }
            freeBefore = isFree;
        }
        check(free == freeInPage[page], "a page's free granules differ from the account", page);
        check(free < PAGE_GRANULES - 1, "a free page was kept", page);
        return free;
    }

    static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
