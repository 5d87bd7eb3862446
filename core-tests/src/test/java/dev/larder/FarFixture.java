package dev.larder;

import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.TextCodec;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the tests of caches over a far tier share: one server, several sites over it, each as a process of its own. */
public abstract class FarFixture extends CacheFixture {
    protected static final Duration MAX_SILENCE = Duration.ofSeconds(2);
    protected static final Duration LEASE = Duration.ofSeconds(2);
    protected static final String NAMESPACE = "larder";
    protected static final String NAME = "things";

    protected final InMemoryServer server = new InMemoryServer(ticker);

    /** One process: its way to the server, its Larder and its cache. */
    protected record Site(FaultyTier tier, Larder larder, Cache<String, String> cache) {
        /** The near tier's value; null where it has none that is fresh. */
        @Nullable String near(String key) {
            return cache.asMap().get(key);
        }
    }

    /** A site whose cache has the origin's loader and writer. */
    protected final Site site(String name) {
        return site(name, UnaryOperator.identity());
    }

    /** A site whose cache is set by {@code settings}. */
    protected final Site site(String name, UnaryOperator<CacheBuilder<String, String>> settings) {
        FaultyTier tier = new FaultyTier(server.connect(name));
        Larder larder = open(larderBuilder()
                .farTier(tier)
                .namespace(NAMESPACE)
                .tierTimeout(Duration.ofMillis(200))
                .maxSilence(MAX_SILENCE));
        CacheBuilder<String, String> builder = larder.cache(NAME, String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .jitter(0)
                .leaseTime(LEASE)
                .loader(origin)
                .writer(origin);
        return new Site(tier, larder, settings.apply(builder).build());
    }

    /** What a call of a proxied interface does. */
    protected interface Invocation {
        @Nullable Object of(Method method, Object @Nullable [] arguments) throws ReflectiveOperationException;
    }

    /** A {@code type} whose calls {@code invocation} answers. */
    protected static <T> T proxy(Class<T> type, Invocation invocation) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> invocation.of(method, arguments)));
    }

    /** Starts {@code action} on another thread. */
    protected final Future<String> startRun(Runnable action) {
        return start(() -> {
            action.run();
            return "done";
        });
    }

    /** The result of {@code future}, which may wait for the fake clock: that goes on in small steps meanwhile. */
    protected final <T extends @Nullable Object> T resultInTime(Future<T> future) {
        advanceUntilDone(future, Duration.ofMillis(5));
        return result(future);
    }
}
