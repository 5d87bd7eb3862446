package dev.larder.testkit;

import dev.larder.codec.Envelope;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What the claims about tiers share: processes, values, tokens, waiting. For one test at a time. */
abstract class TierFixture {
    /** No limit to a value's life. */
    static final long FOR_EVER = -1;
    /** Longer than any test. */
    static final long LONG_MILLIS = 60_000;

    private static final String CODEC = "contract";
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String namespace = "contract-" + UUID.randomUUID();
    private final List<FarTier> tiers = new ArrayList<>();

    /** Opens the tier under test as one more process would: every call's tier is on the same server. */
    protected abstract FarTier openTier();

    /** The clock the tier is given. Default: the system's. */
    protected Ticker ticker() {
        return Ticker.system();
    }

    /** Lets time pass for the tier. Default: waits that long; where the clock is a fake one, moves it. */
    protected void pass(Duration duration) {
        try {
            if (new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("a latch nobody counts down has opened");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while time passed", e);
        }
    }

    /** The {@code maxSilence} the tier is given. Default: 200 ms. */
    protected Duration maxSilence() {
        return Duration.ofMillis(200);
    }

    /** How often a race is run. Default: 100 times. */
    protected int rounds() {
        return 100;
    }

    /** One process with one cache of the server, and what it heard from the others. */
    record Peer(FarTier tier, FarCache cache, RecordingBus heard) {}

    @AfterEach
    void closeTiers() {
        tiers.forEach(FarTier::close);
    }

    /** A new peer, as a process of its own, with this test's cache; it hears all that is published from now on. */
    final Peer peer() {
        return peer("things");
    }

    final Peer peer(String cache) {
        return peer(namespace, cache);
    }

    final Peer peer(String space, String cache) {
        FarTier tier = openTier();
        tiers.add(tier);
        RecordingBus heard = new RecordingBus();
        FarCache opened =
                tier.cache(new FarCacheOptions(cache, space, maxSilence().toNanos(), ticker()), heard);
        eventually("the bus has its place", () -> opened.lastProofNanos() >= 0);
        done(tier.ping()); // which may be by another connection than the bus's
        heard.messages().clear(); // where that took long, it was told of a gap
        return new Peer(tier, opened, heard);
    }

    /** A namespace that no other test uses, and not this test's own. */
    final String otherNamespace() {
        return namespace + "-other";
    }

    /** An envelope with {@code text} that lives for ever. */
    static FarValue value(String text) {
        return value(text, FOR_EVER);
    }

    static FarValue value(String text, long leftMillis) {
        return value(text.getBytes(StandardCharsets.UTF_8), leftMillis);
    }

    static FarValue value(byte[] payload, long leftMillis) {
        return new FarValue(Envelope.seal(CODEC, payload, new Envelope.Terms(leftMillis, 0, 0)), leftMillis);
    }

    /** The text sealed in {@code value}; null for null. */
    static @Nullable String text(@Nullable FarValue value) {
        if (value == null) {
            return null;
        }
        Envelope envelope = Envelope.open(value.bytes(), CODEC);
        if (envelope == null) {
            throw new AssertionError("the bytes read are not those that were stored");
        }
        return envelope.value(TextCodec.INSTANCE);
    }

    static boolean isSoftlyExpired(FarValue value) {
        Envelope envelope = Envelope.open(value.bytes(), CODEC);
        return envelope != null && envelope.isSoftlyExpired();
    }

    static String token() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** The result of {@code stage}; a stage that does not complete within a bounded time fails the test. */
    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the tier failed a call: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the tier did not answer within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the tier", e);
        }
    }

    /** What {@code stage} fails with; a stage that succeeds fails the test. */
    static Throwable failureOf(CompletionStage<?> stage) {
        try {
            Object result = stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("the call should have failed but gave " + result);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("the tier did not answer within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the tier", e);
        }
    }

    /** The text of {@code key} as {@code peer} reads it now. */
    static @Nullable String read(Peer peer, String key) {
        return text(done(peer.cache().get(key)));
    }

    /** Stores {@code value} by way of a lease, which must be free. */
    static void store(Peer peer, String key, FarValue value) {
        String token = token();
        done(peer.cache().beginWrite(key, token, LONG_MILLIS));
        if (!done(peer.cache().commitWrite(key, token, value))) {
            throw new AssertionError("a write that nobody disturbed was refused");
        }
    }

    /** Lets time pass until {@code condition} holds. */
    final void eventually(String claim, BooleanSupplier condition) {
        for (Duration waited = Duration.ZERO; waited.compareTo(PATIENCE) < 0; waited = waited.plus(POLL)) {
            if (condition.getAsBoolean()) {
                return;
            }
            pass(POLL);
        }
        throw new AssertionError("not within " + PATIENCE + ": " + claim);
    }
}
