package dev.larder.stats;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.lang.ref.WeakReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads count: no count is lost, and none is taken back. */
public class CountersStress {
    /** Counters that nobody has used yet: the threads become owners of stripes, or share one. */
    @JCStressTest
    @Outcome(id = "4, 2, 10", expect = ACCEPTABLE, desc = "nothing is lost")
    @State
    public static class Sums {
        private final Counters counters = new Counters();

        @Actor
        public void first() {
            count();
        }

        @Actor
        public void second() {
            count();
        }

        private void count() {
            counters.addNearHit();
            counters.add(Count.MISSES);
            counters.add(Count.LOAD_NANOS, 5);
            counters.addNearHit();
        }

        @Arbiter
        public void sum(III_Result seen) {
            seen.r1 = (int) counters.sum(Count.NEAR_HITS);
            seen.r2 = (int) counters.sum(Count.MISSES);
            seen.r3 = (int) counters.sum(Count.LOAD_NANOS);
        }
    }

    /** One stripe that both threads want: one owns it, the other must take the shared way. */
    @JCStressTest
    @Outcome(id = "1, 4, 4", expect = ACCEPTABLE, desc = "one owner, nothing is lost")
    @State
    public static class OneStripe {
        private final Stripe wanted = new Stripe();
        private final Stripe shared = new Stripe();
        private boolean firstOwns;
        private boolean secondOwns;

        @Actor
        public void first() {
            firstOwns = count();
        }

        @Actor
        public void second() {
            secondOwns = count();
        }

        @SuppressWarnings("deprecation") // threadId() came with 19
        private boolean count() {
            Thread self = Thread.currentThread();
            boolean owns =
                    wanted.claim(null, new WeakReference<>(self), self.getId()) && wanted.isOwnedBy(self.getId());
            for (int i = 0; i < 2; i++) {
                if (owns) {
                    wanted.addNearHit();
                    wanted.add(Count.MISSES, 1);
                } else {
                    shared.addSharedNearHit();
                    shared.addShared(Count.MISSES, 1);
                }
            }
            return owns;
        }

        @Arbiter
        public void sum(III_Result seen) {
            seen.r1 = (firstOwns ? 1 : 0) + (secondOwns ? 1 : 0);
            seen.r2 = (int) (wanted.get(Count.NEAR_HITS) + shared.get(Count.NEAR_HITS));
            seen.r3 = (int) (wanted.get(Count.MISSES) + shared.get(Count.MISSES));
        }
    }

    /** The stripe that threads without one of their own share. */
    @JCStressTest
    @Outcome(id = "4, 4", expect = ACCEPTABLE, desc = "nothing is lost")
    @State
    public static class SharedStripe {
        private final Stripe shared = new Stripe();

        @Actor
        public void first() {
            count();
        }

        @Actor
        public void second() {
            count();
        }

        private void count() {
            for (int i = 0; i < 2; i++) {
                shared.addSharedNearHit();
                shared.addShared(Count.MISSES, 1);
            }
        }

        @Arbiter
        public void sum(II_Result seen) {
            seen.r1 = (int) shared.get(Count.NEAR_HITS);
            seen.r2 = (int) shared.get(Count.MISSES);
        }
    }

    /** A sum never gets smaller. */
    @JCStressTest
    @Outcome(id = "0, [0123]", expect = ACCEPTABLE, desc = "none yet")
    @Outcome(id = "1, [123]", expect = ACCEPTABLE, desc = "one, then no fewer")
    @Outcome(id = "2, [23]", expect = ACCEPTABLE, desc = "two, then no fewer")
    @Outcome(id = "3, 3", expect = ACCEPTABLE, desc = "all")
    @State
    public static class GrowingSum {
        private final Counters counters = new Counters();

        @Actor
        public void count() {
            counters.add(Count.MISSES);
            counters.add(Count.MISSES);
            counters.add(Count.MISSES);
        }

        @Actor
        public void sum(II_Result seen) {
            seen.r1 = (int) counters.sum(Count.MISSES);
            seen.r2 = (int) counters.sum(Count.MISSES);
        }
    }
}
