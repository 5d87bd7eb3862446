package dev.larder;

import dev.larder.load.BulkLoader;
import dev.larder.load.Loader;
import dev.larder.read.Lookup;
import dev.larder.write.RebuildReport;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a {@link Cache} without blocking: same arguments, same promises, same exceptions (as the future's cause).
 *
 * <p>Thread-safe. A fresh value of the near tier comes as a future already complete; anything else runs on the Larder's
 * executor. Cancelling or timing out a future ends that caller's wait alone, never the load that others may share.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface AsyncCache<K, V> {
    /** See {@link Cache#get(Object)}. */
    CompletableFuture<@Nullable V> get(K key);

    /** See {@link Cache#get(Object, Loader)}. */
    CompletableFuture<@Nullable V> get(K key, Loader<? super K, ? extends V> loader);

    /** See {@link Cache#lookup}. */
    CompletableFuture<Lookup<V>> lookup(K key);

    /** See {@link Cache#getAll(Collection)}. */
    CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys);

    /** See {@link Cache#getAll(Collection, BulkLoader)}. */
    CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys, BulkLoader<K, V> loader);

    /** See {@link Cache#put}. */
    CompletableFuture<Void> put(K key, V value);

    /** See {@link Cache#putAll}. */
    CompletableFuture<Void> putAll(Map<? extends K, ? extends V> entries);

    /** See {@link Cache#putIfAbsent}. */
    CompletableFuture<Boolean> putIfAbsent(K key, V value);

    /** See {@link Cache#replace(Object, Object)}. */
    CompletableFuture<Boolean> replace(K key, V value);

    /** See {@link Cache#replace(Object, Object, Object)}. */
    CompletableFuture<Boolean> replace(K key, V expected, V value);

    /** See {@link Cache#remove}. */
    CompletableFuture<Void> remove(K key);

    /** See {@link Cache#removeAll}. */
    CompletableFuture<Void> removeAll(Collection<? extends K> keys);

    /** See {@link Cache#clear}. */
    CompletableFuture<Void> clear();

    /** See {@link Cache#expire}. */
    CompletableFuture<Void> expire(K key);

    /** See {@link Cache#removeTag}. */
    CompletableFuture<Void> removeTag(String tag);

    /** See {@link Cache#staleTag}. */
    CompletableFuture<Void> staleTag(String tag);

    /** See {@link Cache#touch}. */
    CompletableFuture<Boolean> touch(K key);

    /** See {@link Cache#rebuild(Stream)}. */
    CompletableFuture<RebuildReport> rebuild(Stream<? extends Map.Entry<? extends K, ? extends V>> entries);
}
