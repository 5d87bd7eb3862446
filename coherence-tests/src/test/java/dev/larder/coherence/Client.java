package dev.larder.coherence;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.LarderBuilder;
import dev.larder.coherence.Event.Kind;
import dev.larder.coherence.Orders.Task;
import dev.larder.failure.LarderException;
import dev.larder.stats.CacheStats;
import dev.larder.stats.Count;
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
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
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
    /** What keys that are changed begin with. */
    static final String COUNTER = "key-";
    /** What keys of the catalogue begin with. */
    static final String ROW = "row-";

    static final int ROWS = 20;
    private static final int THREADS = 3;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(700);

    private final String process;
    private final SourceLink source;
    private final FileChannel history;
    private final Cache<String, Long> cache;
    private final Cache<String, Long> catalogue;
    private final boolean keepsTags;
    private final Map<Thread, Call> underWay = new ConcurrentHashMap<>();
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
        keepsTags = orders.keepsTags();
        CacheBuilder<String, Long> counters = larder.cache("counters", String.class, Long.class)
                .timeToLive(Duration.ofMinutes(10))
                .loader(this::load)
                .writer((key, token) -> committed.put(token, source.commit(key, token)));
        cache = (keepsTags ? counters.tags((key, token) -> tags(key)) : counters).build();
        catalogue = larder.cache("catalogue", String.class, Long.class)
                .timeToLive(Duration.ofMinutes(10))
                .loader(this::load)
                .build();
    }

    /** Every other key has a tag, the keys 0 and 8 and 16 … the same. */
    private static List<String> tags(String key) {
        int number = Integer.parseInt(key.substring(key.indexOf('-') + 1));
        return number % 2 == 0 ? List.of("tag-" + number % HOT_KEYS) : List.of();
    }

    private Long load(String key) throws IOException {
        long asked = System.nanoTime();
        long token = source.read(key);
        Call call = underWay.get(Thread.currentThread());
        if (call != null) {
            call.ended(Kind.LOADED, key, asked);
        }
        return token;
    }

    /** {@link Orders} as arguments. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Orders orders = Orders.parse(arguments);
        LarderBuilder builder = Larder.builder().namespace("proof").maxSilence(SILENCE);
        PlantedFault.valueOf(orders.fault()).openOn(builder, orders.tiers());
        if (orders.task() == Task.CROWD) {
            Crowd.run(orders, builder);
            return;
        }
        try (Larder larder = builder.open()) {
            Client client = new Client(orders, larder);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                RandomGenerator random =
                        RandomGeneratorFactory.of("L64X128MixRandom").create(orders.seed() + i);
                threads.add(new Thread(() -> client.work(orders.task(), random), "client-" + i));
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
        }
    }

    private void work(Task task, RandomGenerator random) {
        if (task == Task.HERD) {
            for (int i = 0; i < HERD_KEYS && !ended; i++) {
                read("herd-" + i);
            }
            System.out.println("done");
            return;
        }
        while (!ended) {
            try {
                act(COUNTER + random.nextInt(random.nextBoolean() ? HOT_KEYS : KEYS), random);
            } catch (LarderException | IOException refused) { // a change that failed promises nothing
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void act(String key, RandomGenerator random) throws IOException {
        int dice = random.nextInt(10_000);
        if (dice < 8_000) {
            read(key);
        } else if (dice < 8_500) {
            readAll();
        } else if (dice < 8_900) {
            readRow(ROW + random.nextInt(ROWS));
        } else if (dice < 9_300) {
            remove(key);
        } else if (dice < 9_400) {
            removeTag(key);
        } else if (dice < 9_980) {
            put(key);
        } else if (dice < 9_998) {
            rebuildCatalogue();
        } else if (dice < 9_999) {
            clear();
        } else {
            rebuild();
        }
    }

    private void read(String key) {
        Call call = new Call();
        try {
            given(key, call, cache.get(key));
        } catch (RuntimeException failed) {
            given(key, call, null);
            failed.printStackTrace();
        }
    }

    private void readRow(String key) {
        Call call = new Call();
        try {
            given(key, call, catalogue.get(key));
        } catch (RuntimeException failed) {
            given(key, call, null);
            failed.printStackTrace();
        }
    }

    private void readAll() {
        List<String> keys = List.of("key-0", "key-1", "key-2");
        Call call = new Call();
        try {
            Map<String, Long> found = cache.getAll(keys);
            keys.forEach(key -> given(key, call, found.get(key)));
        } catch (RuntimeException failed) {
            given(keys.get(0), call, null);
            failed.printStackTrace();
        }
    }

    private void given(String key, Call call, @Nullable Long token) {
        call.ended(token == null ? Kind.FAILED_GET : Kind.GET, key, token == null ? 0 : token);
    }

    private void remove(String key) throws IOException {
        long version = source.commit(key, tokens.incrementAndGet());
        Call call = new Call();
        cache.remove(key);
        call.ended(Kind.INVALIDATED, key, version);
    }

    /** All that have the tag are committed anew first, so that each is untrue. */
    private void removeTag(String key) throws IOException {
        if (!keepsTags || tags(key).isEmpty()) {
            return;
        }
        String tag = tags(key).get(0);
        source.commit(key, tokens.incrementAndGet());
        Map<String, Long> rows = source.rows();
        rows.keySet().removeIf(each -> !each.startsWith(COUNTER) || !tags(each).contains(tag));
        Call call = new Call();
        cache.removeTag(tag);
        call.replaced(rows);
    }

    private void put(String key) {
        long token = tokens.incrementAndGet();
        Call call = new Call();
        cache.put(key, token);
        Long version = committed.remove(token);
        call.ended(Kind.INVALIDATED, key, version == null ? 0 : version);
    }

    private void clear() throws IOException {
        Map<String, Long> before = counters();
        Call call = new Call();
        cache.clear();
        call.replaced(before);
    }

    /** What was committed before it began is what it must not fall behind. */
    private void rebuild() throws IOException {
        Map<String, Long> before = counters();
        Call call = new Call();
        cache.rebuild(rows(key -> key.startsWith(COUNTER)));
        call.replaced(before);
    }

    private void rebuildCatalogue() throws IOException {
        Map<String, Long> before = source.rows();
        before.keySet().removeIf(key -> !key.startsWith(ROW));
        Call call = new Call();
        catalogue.rebuild(rows(key -> key.startsWith(ROW)));
        call.replaced(before);
    }

    private Map<String, Long> counters() throws IOException {
        Map<String, Long> rows = source.rows();
        rows.keySet().removeIf(key -> !key.startsWith(COUNTER));
        return rows;
    }

    /** Read when the rebuild reads them, not before. */
    private Stream<Map.Entry<String, Long>> rows(Predicate<String> keys) {
        return Stream.of(true).flatMap(once -> {
            try {
                return source.rows().entrySet().stream().filter(row -> keys.test(row.getKey()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Calls of the tier that failed or were not made, in the whole process. */
    private long failures() {
        return failures(cache.stats()) + failures(catalogue.stats());
    }

    private static long failures(CacheStats stats) {
        return stats.of(Count.FAR_FAILURES) + stats.of(Count.FAR_SKIPS);
    }

    /**
     * A call under way. The tier acknowledged all that was asked of it if no call of it failed meanwhile, of whatever thread:
     * so a change that stands in the journal is never taken for acknowledged, and one that was is rarely taken for pending.
     */
    private final class Call {
        private final long failuresBefore = failures();
        private final long start = System.nanoTime();

        Call() {
            underWay.put(Thread.currentThread(), this);
        }

        void ended(Kind kind, String key, long number) {
            long end = System.nanoTime();
            record(new Event(process, kind, key, start, end, number, failures() == failuresBefore));
        }

        /** Tokens stand in for versions here: the parent knows which version each has. */
        void replaced(Map<String, Long> tokensBefore) {
            long end = System.nanoTime();
            boolean acknowledged = failures() == failuresBefore;
            tokensBefore.forEach(
                    (key, token) -> record(new Event(process, Kind.REPLACED, key, start, end, token, acknowledged)));
        }
    }

    private void record(Event event) {
        try {
            history.write(ByteBuffer.wrap((event.line() + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
    }
}
