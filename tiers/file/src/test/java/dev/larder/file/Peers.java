package dev.larder.file;

import dev.larder.bus.TagChange;
import dev.larder.codec.Envelope;
import dev.larder.file.FileTier.Machine;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading.Moments;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Several processes on one folder, each a tier of its own with one cache. For one test at a time. */
final class Peers implements AutoCloseable {
    static final Duration SILENCE = Duration.ofMillis(400);
    static final long LONG_MILLIS = 60_000;
    private static final String CODEC = "test";
    private static final long PATIENCE_SECONDS = 15;

    /** A process: its tier, its cache and what it heard on the bus. */
    record Peer(FileTier tier, FarCache cache, List<String> heard) {}

    private final Path folder;
    private final Scheduler scheduler;
    private final Ticker ticker;
    private final List<FileTier> open = new ArrayList<>();

    Peers(Path folder) {
        this(folder, Scheduler.system("peers-scheduler"), Ticker.system());
    }

    Peers(Path folder, Scheduler scheduler, Ticker ticker) {
        this.folder = folder;
        this.scheduler = scheduler;
        this.ticker = ticker;
    }

    TierFactory.Context context() {
        return new TierFactory.Context(ticker, scheduler);
    }

    Peer peer() {
        return peer("");
    }

    /** {@code options} as in a URI, from the question mark on. */
    Peer peer(String options) {
        return peer((FileTier) new FileTierFactory().open(TierUri.parse("file:" + folder + options), context()));
    }

    /** A process on a machine with another disk or another clock. */
    Peer peer(Machine machine, long maxBytes) {
        FileAddress address = new FileAddress(folder, maxBytes);
        return peer(new FileTier(address, context(), new Folder(folder), machine).start());
    }

    private Peer peer(FileTier tier) {
        open.add(tier);
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, cache(tier, "things", heard), heard);
    }

    FarCache cache(FarTier tier, String cache, List<String> heard) {
        return cache(tier, "test", cache, heard);
    }

    FarCache cache(FarTier tier, String namespace, String cache, List<String> heard) {
        return tier.cache(new FarCacheOptions(cache, namespace, SILENCE.toNanos(), ticker), new RecordingBus(heard));
    }

    static FarValue value(String text) {
        return value(text, LONG_MILLIS);
    }

    static FarValue value(String text, long lifeMillis) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        return new FarValue(Envelope.seal(CODEC, payload, new Envelope.Terms(lifeMillis, 0, 0)), lifeMillis);
    }

    static @Nullable String text(@Nullable FarValue value) {
        if (value == null) {
            return null;
        }
        int header = 28 + CODEC.length();
        return value.bytes().length < header
                ? "unreadable"
                : new String(value.bytes(), header, value.bytes().length - header, StandardCharsets.UTF_8);
    }

    static @Nullable String read(Peer peer, String key) {
        return text(done(peer.cache().get(key)));
    }

    static Acquired acquire(Peer peer, String key, String token, long leaseMillis) {
        return done(peer.cache().acquire(key, new LeaseRequest(token, leaseMillis, 0)));
    }

    /** Takes a lease, which must be free, and returns its token. */
    static String lease(Peer peer, String key, long leaseMillis) {
        String token = Tokens.next();
        Acquired answer = acquire(peer, key, token, leaseMillis);
        if (!(answer instanceof Acquired.Won)) {
            throw new AssertionError("the lease should have been free but the answer was " + answer);
        }
        return token;
    }

    static void store(Peer peer, String key, String text) {
        store(peer, key, value(text));
    }

    static void store(Peer peer, String key, FarValue value) {
        if (!done(peer.cache().fill(key, lease(peer, key, LONG_MILLIS), value))) {
            throw new AssertionError("a fill that nobody disturbed was refused");
        }
    }

    static FarTags tags(Peer peer) {
        return Objects.requireNonNull(peer.cache().tags());
    }

    static long removeTag(Peer peer, String tag) {
        return done(tags(peer).change(tag, TagChange.Kind.REMOVED));
    }

    /** When a tag was last invalidated, as {@code peer} is told now. */
    static Moments moments(Peer peer, String tag) {
        return Objects.requireNonNull(done(tags(peer).read(List.of(tag))).tags().get(tag));
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
        open.forEach(FileTier::close);
        open.forEach(tier -> done(tier.ended()));
        scheduler.close();
    }
}
