package dev.larder.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** No count is lost, whichever threads count. */
class CountersTest {
    private final Counters counters = new Counters();

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void moreThreadsThanStripesLoseNothing() throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 0; n < 10_000; n++) {
                    counters.add(Count.NEAR_HITS);
                    counters.add(Count.LOAD_NANOS, 3);
                }
            });
            thread.start();
            threads.add(thread);
        }

        start.countDown();
        join(threads);

        assertThat(counters.sum(Count.NEAR_HITS)).isEqualTo(2_000_000);
        assertThat(counters.sum(Count.LOAD_NANOS)).isEqualTo(6_000_000);
        assertThat(counters.sum(Count.MISSES)).isZero();
    }

    @Test
    void stripesOfThreadsThatEndedAreHandedOnWithTheirCounts() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            Thread thread = new Thread(() -> {
                counters.add(Count.PUTS);
                counters.addNearHit();
            });
            thread.start();
            thread.join();
        }

        assertThat(counters.sum(Count.PUTS)).isEqualTo(1_000);
        long[] own = {0};
        Thread last = new Thread(() -> {
            counters.addNearHit();
            own[0] = counters.addNearHit();
        });
        last.start();
        last.join();
        assertThat(own[0])
                .as("a stripe of its own, with the counts of those before")
                .isGreaterThan(1);
    }

    @Test
    void ownerIsToldItsCount() {
        Counters fresh = new Counters();

        assertThat(fresh.addNearHit()).isEqualTo(1);
        fresh.add(Count.NEAR_HITS, 5);
        assertThat(fresh.addNearHit()).isEqualTo(7);
        assertThat(fresh.snapshot(2, 3).of(Count.NEAR_HITS)).isEqualTo(7);
    }
}
