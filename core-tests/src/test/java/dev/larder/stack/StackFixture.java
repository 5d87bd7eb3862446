package dev.larder.stack;

import dev.larder.FarFixture;
import dev.larder.codec.Envelope;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.RecordingBus;
import dev.larder.testkit.TextCodec;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the tests of stacks share: a back, two machines with a front each, and processes on them. */
abstract class StackFixture extends FarFixture {
    static final long TIER_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    final InMemoryServer back = new InMemoryServer(ticker);
    final InMemoryServer here = new InMemoryServer(ticker);
    final InMemoryServer there = new InMemoryServer(ticker);

    /** One process: its ways to front and back, its cache over both, and what that heard. */
    record Peer(FaultyTier front, FaultyTier behind, FarCache cache, RecordingBus heard) {
        @Nullable String read(String key) {
            return text(answer(cache.get(key)));
        }

        /** Whether the read did not ask the back. */
        boolean readsFromItsFront(String key) {
            behind.resetLog();
            read(key);
            return behind.calls(Operation.GET) == 0;
        }

        /** Stores {@code text} at the back and reads it, so that the front has a copy. */
        void storeAndCopy(String key, String text) {
            store(key, text);
            read(key);
            if (!readsFromItsFront(key)) {
                throw new AssertionError("the front has no copy of " + key);
            }
        }

        void store(String key, String text) {
            store(key, value(text, -1, 0));
        }

        void store(String key, FarValue value) {
            String token = Tokens.next();
            answer(cache.beginWrite(key, token, 60_000));
            if (!answer(cache.commitWrite(key, token, value))) {
                throw new AssertionError("a write that nobody disturbed was refused");
            }
        }

        void remove(String key) {
            answer(cache.invalidate(List.of(key)));
            answer(cache.publishInvalidated(List.of(key)));
        }
    }

    /** A process on the machine of {@code front}, which begins to trust it at once where that answers. */
    final Peer process(InMemoryServer front) {
        return process(new FaultyTier(front.connect("front")));
    }

    final Peer process(FaultyTier front) {
        FaultyTier behind = new FaultyTier(back.connect("back"));
        FarTier stack = StackTier.of(List.of(front, behind), context(), TIER_TIMEOUT_NANOS);
        RecordingBus heard = new RecordingBus();
        return new Peer(front, behind, stack.cache(options(), heard), heard);
    }

    final TierFactory.Context context() {
        return new TierFactory.Context(ticker, scheduler);
    }

    final FarCacheOptions options() {
        return new FarCacheOptions(NAME, NAMESPACE, MAX_SILENCE.toNanos(), ticker);
    }

    static FarValue value(String text, long leftMillis, long staleMillis) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return new FarValue(Envelope.seal("text", payload, new Envelope.Terms(leftMillis, staleMillis, 0)), leftMillis);
    }

    static @Nullable String text(@Nullable FarValue value) {
        if (value == null) {
            return null;
        }
        Envelope envelope = Envelope.open(value.bytes(), "text");
        return envelope == null ? "unreadable" : envelope.value(TextCodec.INSTANCE);
    }

    static LeaseRequest lease() {
        return new LeaseRequest(Tokens.next(), 60_000, 0);
    }

    /** The answer, which is there already. */
    static <T extends @Nullable Object> T answer(CompletionStage<T> stage) {
        if (!stage.toCompletableFuture().isDone()) {
            throw new AssertionError("the call has not ended");
        }
        return stage.toCompletableFuture().join();
    }
}
