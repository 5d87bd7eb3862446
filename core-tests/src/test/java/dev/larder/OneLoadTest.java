package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.failure.LoadRejectedException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.failure.RecursiveLoadException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.ManualExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Promise G1: per key one load at a time, whose end everyone hears; and no wait that cannot end. */
final class OneLoadTest extends CacheFixture {
    @Test
    void thousandCallersOfOneColdKeyCauseOneLoad() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        List<Future<String>> callers = start(1_000, () -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 999);
        gate.open();

        assertThat(callers).allSatisfy(caller -> assertThat(result(caller)).isEqualTo("v"));
        assertThat(origin.loads("k")).isOne();
        assertThat(cache.stats().loads()).isOne();
    }

    @Test
    void keysAreLoadedSideBySide() {
        Cache<String, String> cache = builder().build();
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        Future<String> a = start(() -> cache.get("a"));
        Future<String> b = start(() -> cache.get("b"));
        gate.awaitArrivals(2);
        gate.open();

        result(a);
        result(b);
        assertThat(origin.mostLoadsAtOnce()).isEqualTo(2);
    }

    @Test
    void failedLoadFailsAllWhoWaitWithTheSameCause() {
        Cache<String, String> cache = builder().build();
        IOException broken = new IOException("database away");
        origin.fail(Call.LOAD, () -> broken);
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        List<Future<String>> callers = start(50, () -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 49);
        gate.open();

        List<Throwable> failures = new ArrayList<>();
        callers.forEach(caller -> failures.add(failure(caller)));
        assertThat(failures)
                .allSatisfy(each ->
                        assertThat(each).isInstanceOf(LoadException.class).hasCause(broken));
        assertThat(failures).doesNotHaveDuplicates();
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void joinersOfOneLoadWaitForItThoughTheyBringALoaderOfTheirOwn() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        Future<String> first = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        Future<String> second = start(() -> cache.get("k", key -> "another"));
        eventually(() -> cache.stats().of(Count.JOINS) == 1);
        gate.open();

        assertThat(result(first)).isEqualTo("v");
        assertThat(result(second)).isEqualTo("v");
    }

    @Test
    void waitersBeyondTheLimitAreRefusedAtOnce() {
        Cache<String, String> cache = builder().maxWaiters(5).build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        List<Future<String>> callers = start(6, () -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 5);

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadRejectedException.class)
                .hasMessageContaining("maxWaiters")
                .hasMessageContaining("5")
                .hasMessageContaining("things");
        gate.open();

        assertThat(callers).allSatisfy(caller -> assertThat(result(caller)).isEqualTo("v"));
        assertThat(cache.stats().of(Count.LOAD_REJECTIONS)).isOne();
        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void loadsBeyondTheLimitWaitForAPlace() {
        Cache<String, String> cache = builder().maxConcurrentLoads(2).build();
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String key = "k" + i;
            callers.add(start(() -> cache.get(key)));
        }
        gate.awaitArrivals(2);
        gate.open();

        callers.forEach(CacheFixture::result);
        assertThat(origin.loads()).isEqualTo(10);
        assertThat(origin.mostLoadsAtOnce()).isLessThanOrEqualTo(2);
    }

    @Test
    void loadsInsideALoadNeedNoPlaceOfTheirOwn() {
        List<Cache<String, String>> holder = new ArrayList<>();
        CyclicBarrier allInside = new CyclicBarrier(2);
        holder.add(bare("nested")
                .maxConcurrentLoads(2)
                .loader(key -> {
                    if (key.startsWith("inner")) {
                        return key;
                    }
                    allInside.await(10, TimeUnit.SECONDS); // both places are taken now
                    return holder.get(0).get("inner of " + key);
                })
                .build());

        Future<String> one = start(() -> holder.get(0).get("one"));
        Future<String> two = start(() -> holder.get(0).get("two"));

        assertThat(result(one)).isEqualTo("inner of one");
        assertThat(result(two)).isEqualTo("inner of two");
    }

    @Test
    void loadThatFindsNoPlaceInTimeIsRejectedAndNamesTheLimit() {
        Cache<String, String> cache = builder()
                .maxConcurrentLoads(1)
                .hardTimeout(Duration.ofMillis(100))
                .build();
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        Future<String> first = start(() -> cache.get("a"));
        gate.awaitArrivals(1);

        assertThatThrownBy(() -> cache.get("b"))
                .isInstanceOfAny(LoadRejectedException.class, LoadTimeoutException.class);
        failure(first);
        gate.open();

        eventually(() -> cache.lookup("a").isHit());
    }

    @Test
    void loaderThatAsksForItsOwnKeyIsToldOfTheCircle() {
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("circle").loader(key -> holder.get(0).get(key)).build());

        assertThatThrownBy(() -> holder.get(0).get("k"))
                .hasRootCauseInstanceOf(RecursiveLoadException.class)
                .hasStackTraceContaining("k");
        assertThat(holder.get(0).lookup("k").isMiss()).isTrue();
    }

    @Test
    void circleOverSeveralKeysIsFound() {
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("circle")
                .loader(key -> holder.get(0).get(key.equals("a") ? "b" : key.equals("b") ? "c" : "a"))
                .build());

        Throwable failure = failure(start(() -> holder.get(0).get("a")));

        assertThat(failure).hasRootCauseInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void circleOverTwoCachesIsFound() {
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("one").loader(key -> holder.get(1).get(key)).build());
        holder.add(bare("two").loader(key -> holder.get(0).get(key)).build());

        Throwable failure = failure(start(() -> holder.get(0).get("k")));

        assertThat(failure).hasRootCauseInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void circleOverTwoThreadsIsFoundAndBothEnd() {
        CountDownLatch bothLoad = new CountDownLatch(2);
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("circle")
                .loader(key -> {
                    bothLoad.countDown();
                    if (!bothLoad.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        return "alone";
                    }
                    return "" + holder.get(0).get(key.equals("a") ? "b" : "a");
                })
                .build());

        Future<String> a = start(() -> holder.get(0).get("a"));
        Future<String> b = start(() -> holder.get(0).get("b"));

        assertThat(failure(a)).hasRootCauseInstanceOf(RecursiveLoadException.class);
        assertThat(failure(b)).hasRootCauseInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void circleOverLoadsOnTheExecutorIsFound() {
        CountDownLatch bothLoad = new CountDownLatch(2);
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("circle")
                .hardTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .loader(key -> {
                    bothLoad.countDown();
                    if (!bothLoad.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        return "alone";
                    }
                    return "" + holder.get(0).get(key.equals("a") ? "b" : "a");
                })
                .build());

        Future<String> a = start(() -> holder.get(0).get("a"));
        Future<String> b = start(() -> holder.get(0).get("b"));

        assertThat(failure(a)).hasRootCauseInstanceOf(RecursiveLoadException.class);
        assertThat(failure(b)).hasRootCauseInstanceOf(RecursiveLoadException.class);
    }

    @Test
    void loaderMayAskForOtherKeysAndOtherCaches() {
        Cache<String, String> inner = builder("inner").build();
        List<Cache<String, String>> holder = new ArrayList<>();
        holder.add(bare("outer")
                .loader(key -> key.equals("page") ? "<" + holder.get(0).get("block") + ">" : inner.get(key))
                .build());
        origin.set("block", "text");

        assertThat(holder.get(0).get("page")).isEqualTo("<text>");

        assertThat(inner.lookup("block").isHit()).isTrue();
        assertThat(holder.get(0).lookup("block").isHit()).isTrue();
    }

    @Test
    void interruptedLoaderThreadDoesNotFailThoseWhoWait() throws Exception {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        Thread[] leader = new Thread[1];
        Future<String> first = start(() -> {
            leader[0] = Thread.currentThread();
            return cache.get("k");
        });
        gate.awaitArrivals(1);
        List<Future<String>> joiners = start(5, () -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 5);
        origin.letThrough(Call.LOAD, Point.BEFORE);

        leader[0].interrupt();

        assertThat(failure(first)).isInstanceOf(LoadException.class).hasCauseInstanceOf(InterruptedException.class);
        assertThat(joiners).allSatisfy(joiner -> assertThat(result(joiner)).isEqualTo("v"));
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void interruptedWaiterStopsWaitingAndKeepsItsInterrupt() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        Future<String> leader = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        Thread[] waiter = new Thread[1];
        Future<Boolean> interrupted = start(() -> {
            waiter[0] = Thread.currentThread();
            assertThatThrownBy(() -> cache.get("k")).isInstanceOf(LoadTimeoutException.class);
            return Thread.interrupted();
        });
        eventually(() -> cache.stats().of(Count.JOINS) == 1);

        waiter[0].interrupt();

        assertThat(result(interrupted)).isTrue();
        gate.open();
        assertThat(result(leader)).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void waiterThatGivesUpLeavesTheLoadToTheOthers() {
        Cache<String, String> cache =
                builder().hardTimeout(Duration.ofMillis(500)).build();
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);

        Future<String> first = start(() -> cache.get("k"));
        assertThat(failure(first)).isInstanceOf(LoadTimeoutException.class);
        Future<String> second = start(() -> cache.get("k"));
        eventually(() -> cache.stats().of(Count.JOINS) == 1);
        gate.open();

        assertThat(result(second)).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void refusingExecutorRejectsTheLoadAndLeavesNoFlightBehind() {
        ManualExecutor executor = new ManualExecutor();
        Larder own = open(larderBuilder().executor(executor));
        Cache<String, String> cache = own.cache("things", String.class, String.class)
                .loader(origin)
                .hardTimeout(Duration.ofSeconds(PATIENCE_SECONDS))
                .build();
        origin.set("k", "v");
        executor.refuse(true);

        assertThatThrownBy(() -> cache.get("k")).isInstanceOf(LoadRejectedException.class);
        executor.refuse(false);
        Future<String> second = start(() -> cache.get("k"));
        eventually(() -> executor.runAll() > 0 || second.isDone());

        assertThat(result(second)).isEqualTo("v");
    }
}
