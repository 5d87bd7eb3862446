package dev.larder;

import dev.larder.codec.TypeRef;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.function.Function;

public final class Larder implements AutoCloseable {
    /** Caches of this process alone, each bounded to 64 MiB unless it says otherwise. */
    public static Larder inProcess() { return open("memory:64MiB"); }
    /** Opens tiers by their URIs, nearest first. */
    public static Larder open(String... tiers) { return builder().tiers(tiers).open(); }
    public static Builder builder() { throw new UnsupportedOperationException(); }

    public <K, V> CacheBuilder<K, V> cache(String name, Class<K> keyType, Class<V> valueType) { throw new UnsupportedOperationException(); }
    public <K, V> CacheBuilder<K, V> cache(String name, TypeRef<K> keyType, TypeRef<V> valueType) { throw new UnsupportedOperationException(); }
    /** A function that remembers: calls with an equal argument run {@code function} once, whoever calls. */
    public <K, V> Function<K, V> memoize(Function<? super K, ? extends V> function) { throw new UnsupportedOperationException(); }
    /** The caches built so far, by name. */
    public Collection<Cache<?, ?>> caches() { throw new UnsupportedOperationException(); }
    /** Asks every far tier once; throws TierException naming the one that does not answer within timeout. */
    public void ping(Duration timeout) { throw new UnsupportedOperationException(); }
    @Override public void close() {}
    <K, V> Cache<K, V> build(String name, Type keyType, Type valueType, CacheSettings<K, V> settings) { throw new UnsupportedOperationException(); }

    public static final class Builder {
        public Builder tiers(String... uris) { return this; }
        /** Separates applications that share a server; default "larder". */
        public Builder namespace(String namespace) { return this; }
        public Builder ticker(Ticker ticker) { return this; }
        public Builder scheduler(Scheduler scheduler) { return this; }
        /** Runs refreshes and timed loads; default virtual threads (JDK 21+) or a bounded pool. */
        public Builder executor(Executor executor) { return this; }
        /** Longest wait for one answer of a far tier; default 500 ms. */
        public Builder tierTimeout(Duration timeout) { return this; }
        /** S of C3: how long the near tier is trusted after the bus's last proof; default 2 s. */
        public Builder maxSilence(Duration maxSilence) { return this; }
        public Larder open() { throw new UnsupportedOperationException(); }
    }
}
