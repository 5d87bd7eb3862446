package dev.larder.benchmarks.far;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.larder.benchmarks.far.FarKind.Ports;
import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.workload.Item;
import dev.larder.time.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * The process of one contender, idle until it is told {@code slice OPERATION THREADS MILLIS SEED}; it answers with a
 * {@link Slice}.
 */
final class FarMember {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FarClient client;
    private final int entries;
    private final Ticker ticker = Ticker.system();

    private FarMember(FarClient client, int entries) {
        this.client = client;
        this.entries = entries;
    }

    /** Arguments: kind, entries, Redis port, Memcached port. */
    public static void main(String[] args) throws Exception {
        Ports ports = new Ports(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        try (FarClient client = FarKind.valueOf(args[0]).open(ports)) {
            FarMember member = new FarMember(client, Integer.parseInt(args[1]));
            member.fill();
            System.out.println("ready");
            member.obey();
        }
        System.exit(0); // some clients leave threads behind that are no daemons
    }

    private void fill() {
        for (int rank = 0; rank < entries; rank++) {
            Long key = MixedKeys.key(rank);
            client.put(key, Item.of(key));
        }
    }

    private void obey() throws IOException, InterruptedException, ExecutionException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            Slice slice = slice(
                    Operation.valueOf(words[1]),
                    Integer.parseInt(words[2]),
                    new Time(Long.parseLong(words[3]) * 1_000_000, Long.parseLong(words[4])));
            System.out.println("done " + slice.line());
        }
    }

    /** How long a slice is, and where its random numbers begin. */
    private record Time(long nanos, long seed) {}

    private Slice slice(Operation operation, int threads, Time time) throws InterruptedException, ExecutionException {
        Histogram all = new Histogram(LONGEST_NANOS, 3);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            long cpu = SYSTEM.getProcessCpuTime();
            long allocated = THREADS.getTotalThreadAllocatedBytes();
            long start = ticker.nanos();
            List<Future<Histogram>> parts = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Runnable work = operation.work(client, entries, time.seed() + thread);
                parts.add(workers.submit(() -> repeat(work, start + time.nanos())));
            }
            for (Future<Histogram> part : parts) {
                all.add(part.get());
            }
            long nanos = ticker.nanos() - start;
            return new Slice(
                    all.getTotalCount(),
                    nanos,
                    all.getValueAtPercentile(50),
                    all.getValueAtPercentile(99),
                    SYSTEM.getProcessCpuTime() - cpu,
                    THREADS.getTotalThreadAllocatedBytes() - allocated);
        }
    }

    private Histogram repeat(Runnable work, long end) {
        Histogram times = new Histogram(LONGEST_NANOS, 3);
        long before = ticker.nanos();
        while (before < end) {
            work.run();
            long after = ticker.nanos();
            times.recordValue(Math.min(after - before, LONGEST_NANOS));
            before = after;
        }
        return times;
    }
}
