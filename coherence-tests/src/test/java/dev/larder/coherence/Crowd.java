package dev.larder.coherence;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.LarderBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The program of one client of a crowd: {@value #THREADS} threads that ask for one cold key in the same moment. */
final class Crowd {
    static final String KEY = "cold";
    static final int THREADS = 200;
    /** Long, so that a busy machine ends no lease of a holder that lives. */
    private static final Duration LEASE = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Crowd() {}

    /** Says {@code ready}, waits for a word on standard input, says {@code asking}, and {@code done} when all have a value. */
    static void run(Orders orders, LarderBuilder builder) throws IOException, InterruptedException {
        SourceLink source = new SourceLink(orders.sourcePort(), orders.process());
        try (Larder larder = builder.tierTimeout(PATIENCE).open()) {
            Cache<String, Long> cache = larder.cache("crowded", String.class, Long.class)
                    .leaseTime(LEASE)
                    .hardTimeout(PATIENCE)
                    .loader(key -> source.read(key))
                    .build();
            cache.lookup(KEY); // so that the way to the tier is open
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch asking = new CountDownLatch(THREADS);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(new Thread(() -> ask(cache, go, asking), "crowd-" + i));
            }
            threads.forEach(Thread::start);
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            go.countDown();
            asking.await();
            System.out.println("asking");
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("done");
        }
    }

    private static void ask(Cache<String, Long> cache, CountDownLatch go, CountDownLatch asking) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        asking.countDown();
        if (cache.get(KEY) == null) {
            throw new AssertionError("nothing was given");
        }
    }
}
