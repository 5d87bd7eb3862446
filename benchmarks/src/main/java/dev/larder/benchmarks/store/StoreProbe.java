package dev.larder.benchmarks.store;

import dev.larder.benchmarks.process.ProcessUse;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Processor time of a get and of a set of random keys, and resident memory for each item, of one contender in a process of
 * its own. Keys have 20 bytes, values 100; every get must hit, or it fails. Time is that of the threads that work, less that
 * of making keys, so that others' work on the machine counts little.
 *
 * <p>Arguments: kind, items, threads, operations in all of each kind, milliseconds to warm up at least. Answers
 * {@code result GET_NANOS SET_NANOS RESIDENT_BYTES COUNTED_BYTES}, the bytes for each item.
 */
public final class StoreProbe {
    private static final Ticker TICKER = Ticker.system();
    private static final int KEY_BYTES = 20;
    private static final int VALUE_BYTES = 100;
    private static final int WARM_ITEMS = 20_000;

    private final int items;
    private final int threads;

    private StoreProbe(int items, int threads) {
        this.items = items;
        this.threads = threads;
    }

    public static void main(String[] arguments) throws Exception {
        StoreKind kind = StoreKind.valueOf(arguments[0]);
        int items = Integer.parseInt(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        int operations = Integer.parseInt(arguments[3]);
        warm(kind, Duration.ofMillis(Integer.parseInt(arguments[4])));
        StoreProbe probe = new StoreProbe(items, threads);
        double before = residentBytes();
        try (Keyed keyed = kind.open()) {
            probe.fill(keyed);
            double resident = (residentBytes() - before) / items;
            double counted = (double) keyed.bytes() / items;
            probe.run(keyed, operations / 4, false);
            double none = probe.keysAlone(operations / threads);
            double get = probe.run(keyed, operations, false) - none;
            probe.run(keyed, operations / 4, true);
            double set = probe.run(keyed, operations, true) - none;
            System.out.printf(Locale.ROOT, "result %.1f %.1f %.1f %.1f%n", get, set, resident, counted);
        }
    }

    /** Has everything compiled, and the young generation touched once. */
    private static void warm(StoreKind kind, Duration least) throws Exception {
        StoreProbe small = new StoreProbe(WARM_ITEMS, 1);
        try (Keyed keyed = kind.open()) {
            small.fill(keyed);
            for (long start = TICKER.nanos(); TICKER.nanos() - start < least.toNanos(); ) {
                small.run(keyed, WARM_ITEMS, false);
                small.run(keyed, WARM_ITEMS, true);
            }
        }
    }

    private static void key(int number, byte[] into) {
        int rest = number;
        for (int i = KEY_BYTES - 1; i >= 0; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void fill(Keyed keyed) {
        byte[] key = new byte[KEY_BYTES];
        byte[] value = new byte[VALUE_BYTES];
        for (int i = 0; i < items; i++) {
            key(i, key);
            Arrays.fill(value, (byte) i);
            keyed.set(key, value);
        }
    }

    /** Processor time of an operation; all threads at once. */
    private double run(Keyed keyed, int operations, boolean sets) throws Exception {
        int each = operations / threads;
        List<Future<Long>> nanos = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                int seed = i;
                Keyed own = keyed.forThread();
                nanos.add(executor.submit(() -> time(own, each, sets, seed)));
            }
            long sum = 0;
            for (Future<Long> future : nanos) {
                sum += future.get();
            }
            return (double) sum / ((long) each * threads);
        }
    }

    private long time(Keyed keyed, int operations, boolean sets, int seed) {
        byte[] key = new byte[KEY_BYTES];
        byte[] value = new byte[VALUE_BYTES];
        SplittableRandom random = new SplittableRandom(seed);
        long start = threadNanos();
        for (int i = 0; i < operations; i++) {
            int number = random.nextInt(items);
            key(number, key);
            if (sets) {
                value[0] = (byte) number;
                keyed.set(key, value);
            } else if (keyed.get(key, value) != VALUE_BYTES || value[0] != (byte) number) {
                throw new IllegalStateException("every get must hit, but one of item " + number + " did not");
            }
        }
        return threadNanos() - start;
    }

    private double keysAlone(int operations) {
        byte[] key = new byte[KEY_BYTES];
        SplittableRandom random = new SplittableRandom(9);
        long sum = 0;
        long start = threadNanos();
        for (int i = 0; i < operations; i++) {
            key(random.nextInt(items), key);
            sum += key[KEY_BYTES - 1];
        }
        long nanos = threadNanos() - start;
        if (sum == 0) {
            throw new IllegalStateException("keys must have digits");
        }
        return (double) nanos / operations;
    }

    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double residentBytes() throws IOException {
        System.gc();
        return ProcessUse.of(ProcessHandle.current().pid()).residentBytes();
    }
}
