package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.failure.TierException;
import dev.larder.load.Loaded;
import dev.larder.read.Lookup;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.Gate;
import dev.larder.testkit.TextCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several processes over one far tier: what one has loaded the others need not, and one loads for all (G1). */
final class FarSharingTest extends FarFixture {
    @Test
    void valueLoadedByOneProcessIsReadByTheOthersWithoutALoad() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");

        assertThat(one.cache().get("k")).isEqualTo("v");
        assertThat(two.cache().get("k")).isEqualTo("v");

        assertThat(origin.loads("k")).isOne();
        assertThat(two.cache().stats().of(Count.FAR_HITS)).isOne();
        assertThat(two.cache().stats().misses()).isZero();
    }

    @Test
    void valueReadFromTheFarTierIsKeptNearAndCostsNoRoundTripAgain() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");
        one.cache().get("k");
        two.cache().get("k");
        two.tier().resetLog();

        assertThat(two.cache().get("k")).isEqualTo("v");

        assertThat(two.tier().log()).isEmpty();
        assertThat(two.cache().stats().of(Count.NEAR_HITS)).isOne();
    }

    @Test
    void valuePutByOneIsReadByTheOthers() {
        Site one = site("one");
        Site two = site("two");

        one.cache().put("k", "v");

        assertThat(two.cache().get("k")).isEqualTo("v");
        assertThat(one.near("k")).isEqualTo("v");
        assertThat(origin.loads()).isZero();
    }

    @Test
    void lookupAsksTheFarTierAndTellsWhichTierAnswered() {
        Site one = site("one");
        Site two = site("two");
        one.cache().put("k", "v");
        ticker.advance(Duration.ofSeconds(3));

        Lookup<String> far = two.cache().lookup("k");

        assertThat(far.isHit()).isTrue();
        assertThat(far.tier()).contains("two");
        assertThat(far.age()).isEqualTo(Duration.ofSeconds(3));
        assertThat(one.cache().lookup("k").tier()).isEqualTo("memory");
        assertThat(two.cache().lookup("none").isMiss()).isTrue();
    }

    @Test
    void absenceIsShared() {
        Site one = site("one");
        Site two = site("two");

        assertThat(one.cache().get("none")).isNull();
        assertThat(two.cache().get("none")).isNull();

        assertThat(origin.loads("none")).isOne();
        assertThat(two.cache().lookup("none").isHit()).isTrue();
    }

    @Test
    void valueIsAsOldInEveryProcess() {
        Site one = site("one", each -> each.timeToLive(Duration.ofSeconds(10)));
        Site two = site("two", each -> each.timeToLive(Duration.ofSeconds(10)));
        origin.set("k", "old");
        one.cache().get("k");
        ticker.advance(Duration.ofSeconds(9));
        assertThat(two.cache().get("k")).isEqualTo("old");
        origin.set("k", "new");

        ticker.advance(Duration.ofMillis(1_001));

        assertThat(two.cache().get("k")).isEqualTo("new");
    }

    @Test
    void staleValueOfTheFarTierIsServedWhileOneProcessRenewsIt() {
        List<Site> sites = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            sites.add(site(
                    name,
                    each -> each.timeToLive(Duration.ofSeconds(10)).staleWhileRevalidate(Duration.ofSeconds(60))));
        }
        origin.set("k", "old");
        sites.get(0).cache().get("k");
        ticker.advance(Duration.ofSeconds(11));
        origin.set("k", "new");

        assertThat(sites.get(1).cache().get("k")).isEqualTo("old");

        eventually(() -> "new".equals(sites.get(1).cache().get("k")));
        eventually(() -> "new".equals(sites.get(0).cache().get("k")));
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void staleValueOfTheFarTierIsServedWhenTheLoadFails() {
        Site one = site("one", each -> each.timeToLive(SECOND).staleIfError(Duration.ofSeconds(60)));
        Site two = site("two", each -> each.timeToLive(SECOND).staleIfError(Duration.ofSeconds(60)));
        origin.set("k", "old");
        one.cache().get("k");
        ticker.advance(Duration.ofSeconds(5));
        origin.fail(Call.LOAD, () -> new IOException("away"));

        assertThat(two.cache().get("k")).isEqualTo("old");
    }

    @Test
    void valueExpiredElsewhereIsServedStaleForAsLongAsAnExpiredOneHere() {
        Duration renewing = Duration.ofSeconds(5);
        Duration failing = Duration.ofSeconds(60);
        Site one = site(
                "one",
                each -> each.timeToLive(Duration.ofHours(1))
                        .staleWhileRevalidate(renewing)
                        .staleIfError(failing));
        Site two = site(
                "two",
                each -> each.timeToLive(Duration.ofHours(1))
                        .staleWhileRevalidate(renewing)
                        .staleIfError(failing));
        origin.set("k", "old");
        one.cache().get("k");
        two.cache().expire("k");
        origin.set("k", "new");

        ticker.advance(renewing.plusSeconds(1));

        assertThat(one.cache().get("k")).isEqualTo("new");
        two.cache().expire("k");
        ticker.advance(renewing.plusSeconds(1));
        origin.fail(Call.LOAD, () -> new IOException("away"));
        assertThat(one.cache().get("k")).isEqualTo("new");
        ticker.advance(failing);
        assertThatThrownBy(() -> one.cache().get("k")).isInstanceOf(LoadException.class);
    }

    @Test
    void bulkReadAsksTheFarTierOnceAndTheOriginOnce() {
        Site one = site("one", each -> each.bulkLoader(origin));
        Site two = site("two", each -> each.bulkLoader(origin));
        List<String> keys = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> origin.set(key, "v" + key));
        one.cache().getAll(keys.subList(0, 25));
        two.tier().resetLog();

        Map<String, String> found = two.cache().getAll(keys);

        assertThat(found).hasSize(50);
        assertThat(two.tier().calls(Operation.GET_ALL)).isOne();
        assertThat(two.tier().calls(Operation.GET)).isZero();
        assertThat(origin.bulkCalls()).hasSize(2);
        assertThat(origin.loads()).isEqualTo(50);
        two.tier().resetLog();
        assertThat(two.cache().getAll(keys)).isEqualTo(found);
        assertThat(two.tier().log()).isEmpty();
    }

    @Test
    void herdOverSeveralProcessesCausesOneLoad() {
        List<Site> sites = List.of(site("one"), site("two"), site("three"), site("four"));
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        List<Future<String>> callers = new ArrayList<>();
        for (Site site : sites) {
            callers.addAll(start(50, () -> site.cache().get("k")));
        }
        gate.awaitArrivals(1);
        eventually(() -> sites.stream()
                        .mapToLong(site -> site.cache().stats().of(Count.JOINS))
                        .sum()
                == 196);

        ticker.advance(Duration.ofMillis(500));
        gate.open();

        for (Future<String> caller : callers) {
            assertThat(resultInTime(caller)).isEqualTo("v");
        }
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void loadThatTakesLongKeepsItsLease() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> loader = start(() -> one.cache().get("k"));
        gate.awaitArrivals(1);
        Future<String> waiter = start(() -> two.cache().get("k"));
        eventually(() -> two.tier().calls(Operation.ACQUIRE) > 0);

        ticker.advance(LEASE.multipliedBy(5));
        assertThat(origin.calls(Call.LOAD)).isOne();
        gate.open();

        assertThat(result(loader)).isEqualTo("v");
        assertThat(resultInTime(waiter)).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void loaderThatDiesIsFollowedByOneOtherWhenItsLeaseEnds() {
        Site dying = site("dying");
        Site two = site("two");
        Site three = site("three");
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> lost = start(() -> dying.cache().get("k"));
        gate.awaitArrivals(1);
        dying.tier().inflict(Fault.HANG);
        origin.letThrough(Call.LOAD, Point.AFTER);

        Future<String> second = start(() -> two.cache().get("k"));
        Future<String> third = start(() -> three.cache().get("k"));
        eventually(() -> two.tier().calls(Operation.ACQUIRE) > 0 && three.tier().calls(Operation.ACQUIRE) > 0);
        ticker.advance(LEASE.minusMillis(200));
        assertThat(second.isDone()).isFalse();

        assertThat(resultInTime(second)).isEqualTo("v");
        assertThat(resultInTime(third)).isEqualTo("v");
        assertThat(origin.calls(Call.LOAD)).isEqualTo(2);
        gate.open();
        result(lost);
    }

    @Test
    void loaderThatFailsFreesTheLeaseAtOnce() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");
        origin.fail(Call.LOAD, 1, () -> new IOException("once"));

        assertThatThrownBy(() -> one.cache().get("k")).isInstanceOf(LoadException.class);

        assertThat(two.cache().get("k")).isEqualTo("v");
    }

    @Test
    void valueNotToBeStoredIsStoredInNoTier() {
        Site one = site("one", each -> each.entryLoader(key -> Loaded.of("once").timeToLive(Duration.ZERO)));

        assertThat(one.cache().get("k")).isEqualTo("once");

        assertThat(server.entries(NAMESPACE, NAME)).isZero();
        assertThat(one.cache().lookup("k").isMiss()).isTrue();
        assertThat(site("two").cache().get("k")).isNull();
    }

    @Test
    void keysOfEveryCommonTypeAreShared() {
        record Stock(int article, String unit, String store) {}
        shares("longs", Long.class, 42L);
        shares("integers", Integer.class, -1);
        shares("uuids", UUID.class, new UUID(1, 2));
        shares("enums", Fault.class, Fault.HANG);
        shares("records", Stock.class, new Stock(7, "a/b:c", "{S}"));
        shares("texts", String.class, "{}%:\n\u0000ü");
    }

    private <K> void shares(String name, Class<K> type, K key) {
        List<Cache<K, String>> caches = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            caches.add(open(larderBuilder().farTier(server.connect(name + i)))
                    .cache(name, type, String.class)
                    .codec(TextCodec.INSTANCE)
                    .build());
        }
        caches.get(0).put(key, "v");

        assertThat(caches.get(1).get(key)).as(name).isEqualTo("v");
        caches.get(1).remove(key);
        assertThat(caches.get(0).asMap().get(key)).as(name).isNull();
    }

    @Test
    void cacheOverAFarTierNeedsACodecAndSaysSo() {
        Larder larder = open(larderBuilder().farTier(server.connect("one")));

        assertThatThrownBy(
                        () -> larder.cache("things", String.class, Thread.class).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("codec")
                .hasMessageContaining("things");
    }

    @Test
    void keysOfAnUnknownTypeNeedACodecAndSaySo() {
        Larder larder = open(larderBuilder().farTier(server.connect("one")));

        assertThatThrownBy(() -> larder.cache("things", Thread.class, String.class)
                        .codec(TextCodec.INSTANCE)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keyCodec")
                .hasMessageContaining("things");
    }

    @Test
    void memoizedFunctionsStayInProcess() {
        Site one = site("one");
        one.tier().resetLog();

        assertThat(one.larder().memoize(key -> "v").apply("k")).isEqualTo("v");

        assertThat(one.tier().log()).isEmpty();
    }

    @Test
    void pingAsksTheTier() {
        Site one = site("one");

        one.larder().ping(SECOND);
        assertThat(one.tier().calls(Operation.PING)).isOne();
        one.tier().inflict(Fault.FAIL, Operation.PING);

        assertThatThrownBy(() -> one.larder().ping(SECOND))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("one");
    }
}
