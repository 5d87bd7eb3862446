package dev.larder;

import dev.larder.failure.LoadRejectedException;
import dev.larder.load.BulkLoader;
import dev.larder.load.Loader;
import dev.larder.read.Lookup;
import dev.larder.write.RebuildReport;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls of a {@link LarderCache} on an executor, but for what the near tier has at hand. Thread-safe. */
final class LarderAsyncCache<K, V> implements AsyncCache<K, V> {
    private final LarderCache<K, V> cache;
    private final Executor executor;

    LarderAsyncCache(LarderCache<K, V> cache, Executor executor) {
        this.cache = cache;
        this.executor = executor;
    }

    private <T extends @Nullable Object> CompletableFuture<T> later(Supplier<T> call) {
        try {
            return CompletableFuture.supplyAsync(call, executor);
        } catch (RuntimeException | Error e) { // refused, or the machine has no more threads to give
            return CompletableFuture.failedFuture(new LoadRejectedException(
                    "the Larder's executor takes no more calls (cache '" + cache.name() + "')", e));
        }
    }

    private CompletableFuture<Void> laterDone(Runnable call) {
        try {
            return CompletableFuture.runAsync(call, executor);
        } catch (RuntimeException | Error e) { // refused, or the machine has no more threads to give
            return CompletableFuture.failedFuture(new LoadRejectedException(
                    "the Larder's executor takes no more calls (cache '" + cache.name() + "')", e));
        }
    }

    @Override
    public CompletableFuture<@Nullable V> get(K key) {
        LarderCache.Now<V> now = cache.getNow(key);
        return now == null ? later(() -> cache.get(key)) : CompletableFuture.completedFuture(now.value());
    }

    @Override
    public CompletableFuture<@Nullable V> get(K key, Loader<? super K, ? extends V> loader) {
        LarderCache.Now<V> now = cache.getNow(key);
        return now == null ? later(() -> cache.get(key, loader)) : CompletableFuture.completedFuture(now.value());
    }

    @Override
    public CompletableFuture<Lookup<V>> lookup(K key) {
        return later(() -> cache.lookup(key));
    }

    @Override
    public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
        return later(() -> cache.getAll(keys));
    }

    @Override
    public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader) {
        return later(() -> cache.getAll(keys, loader));
    }

    @Override
    public CompletableFuture<Void> put(K key, V value) {
        return laterDone(() -> cache.put(key, value));
    }

    @Override
    public CompletableFuture<Void> putAll(Map<? extends K, ? extends V> entries) {
        return laterDone(() -> cache.putAll(entries));
    }

    @Override
    public CompletableFuture<Boolean> putIfAbsent(K key, V value) {
        return later(() -> cache.putIfAbsent(key, value));
    }

    @Override
    public CompletableFuture<Boolean> replace(K key, V value) {
        return later(() -> cache.replace(key, value));
    }

    @Override
    public CompletableFuture<Boolean> replace(K key, V expected, V value) {
        return later(() -> cache.replace(key, expected, value));
    }

    @Override
    public CompletableFuture<Void> remove(K key) {
        return laterDone(() -> cache.remove(key));
    }

    @Override
    public CompletableFuture<Void> removeAll(Collection<? extends K> keys) {
        return laterDone(() -> cache.removeAll(keys));
    }

    @Override
    public CompletableFuture<Void> clear() {
        return laterDone(cache::clear);
    }

    @Override
    public CompletableFuture<Void> expire(K key) {
        return laterDone(() -> cache.expire(key));
    }

    @Override
    public CompletableFuture<Void> removeTag(String tag) {
        return laterDone(() -> cache.removeTag(tag));
    }

    @Override
    public CompletableFuture<Void> staleTag(String tag) {
        return laterDone(() -> cache.staleTag(tag));
    }

    @Override
    public CompletableFuture<Boolean> touch(K key) {
        return later(() -> cache.touch(key));
    }

    @Override
    public CompletableFuture<RebuildReport> rebuild(Stream<? extends Map.Entry<? extends K, ? extends V>> entries) {
        return later(() -> cache.rebuild(entries));
    }
}
