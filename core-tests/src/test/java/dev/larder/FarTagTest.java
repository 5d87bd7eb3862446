package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.bus.BusListener;
import dev.larder.load.Loaded;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.Gate;
import dev.larder.testkit.TextCodec;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags of caches that share a far tier: what one process invalidates is untrue for all. */
final class FarTagTest extends FarFixture {
    private static final Duration TTL = Duration.ofHours(1);

    @BeforeEach
    void fillTheOrigin() {
        List.of("red", "blue").forEach(tag -> IntStream.range(0, 50).forEach(i -> origin.set(tag + ":" + i, "v")));
        List.of("a", "b", "k", "l").forEach(key -> origin.set(key, "v"));
    }

    /** Keys are {@code tag:number}. */
    private Site tagged(String name) {
        return site(name, each -> each.tags((key, value) -> List.of(key.substring(0, key.indexOf(':')))));
    }

    @Test
    void removedTagIsUntrueInTheFarTierForEveryProcess() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().getAll(List.of("red:1", "red:2", "blue:1"));

        two.cache().removeTag("red");

        Site three = tagged("three");
        assertThat(three.cache().getAll(List.of("red:1", "red:2", "blue:1"))).hasSize(3);
        assertThat(origin.loads("red:1")).isEqualTo(2);
        assertThat(origin.loads("red:2")).isEqualTo(2);
        assertThat(origin.loads("blue:1")).isEqualTo(1);
    }

    @Test
    void nearTiersOfOtherProcessesHearOfIt() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().get("red:1");
        one.cache().get("blue:1");

        two.cache().removeTag("red");

        assertThat(one.near("red:1")).isNull();
        assertThat(one.near("blue:1")).isNotNull();
    }

    @Test
    void whatIsLoadedAfterTheRemovalIsSharedAgain() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().get("red:1");
        one.cache().removeTag("red");

        one.cache().get("red:1");
        two.cache().get("red:1");

        assertThat(origin.loads("red:1")).isEqualTo(2);
    }

    @Test
    void oneProcessLoadsWhatATagMadeUntrue() {
        List<Site> sites = IntStream.range(0, 4).mapToObj(i -> tagged("s" + i)).toList();
        List<String> keys = IntStream.range(0, 30).mapToObj(i -> "red:" + i).toList();
        sites.get(0).cache().getAll(keys);
        sites.get(0).cache().removeTag("red");

        sites.forEach(site -> assertThat(site.cache().getAll(keys)).hasSize(30));
        sites.forEach(site -> keys.forEach(site.cache()::get));

        assertThat(origin.loads()).isEqualTo(60);
    }

    @Test
    void loadUnderWayWhenItsTagIsRemovedElsewhereIsNotServedAfterwards() {
        Site one = tagged("one");
        Site two = tagged("two");
        origin.set("red:1", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> loading = start(() -> one.cache().get("red:1"));
        gate.awaitArrivals(1);

        origin.set("red:1", "new");
        two.cache().removeTag("red");
        gate.open();

        resultInTime(loading);
        assertThat(one.cache().get("red:1")).isEqualTo("new");
        assertThat(two.cache().get("red:1")).isEqualTo("new");
    }

    @Test
    void putWhoseWriteWasUnderWayIsNotServedAfterwards() {
        Site one = tagged("one");
        Site two = tagged("two");
        Gate gate = origin.hold(Call.WRITE, Point.AFTER);
        Future<String> putting = startRun(() -> one.cache().put("red:1", "put"));
        gate.awaitArrivals(1);

        two.cache().removeTag("red");
        gate.open();
        resultInTime(putting);
        origin.set("red:1", "newer");

        assertThat(one.cache().get("red:1")).isEqualTo("newer");
        assertThat(two.cache().get("red:1")).isEqualTo("newer");
    }

    @Test
    void putIsSharedWithItsTags() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().put("red:1", "put");
        assertThat(two.cache().get("red:1")).isEqualTo("put");
        assertThat(origin.loads()).isZero();

        one.cache().removeTag("red");
        origin.set("red:1", "newer");

        assertThat(two.cache().get("red:1")).isEqualTo("newer");
    }

    @Test
    void rowsOfARebuildHaveTheirTags() {
        Site one = tagged("one");
        Site two = tagged("two");

        one.cache().rebuild(List.of(Map.entry("red:1", "row"), Map.entry("blue:1", "row")).stream());
        assertThat(two.cache().get("red:1")).isEqualTo("row");
        two.cache().removeTag("red");

        origin.set("red:1", "newer");
        assertThat(one.cache().get("red:1")).isEqualTo("newer");
        assertThat(one.cache().get("blue:1")).isEqualTo("row");
    }

    @Test
    void rowsReadBeforeTheirTagWasRemovedAreNotServed() {
        Site one = tagged("one");
        Site two = tagged("two");
        origin.set("red:1", "newer");

        one.cache().rebuild(List.of("red:1", "blue:1").stream().map(key -> {
            two.cache().removeTag("red");
            return Map.entry(key, "row");
        }));

        assertThat(two.cache().get("red:1")).isEqualTo("newer");
        assertThat(two.cache().get("blue:1")).isEqualTo("row");
    }

    @Test
    void loaderGivesTagsToACacheThatHadNone() {
        Site one = site(
                "one",
                each -> each.entryLoader(key -> Loaded.of(origin.load(key)).tags("t")));
        Site two = site(
                "two",
                each -> each.entryLoader(key -> Loaded.of(origin.load(key)).tags("t")));
        one.cache().get("a"); // nobody knew yet that the tag clock matters, so that this one is not shared
        one.cache().get("b");
        two.cache().get("b");
        assertThat(origin.loads("b")).isEqualTo(1);

        two.cache().removeTag("t");

        assertThat(one.near("a")).isNull();
        assertThat(one.near("b")).isNull();
        one.cache().get("b");
        assertThat(origin.loads("b")).isEqualTo(2);
    }

    @Test
    void cacheWithoutTagsAsksForNone() {
        Site one = site("one");
        one.cache().get("k");
        one.cache().getAll(List.of("k", "l"));
        one.cache().put("m", "v");

        assertThat(one.tier().calls(Operation.TAG_CLOCK, Operation.TAG_READ)).isZero();
    }

    @Test
    void taggedHitCostsNoMoreThanTheClockBesideIt() {
        Site one = tagged("one");
        Site two = tagged("two");
        List<String> keys = IntStream.range(0, 50).mapToObj(i -> "red:" + i).toList();
        keys.forEach(one.cache()::get);
        two.cache().get("red:0");
        int before = two.tier().calls(Operation.TAG_READ);

        keys.subList(1, 25).forEach(two.cache()::get);
        one.cache().removeTag("blue"); // the bus tells, so that nothing need be asked
        keys.subList(25, 50).forEach(two.cache()::get);

        assertThat(two.tier().calls(Operation.TAG_READ)).isEqualTo(before);
        assertThat(origin.loads()).isEqualTo(50);
    }

    @Test
    void removalThatTheBusHasNotBroughtYetHoldsInTheFarTier() {
        Site one = tagged("one");
        Site two = tagged("two");
        Site three = tagged("three");
        one.cache().get("red:1");
        three.cache().get("red:2");
        server.cutBus();

        two.cache().removeTag("red");

        assertThat(three.cache().get("red:1")).isNotNull();
        assertThat(origin.loads("red:1")).isEqualTo(2);
    }

    @Test
    void lostRecordsAndAWholeEmptyServerCountAsRemovals() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().get("red:1");
        one.cache().removeTag("blue");
        server.evictTag(NAMESPACE, NAME, "red"); // it may have been the one removed
        two.cache().get("red:1");
        assertThat(origin.loads("red:1")).isEqualTo(2);

        server.restartEmpty();

        assertThat(two.cache().get("red:1")).isNotNull();
        assertThat(one.cache().get("red:1")).isNotNull();
        assertThat(origin.loads("red:1")).isEqualTo(3);
    }

    @Test
    void removalWhileTheTierIsAwayHoldsHereAtOnceAndEverywhereWhenItIsBack() {
        Site one = tagged("one");
        Site two = tagged("two");
        origin.set("red:1", "old");
        one.cache().get("red:1");
        two.cache().get("red:1");
        one.tier().inflict(Fault.FAIL);

        origin.set("red:1", "new");
        one.cache().removeTag("red");
        assertThat(one.cache().get("red:1")).isEqualTo("new");
        one.tier().heal();
        assertThat(one.cache().get("red:1")).as("before the tier was told").isEqualTo("new");
        ticker.advance(Duration.ofSeconds(30));

        eventually(() -> two.near("red:1") == null);
        assertThat(two.cache().get("red:1")).isEqualTo("new");
        assertThat(tagged("three").cache().get("red:1")).isEqualTo("new");
    }

    @Test
    void lostAnswerToARemovalIsMadeGood() {
        Site one = tagged("one");
        Site two = tagged("two");
        origin.set("red:1", "old");
        two.cache().get("red:1");
        one.tier().inflictNext(1, Fault.LOSE_ANSWER, Operation.TAG_CHANGE);

        origin.set("red:1", "new");
        one.cache().removeTag("red");
        assertThat(one.cache().get("red:1")).isEqualTo("new");
        ticker.advance(Duration.ofSeconds(5));

        eventually(() -> two.near("red:1") == null);
        assertThat(two.cache().get("red:1")).isEqualTo("new");
    }

    @Test
    void tierThatDoesNotTellItsTagsIsGoneAround() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().get("red:1");
        two.tier().inflict(Fault.FAIL, Operation.TAG_READ, Operation.TAG_CLOCK);

        assertThat(two.cache().get("red:1")).isNotNull();
        assertThat(two.cache().getAll(List.of("red:1", "red:2"))).hasSize(2);
    }

    @Test
    void entryThatCannotBeRetiredCostsNoOtherItsLease() {
        Site one = tagged("one");
        Site two = tagged("two");
        one.cache().get("red:1");
        one.cache().removeTag("red");
        two.tier().inflict(Fault.FAIL, Operation.RETIRE);

        assertThat(two.cache().getAll(List.of("red:1", "blue:1"))).hasSize(2);
        assertThat(one.cache().get("blue:1")).isNotNull();

        assertThat(origin.loads("blue:1")).isEqualTo(1);
        assertThat(two.cache().get("red:1")).isNotNull();
    }

    @Test
    void staleTagIsServedWhileItIsRenewedInEveryProcess() {
        Site one = site("one", each -> stale(each));
        Site two = site("two", each -> stale(each));
        origin.set("k", "old");
        one.cache().get("k");
        origin.set("k", "new");

        one.cache().staleTag("t");

        assertThat(two.cache().get("k")).isEqualTo("old");
        eventually(() -> "new".equals(two.cache().get("k")));
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void staleTagIsServedNoLongerThanItsWindow() {
        Site one = site("one", each -> stale(each));
        Site two = site("two", each -> stale(each));
        origin.set("k", "old");
        one.cache().get("k");
        one.cache().staleTag("t");
        origin.set("k", "new");

        ticker.advance(Duration.ofMinutes(6));

        assertThat(two.cache().get("k")).isEqualTo("new");
    }

    private static CacheBuilder<String, String> stale(CacheBuilder<String, String> builder) {
        return builder.timeToLive(TTL)
                .staleWhileRevalidate(Duration.ofMinutes(5))
                .tags((key, value) -> List.of("t"));
    }

    @Test
    void removedTagIsOfNoUseEvenWhenTheLoadFails() {
        Site one = site("one", each -> stale(each).staleIfError(TTL));
        Site two = site("two", each -> stale(each).staleIfError(TTL));
        one.cache().get("k");
        origin.fail(Call.LOAD, () -> new IOException("down"));

        two.cache().removeTag("t");

        assertThatThrownBy(() -> one.cache().get("k")).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> two.cache().get("k")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void tierThatKeepsNoTagsRefusesThem() {
        FarTier plain = withoutTags(server.connect("plain"));
        Larder larder = open(larderBuilder().farTier(plain).namespace(NAMESPACE));
        Cache<String, String> cache = larder.cache("plain", String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .entryLoader(key -> key.equals("tagged") ? Loaded.of("v").tags("t") : Loaded.of("v"))
                .build();

        assertThatThrownBy(() -> larder.cache("t", String.class, String.class)
                        .codec(TextCodec.INSTANCE)
                        .tags((key, value) -> List.of("t"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keeps no tags");
        assertThatThrownBy(() -> cache.removeTag("t")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> cache.get("tagged")).hasMessageContaining("keeps no tags");
        assertThat(cache.get("k")).isEqualTo("v");
    }

    private static FarTier withoutTags(FarTier tier) {
        return new FarTier() {
            @Override
            public String name() {
                return tier.name();
            }

            @Override
            public FarCache cache(FarCacheOptions options, BusListener listener) {
                FarCache cache = tier.cache(options, listener);
                return (FarCache) Proxy.newProxyInstance(
                        FarCache.class.getClassLoader(),
                        new Class<?>[] {FarCache.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("tags") ? null : method.invoke(cache, arguments));
            }

            @Override
            public CompletionStage<Void> ping() {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {
                tier.close();
            }
        };
    }
}
