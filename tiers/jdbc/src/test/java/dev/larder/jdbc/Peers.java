package dev.larder.jdbc;

import dev.larder.codec.Envelope;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Several processes on one database, each a tier of its own with one cache. For one test at a time. */
final class Peers implements AutoCloseable {
    static final Duration SILENCE = Duration.ofMillis(400);
    static final long LONG_MILLIS = 60_000;
    private static final String CODEC = "test";
    private static final long PATIENCE_SECONDS = 20;

    /** A process: its tier, its cache and what it heard on the bus. */
    record Peer(JdbcTier tier, FarCache cache, List<String> heard) {}

    /** Sweepers, whose delays are longer, do not run by themselves in tests. */
    private static final long LONGEST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Scheduler system = Scheduler.system("peers-scheduler");
    private final Scheduler scheduler = new Scheduler() {
        @Override
        public Scheduled schedule(Runnable task, long delayNanos) {
            return delayNanos > LONGEST_DELAY_NANOS ? () -> {} : system.schedule(task, delayNanos);
        }

        @Override
        public void close() {
            system.close();
        }
    };
    private final List<FarTier> open = new ArrayList<>();

    JdbcTier tier(TierUri uri) {
        JdbcTier tier = (JdbcTier) new JdbcTierFactory().open(uri, new TierFactory.Context(Ticker.system(), scheduler));
        open.add(tier);
        return tier;
    }

    Peer peer(TierUri uri) {
        return peer(uri, "things", SILENCE);
    }

    Peer peer(TierUri uri, String cache, Duration silence) {
        JdbcTier tier = tier(uri);
        List<String> heard = new CopyOnWriteArrayList<>();
        FarCacheOptions options = new FarCacheOptions(cache, "test", silence.toNanos(), Ticker.system());
        return new Peer(tier, tier.cache(options, new RecordingBus(heard)), heard);
    }

    static FarValue value(byte[] payload, long lifeMillis) {
        return new FarValue(Envelope.seal(CODEC, payload, new Envelope.Terms(lifeMillis, 0, 0)), lifeMillis);
    }

    static FarValue value(String text) {
        return value(text.getBytes(StandardCharsets.UTF_8), LONG_MILLIS);
    }

    static byte @Nullable [] payload(@Nullable FarValue value) {
        int header = 28 + CODEC.length();
        return value == null ? null : Arrays.copyOfRange(value.bytes(), header, value.bytes().length);
    }

    static @Nullable String read(Peer peer, String key) {
        byte[] payload = payload(done(peer.cache().get(key)));
        return payload == null ? null : new String(payload, StandardCharsets.UTF_8);
    }

    /** Takes a lease, which must be free, and returns its token. */
    static String lease(Peer peer, String key) {
        String token = Tokens.next();
        Acquired answer = done(peer.cache().acquire(key, new LeaseRequest(token, LONG_MILLIS, 0)));
        if (!(answer instanceof Acquired.Won)) {
            throw new AssertionError("the lease should have been free but the answer was " + answer);
        }
        return token;
    }

    static void store(Peer peer, String key, FarValue value) {
        if (!done(peer.cache().fill(key, lease(peer, key), value))) {
            throw new AssertionError("a fill that nobody disturbed was refused");
        }
    }

    /** The result of {@code stage}, which must come. */
    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a call failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a call was not answered", e);
        }
    }

    /** What {@code stage} fails with, which it must. */
    static Throwable failure(CompletionStage<?> stage) {
        try {
            Object result = stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("a call should have failed but gave " + result);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a call neither failed nor succeeded", e);
        }
    }

    @Override
    public void close() {
        open.forEach(FarTier::close);
        scheduler.close();
    }
}
