package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.failure.TierException;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One process's connection to an {@link InMemoryServer}. Thread-safe. */
final class InMemoryFarTier implements FarTier {
    private final InMemoryServer server;
    private final String name;
    private final List<Entries> opened = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    InMemoryFarTier(InMemoryServer server, String name) {
        this.server = server;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        Entries entries = new Entries(server.table(options.namespace(), options.cache()), listener);
        opened.add(entries);
        return entries;
    }

    @Override
    public CompletionStage<Void> ping() {
        return run(() -> {});
    }

    @Override
    public void close() {
        closed = true;
        opened.forEach(Entries::close);
    }

    private CompletionStage<Void> run(Runnable action) {
        return answer(() -> {
            action.run();
            return null;
        });
    }

    private <T extends @Nullable Object> CompletionStage<T> answer(Supplier<T> action) {
        if (closed) {
            return CompletableFuture.failedFuture(new TierException("tier '" + name + "' is closed", null));
        }
        if (server.isStopped()) {
            return CompletableFuture.failedFuture(
                    new TierException("tier '" + name + "' does not answer: its server is stopped", null));
        }
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (TierException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private final class Entries implements FarCache {
        private final InMemoryTable table;
        private final InMemoryBus bus;
        private final FarTags tags = new Tags();
        private final AtomicReference<@Nullable BusPosition> published = new AtomicReference<>();
        private final List<InMemoryTable.Rebuild> rebuilds = new CopyOnWriteArrayList<>();

        Entries(InMemoryTable table, BusListener listener) {
            this.table = table;
            this.bus = table.listen(listener);
        }

        @Override
        public CompletionStage<@Nullable FarValue> get(String key) {
            return answer(() -> table.get(key));
        }

        @Override
        public CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
            return answer(() -> {
                Map<String, FarValue> found = new HashMap<>();
                for (String key : keys) {
                    FarValue value = table.get(key);
                    if (value != null) {
                        found.put(key, value);
                    }
                }
                return found;
            });
        }

        @Override
        public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
            return answer(() -> table.acquire(key, request));
        }

        @Override
        public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
            return answer(() -> table.fill(key, token, value));
        }

        @Override
        public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
            return answer(() -> table.renew(key, token, leaseMillis));
        }

        @Override
        public CompletionStage<Void> release(String key, String token) {
            return run(() -> table.release(key, token));
        }

        @Override
        public CompletionStage<Void> invalidate(Collection<String> keys) {
            return run(() -> table.invalidate(keys));
        }

        @Override
        public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
            return run(() -> table.retire(key, seen, keepMillis));
        }

        @Override
        public CompletionStage<Void> expire(String key, long maxStaleMillis) {
            return run(() -> table.expire(key, maxStaleMillis));
        }

        @Override
        public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
            return run(() -> table.beginWrite(key, token, leaseMillis));
        }

        @Override
        public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
            return answer(() -> table.commitWrite(key, token, value));
        }

        @Override
        public CompletionStage<Void> clear() {
            return run(table::clear);
        }

        @Override
        public CompletionStage<FarRebuild> rebuild() {
            return answer(() -> {
                InMemoryTable.Rebuild place = table.startRebuild();
                rebuilds.add(place);
                return new NextGeneration(place);
            });
        }

        @Override
        public FarTags tags() {
            return tags;
        }

        @Override
        public CompletionStage<Void> publishInvalidated(Collection<String> keys) {
            List<String> message = List.copyOf(keys);
            return run(() -> tell(receiver -> receiver.invalidated(message)));
        }

        private void tell(Consumer<BusListener> message) {
            BusPosition taken = table.publish(bus, message);
            published.accumulateAndGet(taken, (before, given) -> taken.orLater(before));
        }

        @Override
        public CompletionStage<Void> publishCleared() {
            return run(() -> tell(BusListener::cleared));
        }

        @Override
        public long lastProofNanos() {
            return bus.lastProofNanos();
        }

        @Override
        public @Nullable String position() {
            BusPosition last = published.get();
            return last == null ? null : last.toString();
        }

        @Override
        public boolean hasHeard(String position) {
            BusPosition asked = BusPosition.read(position);
            return asked != null && (table.isOfAnother(asked) || bus.hasHeard(asked));
        }

        @Override
        public void close() {
            rebuilds.forEach(table::abort);
            table.stopListening(bus);
            bus.close();
        }

        private final class Tags implements FarTags {
            @Override
            public CompletionStage<Long> now() {
                return answer(table.tags()::now);
            }

            @Override
            public CompletionStage<TagReading> read(Collection<String> names) {
                return answer(() -> table.tags().read(names));
            }

            @Override
            public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
                return answer(() -> table.tags().change(tag, kind));
            }

            @Override
            public CompletionStage<Void> publish(TagChange change) {
                return run(() -> tell(receiver -> receiver.tagChanged(change)));
            }
        }

        private final class NextGeneration implements FarRebuild {
            private final InMemoryTable.Rebuild place;

            NextGeneration(InMemoryTable.Rebuild place) {
                this.place = place;
            }

            @Override
            public CompletionStage<Integer> write(Map<String, FarValue> rows) {
                return answer(() -> table.write(place, rows));
            }

            @Override
            public CompletionStage<Boolean> commit() {
                return answer(() -> table.commit(place));
            }

            @Override
            public CompletionStage<Void> abort() {
                return run(() -> table.abort(place));
            }
        }
    }
}
