package dev.larder.store;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The lock of a shard: one thread at a time, and what it wrote plainly is seen by the next one. */
public class ShardLockStress {
    /** Two fields that change together. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the reader was first")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the writer was first")
    @State
    public static class Visibility {
        private final ShardLock lock = new ShardLock(() -> {});
        private int x;
        private int y;

        @Actor
        public void write() {
            lock.enter();
            x = 1;
            y = 1;
            lock.owner = ShardLock.NOBODY;
            lock.wake();
        }

        @Actor
        public void read(II_Result seen) {
            lock.enter();
            seen.r1 = x;
            seen.r2 = y;
            lock.owner = ShardLock.NOBODY;
            lock.wake();
        }
    }

    /** A plain counter; one thread waits for the lock, the other tries until it gets it. */
    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "nothing is lost")
    @State
    public static class Exclusion {
        private final ShardLock lock = new ShardLock(() -> {});
        private int count;

        @Actor
        public void waiting() {
            for (int i = 0; i < 2; i++) {
                lock.enter();
                count++;
                lock.owner = ShardLock.NOBODY;
                lock.wake();
            }
        }

        @Actor
        public void trying() {
            for (int i = 0; i < 2; i++) {
                while (!lock.tryEnter()) {
                    Thread.onSpinWait();
                }
                count++;
                lock.owner = ShardLock.NOBODY;
                lock.wake();
            }
        }

        @Arbiter
        public void last(I_Result seen) {
            seen.r1 = count;
        }
    }

    /** The lock is held for longer than a thread spins, so that the other one parks and must be woken. */
    @JCStressTest
    @Outcome(id = "4000", expect = ACCEPTABLE, desc = "nothing is lost and nobody sleeps on")
    @State
    public static class Parking {
        private final ShardLock lock = new ShardLock(() -> {});
        private int count;

        @Actor
        public void first() {
            work();
        }

        @Actor
        public void second() {
            work();
        }

        private void work() {
            for (int i = 0; i < 2; i++) {
                lock.enter();
                for (int step = 0; step < 1000; step++) {
                    count++;
                    Thread.onSpinWait();
                }
                lock.owner = ShardLock.NOBODY;
                lock.wake();
            }
        }

        @Arbiter
        public void last(I_Result seen) {
            seen.r1 = count;
        }
    }
}
