package dev.larder.coherence;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.LarderBuilder;
import dev.larder.coherence.Event.Kind;
import dev.larder.failure.LarderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The program of one client: threads that read and change the keys of one cache until standard input ends. It writes each
 * call that returned to its history at once, so that a kill loses none of them.
 */
final class Client {
    static final Duration SILENCE = Duration.ofSeconds(1);
    static final int KEYS = 256;
    private static final int HOT_KEYS = 8;
    static final int HERD_KEYS = 40;
    private static final int THREADS = 3;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(700);

    private final String process;
    private final SourceLink source;
    private final FileChannel history;
    private final Cache<String, Long> cache;
    private final AtomicLong tokens;
    private final Map<Long, Long> committed = new ConcurrentHashMap<>();
    private volatile boolean ended;

    private Client(Orders orders, Larder larder) throws IOException {
        process = orders.process();
        source = new SourceLink(orders.sourcePort(), process);
        history = FileChannel.open(
                Path.of(orders.history()),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
        tokens = new AtomicLong((orders.seed() >>> 20 << 20) & Long.MAX_VALUE);
        cache = larder.cache("counters", String.class, Long.class)
                .timeToLive(Duration.ofMinutes(10))
                .loader(key -> source.read(key))
                .writer((key, token) -> committed.put(token, source.commit(key, token)))
                .build();
    }

    /** {@link Orders} as arguments. */
    public static void main(String[] arguments) throws IOException {
        Orders orders = Orders.parse(arguments);
        LarderBuilder builder = Larder.builder().namespace("proof").maxSilence(SILENCE);
        PlantedFault.valueOf(orders.fault()).openOn(builder, orders.tiers());
        try (Larder larder = builder.open()) {
            Client client = new Client(orders, larder);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                RandomGenerator random =
                        RandomGeneratorFactory.of("L64X128MixRandom").create(orders.seed() + i);
                threads.add(new Thread(() -> client.work(orders.herd(), random), "client-" + i));
            }
            threads.forEach(Thread::start);
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // what is sent says nothing; the end does
            }
            client.ended = true;
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(boolean herd, RandomGenerator random) {
        if (herd) {
            for (int i = 0; i < HERD_KEYS && !ended; i++) {
                read("herd-" + i);
            }
            System.out.println("done");
            return;
        }
        while (!ended) {
            String key = "key-" + random.nextInt(random.nextBoolean() ? HOT_KEYS : KEYS);
            int dice = random.nextInt(10_000);
            try {
                if (dice < 8_500) {
                    read(key);
                } else if (dice < 9_000) {
                    readAll();
                } else if (dice < 9_500) {
                    remove(key);
                } else if (dice < 9_998) {
                    put(key);
                } else if (dice < 9_999) {
                    clear();
                } else {
                    rebuild();
                }
            } catch (LarderException | IOException refused) { // a change that failed promises nothing
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void read(String key) {
        long start = System.nanoTime();
        try {
            given(key, start, cache.get(key));
        } catch (RuntimeException failed) {
            given(key, start, null);
            failed.printStackTrace();
        }
    }

    private void readAll() {
        List<String> keys = List.of("key-0", "key-1", "key-2");
        long start = System.nanoTime();
        try {
            Map<String, Long> found = cache.getAll(keys);
            keys.forEach(key -> given(key, start, found.get(key)));
        } catch (RuntimeException failed) {
            given(keys.get(0), start, null);
            failed.printStackTrace();
        }
    }

    private void given(String key, long start, @Nullable Long token) {
        Kind kind = token == null ? Kind.FAILED_GET : Kind.GET;
        record(new Event(process, kind, key, start, System.nanoTime(), token == null ? 0 : token));
    }

    private void remove(String key) throws IOException {
        long version = source.commit(key, tokens.incrementAndGet());
        long start = System.nanoTime();
        cache.remove(key);
        record(new Event(process, Kind.INVALIDATED, key, start, System.nanoTime(), version));
    }

    private void put(String key) {
        long token = tokens.incrementAndGet();
        long start = System.nanoTime();
        cache.put(key, token);
        long end = System.nanoTime();
        Long version = committed.remove(token);
        record(new Event(process, Kind.INVALIDATED, key, start, end, version == null ? 0 : version));
    }

    private void clear() throws IOException {
        Map<String, Long> rows = source.rows();
        long start = System.nanoTime();
        cache.clear();
        recordAll(rows, start);
    }

    /** What was committed before it began is what it must not fall behind. */
    private void rebuild() throws IOException {
        Map<String, Long> before = source.rows();
        long start = System.nanoTime();
        cache.rebuild(List.of(true).stream().flatMap(once -> rows().entrySet().stream()));
        recordAll(before, start);
    }

    private Map<String, Long> rows() {
        try {
            return source.rows();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tokens stand in for versions here: the parent knows which version each has. */
    private void recordAll(Map<String, Long> tokensBefore, long start) {
        long end = System.nanoTime();
        tokensBefore.forEach((key, token) -> record(new Event(process, Kind.REPLACED, key, start, end, token)));
    }

    private void record(Event event) {
        try {
            history.write(ByteBuffer.wrap((event.line() + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
    }
}
