package dev.larder.benchmarks.ring;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.benchmarks.keys.Zipf;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

/**
 * Ten real servers, of which the tenth joins a cache on the other nine while two threads read skewed keys as fast as they
 * can, and every load is counted. For one thread.
 */
final class Arrivals implements AutoCloseable {
    static final int SERVERS = 10;
    static final int SLICES = 12;
    static final int SLICES_BEFORE = 2;
    static final double SKEW = 0.9;

    private static final int THREADS = 2;
    private static final int MEGABYTES = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PATIENCE_SECONDS = 120;

    private final List<ServerProcess> servers = new ArrayList<>();
    private final int keys;
    private final int[] draws;

    /** Starts the servers; {@code reads} in each run, of {@code keys} keys. */
    Arrivals(int keys, int reads) throws IOException {
        this.keys = keys;
        this.draws = new Zipf(keys, SKEW).draw(reads, new Random(42));
        for (int server = 0; server < SERVERS; server++) {
            servers.add(ServerProcess.memcached(MEGABYTES));
        }
    }

    /** Fills a cache of its own on nine servers, reads, and lets the tenth join on the way. */
    Arrival join(String name, boolean warm) throws InterruptedException, ExecutionException, TimeoutException {
        try (Larder larder = open("");
                Larder joining = open(
                        "?more=127.0.0.1:" + servers.get(SERVERS - 1).port() + "&warm-up=" + (warm ? "10m" : "0s"))) {
            Cache<Long, Item> cache = cache(larder, name);
            fill(cache);
            return read(cache, joining, name);
        }
    }

    private Arrival read(Cache<Long, Item> cache, Larder joining, String name)
            throws InterruptedException, ExecutionException, TimeoutException {
        int slice = draws.length / SLICES;
        AtomicInteger next = new AtomicInteger();
        AtomicLongArray calls = new AtomicLongArray(SLICES);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> reading = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                reading.add(threads.submit(() -> {
                    for (int at = next.getAndIncrement(); at < slice * SLICES; at = next.getAndIncrement()) {
                        int now = at / slice;
                        if (at == slice * SLICES_BEFORE) { // this reader brings the server in, the other goes on
                            cache(joining, name).get(0L);
                        }
                        cache.get((long) draws[at], key -> {
                            calls.incrementAndGet(now);
                            return Item.of(key);
                        });
                    }
                }));
            }
            for (Future<?> each : reading) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        long[] counted = new long[SLICES];
        for (int i = 0; i < SLICES; i++) {
            counted[i] = calls.get(i);
        }
        return new Arrival(counted, SLICES_BEFORE);
    }

    /** What does not get in, because a server is still being connected, is put once more. */
    private void fill(Cache<Long, Item> cache) {
        for (long key = 0; key < keys; key++) {
            do {
                cache.put(key, Item.of(key));
            } while (cache.get(key) == null);
        }
    }

    private Larder open(String options) {
        String first = servers.subList(0, SERVERS - 1).stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(","));
        return Larder.builder()
                .tiers("memcached://" + first + options)
                .tierTimeout(TIMEOUT)
                .open();
    }

    private static Cache<Long, Item> cache(Larder larder, String name) {
        return larder.cache(name, Long.class, Item.class)
                .timeToLive(Duration.ofHours(1))
                .codec(new ItemJson())
                .build();
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }
}
