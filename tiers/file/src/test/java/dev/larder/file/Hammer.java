package dev.larder.file;

import dev.larder.bus.TagChange;
import dev.larder.codec.Envelope;
import dev.larder.failure.LarderException;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A process that uses a folder as hard as it can until it is killed: {@code Hammer FOLDER SEED}. Each value names its key
 * and is as long as its number says, so that a mixed or cut one shows. It exits by itself, with an error, as soon as it
 * reads a wrong one; and says on its standard output how many steps it did.
 */
final class Hammer {
    static final int KEYS = 40;
    static final String CACHE = "things";
    static final String NAMESPACE = "hammer";
    private static final String CODEC = "hammer";
    private static final int THREADS = 3;
    private static final int STEPS_PER_REPORT = 200;

    private final FarCache cache;
    private final AtomicLong steps = new AtomicLong();

    private Hammer(FarCache cache) {
        this.cache = cache;
    }

    public static void main(String[] arguments) {
        FileTier tier = (FileTier) new FileTierFactory()
                .open(
                        TierUri.parse("file:" + arguments[0] + "?maxBytes=2MiB"),
                        new TierFactory.Context(Ticker.system(), Scheduler.system("hammer")));
        FarCacheOptions options = new FarCacheOptions(CACHE, NAMESPACE, 200_000_000, Ticker.system());
        Hammer hammer = new Hammer(tier.cache(options, new Deaf()));
        for (int thread = 0; thread < THREADS; thread++) {
            SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]) * THREADS + thread);
            new Thread(() -> hammer.run(random), "hammer-" + thread).start();
        }
    }

    private void run(SplittableRandom random) {
        try {
            while (true) {
                step(random);
                if (steps.incrementAndGet() % STEPS_PER_REPORT == 0) {
                    System.out.println(steps.get());
                }
            }
        } catch (Throwable e) { // the test sees it by the exit code
            e.printStackTrace();
            Runtime.getRuntime().halt(3);
        }
    }

    private void step(SplittableRandom random) {
        String key = "k" + random.nextInt(KEYS);
        switch (random.nextInt(24)) {
            case 0 -> done(cache.invalidate(List.of(key, "k" + random.nextInt(KEYS))));
            case 1 -> done(cache.publishInvalidated(List.of(key)));
            case 2 -> write(key, random);
            case 3 -> done(cache.expire(key, 1_000));
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    done(cache.clear());
                }
            }
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    rebuild(random);
                }
            }
            case 6 -> done(cache.getAll(List.of(key, "k1", "k2"))).forEach(Hammer::require);
            default -> readOrLoad(key, random);
        }
    }

    private void readOrLoad(String key, SplittableRandom random) {
        String token = Tokens.next();
        Acquired answer = done(cache.acquire(key, new LeaseRequest(token, 2_000, 0)));
        if (answer instanceof Acquired.Hit hit) {
            require(key, hit.value());
        } else if (answer instanceof Acquired.Won) {
            done(cache.fill(key, token, value(key, random.nextInt(20_000))));
        }
    }

    private void write(String key, SplittableRandom random) {
        String token = Tokens.next();
        done(cache.beginWrite(key, token, 2_000));
        done(cache.commitWrite(key, token, value(key, random.nextInt(20_000))));
    }

    private void rebuild(SplittableRandom random) {
        try {
            FarRebuild rebuild = done(cache.rebuild());
            Map<String, FarValue> rows = new HashMap<>();
            for (int i = 0; i < KEYS; i++) {
                rows.put("k" + i, value("k" + i, random.nextInt(2_000)));
            }
            done(rebuild.write(rows));
            done(rebuild.commit());
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof LarderException)) {
                throw e;
            }
            return; // another rebuild runs, or took its place
        }
    }

    static FarValue value(String key, int length) {
        byte[] payload = (key + ':' + length + ':' + "x".repeat(length)).getBytes(StandardCharsets.UTF_8);
        return new FarValue(Envelope.seal(CODEC, payload, new Envelope.Terms(60_000, 0, 0)), 60_000);
    }

    /** Fails where {@code value} is not one that somebody stored for {@code key}. */
    static void require(String key, FarValue value) {
        Envelope envelope = Envelope.open(value.bytes(), CODEC);
        String text = envelope == null
                ? "unreadable"
                : new String(
                        value.bytes(),
                        28 + CODEC.length(),
                        value.bytes().length - 28 - CODEC.length(),
                        StandardCharsets.UTF_8);
        String[] parts = text.split(":", 3);
        if (parts.length != 3 || !parts[0].equals(key) || Integer.parseInt(parts[1]) != parts[2].length()) {
            throw new AssertionError("a value of " + key + " that nobody stored: " + text.length() + " characters");
        }
    }

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Hears nothing. */
    static final class Deaf implements dev.larder.bus.BusListener {
        @Override
        public void invalidated(Collection<String> keys) {}

        @Override
        public void cleared() {}

        @Override
        public void tagChanged(TagChange change) {}

        @Override
        public void gap() {}
    }
}
