package dev.larder.store;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * The lock of a shard: held for a few memory accesses and some calls of keys' {@code equals}, so a thread that finds it
 * taken tries again for a moment before it parks. Not reentrant: a thread that has it and comes back is told so.
 *
 * <p>Why not {@link java.util.concurrent.locks.ReentrantLock}: that stores a reference to the thread that has it, which
 * costs the collector's store barrier at each locking. Measured in docs/measurements/engine.md. Release is a volatile
 * store, so that a change is seen by every read that begins after it returned. Tried by {@code ShardLockStress}.
 */
@SuppressWarnings("serial") // never serialised
final class ShardLock extends AbstractQueuedSynchronizer {
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final long NOBODY = 0;
    /** How often it is tried before the thread is parked. */
    private static final int SPINS = 64;

    private final Runnable beforeWaiting;
    /** The id of the thread that has the lock; whoever reads its own id here has it. */
    private long owner = NOBODY;

    /** @param beforeWaiting called by a thread that is going to be parked; where it throws, it is not */
    ShardLock(Runnable beforeWaiting) {
        this.beforeWaiting = beforeWaiting;
    }

    /**
     * Takes the lock.
     *
     * @throws IllegalStateException if this thread has it: user code that the store called has called the store
     */
    void enter() {
        for (int spins = 0; spins < SPINS; spins++) {
            if (tryEnter()) {
                return;
            }
            checkNotTakenByCaller();
            Thread.onSpinWait();
        }
        beforeWaiting.run();
        acquire(TAKEN);
    }

    /** Throws where the calling thread has the lock. */
    void checkNotTakenByCaller() {
        if (owner == self()) {
            throw new IllegalStateException(
                    "a key's equals or hashCode, a change or an eviction listener must not use the cache it is"
                            + " called by");
        }
    }

    /** Takes the lock if it is free. */
    boolean tryEnter() {
        return getState() == FREE && tryAcquire(TAKEN);
    }

    void exit() {
        release(FREE);
    }

    @Override
    protected boolean tryAcquire(int state) {
        boolean taken = compareAndSetState(FREE, state);
        if (taken) {
            owner = self();
        }
        return taken;
    }

    @Override
    protected boolean tryRelease(int state) {
        owner = NOBODY;
        setState(state);
        return true;
    }

    @SuppressWarnings("deprecation") // threadId() came with 19
    private static long self() {
        return Thread.currentThread().getId();
    }
}
