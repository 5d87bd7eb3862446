package dev.larder.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The lock of a shard: held for a few memory accesses and some calls of keys' {@code equals}, so a thread that finds it
 * taken tries again for a moment before it parks. Not reentrant: a thread that has it and comes back is told so.
 *
 * <p><b>Release is a store</b>, {@code lock.owner = NOBODY}, written out wherever the lock is released, and not a method: a
 * thread at the end of its stack can call nothing, not even in a {@code finally}, but a store never fails. {@link #wake}
 * follows; where that fails, those who wait look by themselves. Likewise nothing is called between the moment the lock is
 * taken and the {@code try} of whoever took it.
 *
 * <p>Why not {@link java.util.concurrent.locks.ReentrantLock}: its release is some calls deep, and it stores a reference to
 * the thread that has it, which costs the collector's store barrier at each locking. The store of {@code owner} is
 * volatile, so that a change is seen by every read that begins after it returned. Tried by {@code ShardLockStress}.
 */
final class ShardLock {
    /** Stands for the owner of a free lock; no thread has this id. */
    static final long NOBODY = 0;
    /** How often it is tried before the thread is parked. */
    private static final int SPINS = 64;

    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(ShardLock.class, "owner", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Runnable beforeWaiting;
    private final Waiters waiters = new Waiters();
    /** The id of the thread that has the lock; whoever reads its own id here has it, and may store {@link #NOBODY}. */
    volatile long owner;

    /** @param beforeWaiting called by a thread that is going to be parked; where it throws, it is not */
    ShardLock(Runnable beforeWaiting) {
        this.beforeWaiting = beforeWaiting;
    }

    /**
     * Takes the lock and returns the caller's id, for the release.
     *
     * @throws IllegalStateException if this thread has it: user code that the store called has called the store
     */
    long enter() {
        long self = self();
        if (!tryEnter(self)) {
            enterSlowly(self);
        }
        return self;
    }

    private void enterSlowly(long self) {
        for (int spins = 0; spins < SPINS; spins++) {
            checkNotTakenBy(self);
            Thread.onSpinWait();
            if (tryEnter(self)) {
                return;
            }
        }
        beforeWaiting.run();
        waiters.await(() -> tryEnter(self));
    }

    /** Throws where the calling thread has the lock. */
    void checkNotTakenByCaller() {
        checkNotTakenBy(self());
    }

    private void checkNotTakenBy(long self) {
        if (owner == self) {
            throw new IllegalStateException(
                    "a key's equals or hashCode, a change or an eviction listener must not use the cache it is"
                            + " called by");
        }
    }

    /** Takes the lock if it is free; not for a thread that has it. */
    boolean tryEnter() {
        return tryEnter(self());
    }

    private boolean tryEnter(long self) {
        return owner == NOBODY && OWNER.compareAndSet(this, NOBODY, self);
    }

    /** Follows each release. */
    void wake() {
        waiters.wakeOne();
    }

    @SuppressWarnings("deprecation") // threadId() came with 19
    private static long self() {
        return Thread.currentThread().getId();
    }
}
