package dev.larder.server.store;

import dev.larder.expiry.TimingWheel;
import dev.larder.policy.Policy;
import dev.larder.server.memory.Pages;
import dev.larder.time.Ticker;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Who leaves a shard, by policy or by time: {@code core}'s classes over the shard's slots, and what these take of the
 * heap, which counts as the store's memory. Without a bound there is no policy, and it costs nothing.
 *
 * <p>Not thread-safe: guarded by its shard's lock.
 */
final class Leavers {
    private static final int LEAST_STEP = 512;
    /** Room is made for one slot more in so many: half of it is empty on average. */
    private static final int STEP_PART = 16;

    /** The wheel's 13 bytes for 16 slots. */
    private static final int WHEEL_BYTES = 1;

    private final Pages pages;
    private final SlotTable slots;
    private final TimingWheel wheel = new TimingWheel();
    private @Nullable Policy policy;
    private int policyBytes;
    private int capacity;

    /** How far the wheel's own time, which never goes back, is before that of the clock, which may be set back. */
    private long ahead;

    private long latest;

    Leavers(Pages pages, SlotTable slots) {
        this.pages = pages;
        this.slots = slots;
    }

    boolean hasPolicy() {
        return policy != null;
    }

    long bytes() {
        return (long) capacity * (policyBytes + WHEEL_BYTES);
    }

    /** Whether a slot can be used; makes the room for it, if there is memory. */
    boolean hasRoomFor(int slot) {
        if (slot < capacity) {
            return true;
        }
        int grown = capacity + Math.max(LEAST_STEP, capacity / STEP_PART);
        long more = (long) (grown - capacity) * (policyBytes + WHEEL_BYTES);
        if (!pages.hasRoomFor(more)) {
            return false;
        }
        try {
            wheel.grow(grown);
            if (policy != null) {
                policy.grow(grown);
            }
        } catch (OutOfMemoryError e) { // the heap's; told as any other lack of memory
            return false;
        }
        capacity = grown;
        pages.reserve(more);
        return true;
    }

    /** Sets another policy, or none; the shard {@linkplain #added adds} its entries to it next. */
    void follow(@Nullable Policy next, int bytesPerSlot) {
        if (next != null) {
            next.grow(capacity);
        }
        pages.reserve((long) capacity * (bytesPerSlot - policyBytes));
        policy = next;
        policyBytes = bytesPerSlot;
    }

    void hit(int slot) {
        if (policy != null) {
            policy.onHit(slot, slots.hashAt(slot));
        }
    }

    /** @param deadline when it is of no use, a reading of the ticker */
    void added(int slot, long deadline) {
        if (policy != null) {
            policy.onAdd(slot, slots.hashAt(slot), Math.max(0, deadline));
        }
        schedule(slot, deadline);
    }

    void updated(int slot, long deadline) {
        if (policy != null) {
            policy.onUpdate(slot, slots.hashAt(slot), Math.max(0, deadline));
        }
        schedule(slot, deadline);
    }

    void schedule(int slot, long deadline) {
        wheel.schedule(slot, ofWheel(deadline));
    }

    private long ofWheel(long time) {
        return time == Ticker.NEVER ? time : Math.max(0, Math.min(time, Ticker.NEVER - 1 - ahead) + ahead);
    }

    void removed(int slot, boolean evicted) {
        if (policy != null) {
            policy.onRemove(slot, slots.hashAt(slot), evicted);
        }
    }

    int victim() {
        return policy == null ? Policy.NONE : policy.victim(slots);
    }

    /** The slots, those first that would leave first; none where there is no policy. */
    int[] coldestFirst() {
        return policy == null ? new int[0] : policy.coldestFirst();
    }

    /** What was scheduled before the clock was set back is looked at too early, and scheduled again. */
    int advance(long now, int maxBlocks, TimingWheel.Visitor visitor) {
        ahead += Math.max(0, latest - now);
        latest = now;
        return capacity == 0
                ? 0
                : wheel.advance(ofWheel(now), maxBlocks, (first, end) -> ofWheel(visitor.visit(first, end)));
    }

    void clear() {
        pages.reserve(-bytes());
        capacity = 0;
        wheel.clear();
        if (policy != null) {
            policy.clear();
        }
    }

    void checkInvariants(BitSet stored) {
        if (policy != null) {
            policy.checkInvariants(stored);
        }
        wheel.checkInvariants();
    }
}
