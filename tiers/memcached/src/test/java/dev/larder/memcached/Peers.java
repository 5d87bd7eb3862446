package dev.larder.memcached;

import dev.larder.codec.Envelope;
import dev.larder.memcached.DnsDiscovery.Resolver;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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

/** Several processes on one Memcached, each a tier of its own with one cache. For one test at a time. */
final class Peers implements AutoCloseable {
    static final Duration SILENCE = Duration.ofMillis(400);
    static final long LONG_MILLIS = 60_000;
    private static final String CODEC = "test";
    private static final long PATIENCE_SECONDS = 15;

    /** A process: its tier, its cache and what it heard on the bus. */
    record Peer(FarTier tier, FarCache cache, List<String> heard) {}

    private final Scheduler scheduler;
    private final Ticker ticker;
    private final List<FarTier> open = new ArrayList<>();

    Peers() {
        this(Scheduler.system("peers-scheduler"), Ticker.system());
    }

    Peers(Scheduler scheduler, Ticker ticker) {
        this.scheduler = scheduler;
        this.ticker = ticker;
    }

    FarTier tier(String uri) {
        return tier(uri, InetAddress::getAllByName);
    }

    /** A tier that looks names up by {@code resolver}. */
    FarTier tier(String uri, Resolver resolver) {
        FarTier tier = MemcachedTier.open(
                MemcachedAddress.of(TierUri.parse(uri)), new TierFactory.Context(ticker, scheduler), resolver);
        open.add(tier);
        return tier;
    }

    /** A process with the cache {@code things} on {@code tier}. */
    Peer peer(FarTier tier) {
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, cache(tier, "things", heard), heard);
    }

    Peer peer(int port) {
        return peer(port, "things");
    }

    Peer peer(int port, String cache) {
        FarTier tier = tier("memcached://127.0.0.1:" + port);
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, cache(tier, cache, heard), heard);
    }

    FarCache cache(FarTier tier, String cache, List<String> heard) {
        return tier.cache(new FarCacheOptions(cache, "test", SILENCE.toNanos(), ticker), new RecordingBus(heard));
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
        return new String(value.bytes(), header, value.bytes().length - header, StandardCharsets.UTF_8);
    }

    static @Nullable String read(Peer peer, String key) {
        return text(done(peer.cache().get(key)));
    }

    static FarTags tags(Peer peer) {
        return Objects.requireNonNull(peer.cache().tags());
    }

    /** Takes a lease, which must be free, and returns its token. */
    static String lease(Peer peer, String key, long leaseMillis) {
        String token = Tokens.next();
        Acquired answer = done(peer.cache().acquire(key, new LeaseRequest(token, leaseMillis, 0)));
        if (!(answer instanceof Acquired.Won)) {
            throw new AssertionError("the lease should have been free but the answer was " + answer);
        }
        return token;
    }

    static void store(Peer peer, String key, String text) {
        if (!done(peer.cache().fill(key, lease(peer, key, LONG_MILLIS), value(text)))) {
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
