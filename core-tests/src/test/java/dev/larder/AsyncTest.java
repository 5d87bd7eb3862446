package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.LoadException;
import dev.larder.failure.WriteException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The calls without blocking: the same promises, as futures. */
final class AsyncTest extends CacheFixture {
    @Test
    void freshValueComesAsAFutureThatIsDone() {
        Cache<String, String> cache = builder().build();
        cache.put("k", "v");

        CompletableFuture<String> value = cache.async().get("k");

        assertThat(value).isCompletedWithValue("v");
    }

    @Test
    void callReturnsWhileTheLoadIsStillUnderWay() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        CompletableFuture<String> value = cache.async().get("k");
        gate.awaitArrivals(1);
        assertThat(value).isNotDone();
        gate.open();

        assertThat(result(value)).isEqualTo("v");
    }

    @Test
    void asyncAndBlockingCallersShareOneLoad() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        CompletableFuture<String> first = cache.async().get("k");
        gate.awaitArrivals(1);
        var second = start(() -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 1);
        gate.open();

        assertThat(result(first)).isEqualTo("v");
        assertThat(result(second)).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void cancelledFutureEndsOneWaitAndNotTheLoad() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        CompletableFuture<String> impatient = cache.async().get("k");
        gate.awaitArrivals(1);
        CompletableFuture<String> patient = cache.async().get("k");

        assertThat(impatient.cancel(true)).isTrue();
        gate.open();

        assertThat(result(patient)).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
        assertThat(impatient).isCancelled();
    }

    @Test
    void futureThatTimesOutEndsOneWaitAndNotTheLoad() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        CompletableFuture<String> impatient = cache.async().get("k").orTimeout(10, TimeUnit.MILLISECONDS);
        assertThat(failure(impatient)).isInstanceOf(TimeoutException.class);
        gate.open();

        eventually(() -> cache.lookup("k").isHit());
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void failuresAreTheCausesOfFutures() {
        Cache<String, String> cache = builder().writer(origin).build();
        IOException away = new IOException("away");
        origin.fail(Call.LOAD, () -> away);
        origin.fail(Call.WRITE, () -> away);

        assertThat(failure(cache.async().get("k")))
                .isInstanceOf(LoadException.class)
                .hasCause(away);
        assertThat(failure(cache.async().put("k", "v")))
                .isInstanceOf(WriteException.class)
                .hasCause(away);
    }

    @Test
    void everyCallHasItsAsyncForm() {
        Cache<String, String> cache = bare("plain").build();
        AsyncCache<String, String> async = cache.async();
        origin.set("a", "loaded").set("b", "loaded");

        result(async.put("k", "1"));
        assertThat(result(async.lookup("k")).value()).isEqualTo("1");
        assertThat(result(async.putIfAbsent("k", "2"))).isFalse();
        assertThat(result(async.replace("k", "3"))).isTrue();
        assertThat(result(async.replace("k", "x", "4"))).isFalse();
        assertThat(result(async.replace("k", "3", "4"))).isTrue();
        assertThat(result(async.touch("k"))).isTrue();
        assertThat(result(async.get("k"))).isEqualTo("4");
        result(async.remove("k"));
        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(result(async.get("a", origin))).isEqualTo("loaded");
        assertThat(result(async.getAll(List.of("a", "b"), origin))).hasSize(2);
        result(async.putAll(Map.of("c", "1", "d", "2")));
        assertThat(result(async.getAll(List.of("c", "d", "e")))).hasSize(2);
        result(async.removeAll(List.of("c")));
        result(async.expire("d"));
        assertThat(cache.lookup("d").isHit()).isFalse();
        result(async.clear());

        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void absenceComesAsANullInAFutureThatSucceeds() {
        Cache<String, String> cache = builder().build();

        assertThat(result(cache.async().get("none"))).isNull();

        assertThat(cache.async().get("none")).isDone();
    }
}
