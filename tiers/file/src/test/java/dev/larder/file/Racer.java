package dev.larder.file;

import dev.larder.codec.Envelope;
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
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A process that races others for a few keys: {@code Racer FOLDER ORIGIN SEED STEPS}. The origin is a file in memory that
 * all processes share, with two counters for each key. A writer raises the first, invalidates, and only then raises the
 * second to what it wrote; a reader that saw the second before it began must not be given less. The process exits with 0
 * if that held at each of its steps.
 */
final class Racer {
    static final int KEYS = 3;
    static final int ORIGIN_BYTES = 2 * KEYS * Long.BYTES;
    private static final String CODEC = "racer";
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final FarCache cache;
    private final ByteBuffer origin;
    private final SplittableRandom random;

    private Racer(FarCache cache, ByteBuffer origin, SplittableRandom random) {
        this.cache = cache;
        this.origin = origin;
        this.random = random;
    }

    public static void main(String[] arguments) throws IOException {
        FileTier tier = (FileTier) new FileTierFactory()
                .open(
                        TierUri.parse("file:" + arguments[0]),
                        new TierFactory.Context(Ticker.system(), Scheduler.system("racer")));
        FarCache cache =
                tier.cache(new FarCacheOptions("things", "race", 200_000_000, Ticker.system()), new Hammer.Deaf());
        try (FileChannel file =
                FileChannel.open(Path.of(arguments[1]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer origin = file.map(FileChannel.MapMode.READ_WRITE, 0, ORIGIN_BYTES);
            Racer racer = new Racer(cache, origin, new SplittableRandom(Long.parseLong(arguments[2])));
            for (int i = Integer.parseInt(arguments[3]); i > 0; i--) {
                racer.step();
            }
        }
        tier.close();
    }

    private long committed(int key) {
        return (long) LONGS.getVolatile(origin, 2 * key * Long.BYTES);
    }

    private int acked(int key) {
        return (2 * key + 1) * Long.BYTES;
    }

    private void step() {
        int key = random.nextInt(KEYS);
        switch (random.nextInt(10)) {
            case 0 -> change(key, () -> done(cache.invalidate(List.of("k" + key))));
            case 1 -> write(key);
            case 2 -> {
                if (random.nextInt(10) == 0) {
                    change(key, () -> done(cache.clear()));
                } else if (random.nextInt(10) == 0) {
                    rebuild();
                }
            }
            default -> readOrLoad(key);
        }
    }

    private long commit(int key) {
        return (long) LONGS.getAndAdd(origin, 2 * key * Long.BYTES, 1L) + 1;
    }

    private void acknowledge(int key, long version) {
        long seen = (long) LONGS.getVolatile(origin, acked(key));
        while (seen < version && !LONGS.compareAndSet(origin, acked(key), seen, version)) {
            seen = (long) LONGS.getVolatile(origin, acked(key));
        }
    }

    private void change(int key, Runnable invalidation) {
        long version = commit(key);
        invalidation.run();
        acknowledge(key, version);
    }

    private void write(int key) {
        String token = Tokens.next();
        done(cache.beginWrite("k" + key, token, 60_000));
        long version = commit(key);
        done(cache.commitWrite("k" + key, token, value(version)));
        acknowledge(key, version);
    }

    private void rebuild() {
        FarRebuild rebuild = cache.rebuild()
                .handle((begun, failure) -> begun)
                .toCompletableFuture()
                .join();
        if (rebuild == null) {
            return; // another process is at it
        }
        Map<String, FarValue> rows = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            rows.put("k" + key, value(committed(key)));
        }
        rebuild.write(rows)
                .handle((written, overtaken) -> written)
                .toCompletableFuture()
                .join();
        done(rebuild.commit());
    }

    private void readOrLoad(int key) {
        long atLeast = (long) LONGS.getVolatile(origin, acked(key));
        String token = Tokens.next();
        Acquired answer = done(cache.acquire("k" + key, new LeaseRequest(token, 60_000, 0)));
        if (answer instanceof Acquired.Hit hit) {
            require(atLeast, hit.value());
        } else if (answer instanceof Acquired.Won) {
            FarValue loaded = value(committed(key));
            Thread.onSpinWait();
            done(cache.fill("k" + key, token, loaded));
        } else {
            FarValue value = done(cache.get("k" + key));
            if (value != null) {
                require(atLeast, value);
            }
        }
    }

    private static FarValue value(long version) {
        byte[] payload = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
        return new FarValue(Envelope.seal(CODEC, payload, new Envelope.Terms(-1, 0, 0)), -1);
    }

    private static void require(long atLeast, FarValue value) {
        int header = 28 + CODEC.length();
        String text = new String(value.bytes(), header, value.bytes().length - header, StandardCharsets.US_ASCII);
        if (Long.parseLong(text) < atLeast) {
            throw new AssertionError("read version " + text + " after " + atLeast + " had been acknowledged");
        }
    }

    private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
