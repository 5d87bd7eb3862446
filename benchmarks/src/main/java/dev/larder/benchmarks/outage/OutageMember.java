package dev.larder.benchmarks.outage;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.benchmarks.keys.Zipf;
import dev.larder.benchmarks.outage.Tally.Field;
import dev.larder.benchmarks.process.MachineTicker;
import dev.larder.benchmarks.process.Waiting;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A process that reads through a near tier over the shared one, and changes its half of the keys. {@code go NANOS} starts
 * it, with the reading of the machine's clock that counts as the start; {@code stop} ends it and prints its {@link Tally}.
 */
final class OutageMember {
    /** The default of {@code LarderBuilder.maxSilence}. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(2);

    static final int PROCESSES = 2;
    static final int MAX_LOADS = 8;
    static final long QUERY_NANOS = 5_000_000;

    private static final int READERS = 16;
    private static final long PAUSE_NANOS = 4_000_000;
    private static final long CHANGE_NANOS = 10_000_000;
    private static final int NEAR_ENTRIES = Ledger.KEYS / 2;
    private static final int DRAWS = 1 << 16;

    private final int number;
    private final Ledger ledger;
    private final Cache<Integer, Long> cache;
    private final Tally tally = new Tally();
    private final MachineTicker ticker = new MachineTicker();
    private volatile long start;
    private volatile boolean over;

    private OutageMember(Larder larder, Ledger ledger, int number) {
        this.number = number;
        this.ledger = ledger;
        cache = larder.cache("versions", Integer.class, Long.class)
                .maxEntries(NEAR_ENTRIES)
                .timeToLive(Duration.ofMinutes(10))
                .maxConcurrentLoads(MAX_LOADS)
                .loader(ledger::query)
                .build();
    }

    /** Arguments: URI of the shared tier, file of the ledger, number of this process. */
    public static void main(String[] args) throws Exception {
        try (Ledger ledger = new Ledger(Path.of(args[1]), QUERY_NANOS);
                Larder larder = Larder.open("memory:64MiB", args[0])) {
            OutageMember member = new OutageMember(larder, ledger, Integer.parseInt(args[2]));
            System.out.println("ready");
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String go = commands.readLine();
            if (go != null) {
                member.run(Long.parseLong(go.substring("go ".length())), commands);
            }
        }
        System.exit(0);
    }

    private void run(long startNanos, BufferedReader commands) throws Exception {
        start = startNanos;
        List<Thread> threads = new ArrayList<>();
        for (int reader = 0; reader < READERS; reader++) {
            SplittableRandom random = new SplittableRandom(number * 1_000L + reader);
            int[] draws = new Zipf(Ledger.KEYS, 0.99).draw(DRAWS, random);
            threads.add(Thread.ofPlatform().start(() -> readAll(draws)));
        }
        threads.add(Thread.ofPlatform().start(this::changeAll));
        commands.readLine(); // stop, or the end
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        for (Field field : Field.values()) {
            System.out.println(field.name() + " " + tally.line(field));
        }
    }

    private void readAll(int[] draws) {
        for (int next = 0; !over; next++) {
            read(draws[next % DRAWS]);
            Waiting.until(ticker, ticker.nanos() + PAUSE_NANOS);
        }
    }

    private void read(int key) {
        long begun = ticker.nanos();
        long at = begun - start;
        tally.add(Field.READS, at);
        try {
            Long version = cache.get(key);
            if (version == null) {
                throw new IllegalStateException("every key has a version, but key " + key + " had none");
            }
            long outdated = ledger.outdatedSince(key, version);
            if (outdated != 0 && outdated < begun) {
                stale(key, at, begun - outdated);
            }
        } catch (RuntimeException e) {
            failed(at, e);
        }
        tally.longest(Field.LONGEST_READ, at, ticker.nanos() - begun);
    }

    private void stale(int key, long at, long age) {
        tally.add(isOwn(key) ? Field.STALE_OWN : Field.STALE_OTHER, at);
        if (age > MAX_SILENCE.toNanos()) {
            tally.add(Field.STALE_LONG, at);
        }
        tally.longest(Field.OLDEST_STALE, at, age);
    }

    private void changeAll() {
        SplittableRandom random = new SplittableRandom(number);
        int[] draws = new Zipf(Ledger.KEYS, 0.99).draw(DRAWS, random);
        for (int next = 0; !over; next++) {
            int key = draws[next % DRAWS] / PROCESSES * PROCESSES + number;
            long at = ticker.nanos() - start;
            try {
                long version = ledger.commit(key);
                cache.remove(key);
                ledger.removed(key, version);
            } catch (RuntimeException e) {
                failed(at, e);
            }
            Waiting.until(ticker, ticker.nanos() + CHANGE_NANOS);
        }
    }

    private boolean isOwn(int key) {
        return key % PROCESSES == number;
    }

    private void failed(long at, RuntimeException failure) {
        tally.add(Field.ERRORS, at);
        System.err.println("process " + number + ": " + failure);
    }
}
