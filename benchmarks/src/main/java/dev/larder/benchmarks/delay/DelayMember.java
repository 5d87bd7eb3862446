package dev.larder.benchmarks.delay;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.benchmarks.process.MachineTicker;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.event.CacheListener;
import dev.larder.event.RemovalCause;
import dev.larder.stats.Count;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One of two processes with a near tier over the same shared one. It is told in lines:
 *
 * <pre>
 *  clock                          answers: clock NANOS
 *  fill                           loads all keys into both tiers;      filled
 *  remove PROBES/S OTHERS/S SECS  removes keys at these rates;         removed NANOS OTHERS
 *  own KEYS                       removes the last keys, one by one;   owned
 *  heard FILE, returned FILE      writes a time for each key, 0: none; written DROPPED CLEARED
 * </pre>
 *
 * Keys 0 … PROBES-1 are probes, whose removal is timed; the others make the bus busy. A time is noted by the cache's
 * listener, which is told after the entry has left the near tier: what it says is never too early.
 */
final class DelayMember implements CacheListener<Long, Long> {
    private static final int AT_ONCE = 500;
    /** So many of the other keys are removed by one call. */
    private static final int REMOVED_AT_ONCE = 10;

    private final MachineTicker ticker = new MachineTicker();
    private final Cache<Long, Long> cache;
    private final int keys;
    private final int probes;
    private final long[] heard;
    private final long[] returned;
    private final AtomicLong cleared = new AtomicLong();

    private DelayMember(Larder larder, int keys, int probes) {
        this.keys = keys;
        this.probes = probes;
        heard = new long[keys];
        returned = new long[keys];
        cache = larder.cache("delay", Long.class, Long.class)
                .maxEntries(2L * keys)
                .timeToLive(Duration.ofHours(1))
                .bulkLoader(wanted -> {
                    Map<Long, Long> loaded = new HashMap<>();
                    wanted.forEach(key -> loaded.put(key, key));
                    return loaded;
                })
                .listener(this)
                .build();
    }

    /** Arguments: URI of the shared tier, keys, how many of them are probes. */
    public static void main(String[] args) throws Exception {
        try (Larder larder = Larder.open("memory:256MiB", args[0])) {
            DelayMember member = new DelayMember(larder, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            System.out.println("ready");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(member.obey(line.split(" ", -1)));
            }
        }
        System.exit(0);
    }

    @Override
    public void onRemoval(Long key, @Nullable Long value, RemovalCause cause) {
        if (cause == RemovalCause.CLEARED) {
            cleared.incrementAndGet();
        } else if (heard[key.intValue()] == 0) {
            heard[key.intValue()] = ticker.nanos();
        }
    }

    private String obey(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "clock" -> "clock " + ticker.nanos();
            case "fill" -> fill();
            case "remove" -> remove(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "own" -> removeOwn(Integer.parseInt(words[1]));
            case "heard" -> write(Path.of(words[1]), heard);
            case "returned" -> write(Path.of(words[1]), returned);
            default -> throw new IOException("unknown command '" + words[0] + "'");
        };
    }

    private String fill() {
        for (long first = 0; first < keys; first += AT_ONCE) {
            cache.getAll(LongStream.range(first, Math.min(keys, first + AT_ONCE))
                    .boxed()
                    .toList());
        }
        return "filled";
    }

    private String removeOwn(int count) {
        for (int key = keys - count; key < keys; key++) {
            returned[key] = ticker.nanos(); // here: when it began
            cache.remove((long) key);
        }
        return "owned";
    }

    private String remove(int probesPerSecond, int othersPerSecond, int seconds) throws InterruptedException {
        long start = ticker.nanos();
        int others = othersPerSecond * seconds;
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofPlatform().start(() -> removeProbes(start, probesPerSecond)));
        int calls = others / REMOVED_AT_ONCE;
        int lanes = Math.min(8, calls);
        for (int lane = 0; lane < lanes; lane++) {
            int first = lane;
            threads.add(Thread.ofPlatform()
                    .start(() -> removeOthers(start, othersPerSecond, new Lane(first, lanes, calls))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return "removed " + (ticker.nanos() - start) + " " + others;
    }

    private void removeProbes(long start, int perSecond) {
        for (int probe = 0; probe < probes; probe++) {
            Waiting.until(ticker, start + probe * 1_000_000_000L / perSecond);
            cache.remove((long) probe);
            returned[probe] = ticker.nanos();
        }
    }

    /** Which calls a thread makes: every {@code of}th from {@code first} on. */
    private record Lane(int first, int of, int calls) {}

    private void removeOthers(long start, int perSecond, Lane lane) {
        for (int call = lane.first(); call < lane.calls(); call += lane.of()) {
            Waiting.until(ticker, start + call * 1_000_000_000L * REMOVED_AT_ONCE / perSecond);
            long first = probes + (long) call * REMOVED_AT_ONCE;
            cache.removeAll(
                    LongStream.range(first, first + REMOVED_AT_ONCE).boxed().toList());
        }
    }

    private String write(Path file, long[] times) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (long time : times) {
                out.writeLong(time);
            }
        }
        return "written " + cache.stats().of(Count.EVENTS_DROPPED) + " " + cleared.get();
    }
}
