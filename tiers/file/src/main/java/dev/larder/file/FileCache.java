package dev.larder.file;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.failure.RebuildException;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The entries of one cache in a folder: hands the steps of {@link Entries} to the tier's threads. Thread-safe. */
final class FileCache implements FarCache {
    private static final Logger LOG = System.getLogger(FileCache.class.getName());

    private final FileTier tier;
    private final Workers workers;
    private final Entries entries;
    private final TagFile tagFile;
    private final FileTags tags;
    private final String origin = Tokens.next();
    private final Channel channel;
    private final Subscription subscription;
    private final AtomicReference<@Nullable BusPosition> published = new AtomicReference<>();

    FileCache(FileTier tier, FarCacheOptions options, BusListener listener) {
        this.tier = tier;
        this.workers = tier.workers();
        this.entries = new Entries(tier.resources(), options.namespace(), options.cache());
        this.tagFile = new TagFile(entries.folder(), tier.resources());
        this.tags = new FileTags(tagFile, workers, this::publish);
        this.channel = tier.bus().channel(options.namespace());
        this.subscription = new Subscription(origin, options, listener);
        tier.bus().subscribe(channel, subscription);
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        return workers.answer(() -> entries.get(key));
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        return workers.answer(() -> entries.getAll(all));
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        return workers.answer(() -> entries.acquire(key, request));
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        requireLife(value);
        return workers.answer(() -> entries.fill(key, token, value));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        return workers.answer(() -> entries.renew(key, token, leaseMillis));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        return perform(() -> entries.release(key, token));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        return perform(() -> entries.invalidate(all));
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        return perform(() -> entries.retire(key, seen, keepMillis));
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        return perform(() -> entries.expire(key, maxStaleMillis));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        return perform(() -> entries.beginWrite(key, token, leaseMillis));
    }

    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        requireLife(value);
        return workers.answer(() -> entries.commitWrite(key, token, value));
    }

    @Override
    public CompletionStage<Void> clear() {
        return perform(() -> {
            entries.clear();
            tier.sweeper().wake();
        });
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        FileRebuild rebuild = new FileRebuild(tier, entries);
        return workers.answer(() -> {
            if (!rebuild.begin()) {
                throw new RebuildException(
                        "another rebuild of cache '" + entries.cache() + "' is running in " + tier.name()
                                + ". Wait for its end, or for a minute if its process died.",
                        null);
            }
            return rebuild;
        });
    }

    @Override
    public FarTags tags() {
        return tags;
    }

    private CompletionStage<Void> publish(TagChange change) {
        return publish(List.of(BusMessage.tagChanged(origin, entries.cache(), change)));
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        return all.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : publish(BusMessage.invalidated(origin, entries.cache(), all));
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return publish(List.of(BusMessage.cleared(origin, entries.cache())));
    }

    private CompletionStage<Void> publish(List<BusMessage> messages) {
        return perform(() -> {
            BusPosition last = channel.publish(messages);
            published.accumulateAndGet(last, (before, given) -> last.orLater(before));
        });
    }

    @Override
    public long lastProofNanos() {
        return subscription.lastProofNanos();
    }

    @Override
    public @Nullable String position() {
        BusPosition last = published.get();
        return last == null ? null : last.toString();
    }

    @Override
    public boolean hasHeard(String position) {
        BusPosition asked = BusPosition.read(position);
        return asked != null && subscription.hasHeard(asked);
    }

    @Override
    public void close() {
        channel.leave(subscription);
        tier.forget(this);
        release();
    }

    /** Lets go of the files that are kept open to know generations and tags by; a later step opens them again. */
    void release() {
        try (TagFile alsoClosed = tagFile) {
            Objects.requireNonNull(alsoClosed);
            entries.close();
        } catch (IOException e) { // nothing depends on it
            LOG.log(Level.DEBUG, "a file that was kept open could not be closed", e);
        }
    }

    /** What a step without a result does. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private CompletionStage<Void> perform(Action action) {
        return workers.<@Nullable Void>answer(() -> {
            action.run();
            return null;
        });
    }

    static void requireLife(FarValue value) {
        if (value.leftMillis() != Moment.NEVER && value.leftMillis() <= 0) {
            throw new IllegalArgumentException(
                    "a value's life must be > 0 ms, or -1 for no limit, but was " + value.leftMillis());
        }
    }
}
