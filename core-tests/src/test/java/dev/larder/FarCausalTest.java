package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.read.Lookup;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.Gate;
import dev.larder.testkit.TextCodec;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarTier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A user's next request, on another process, reads his own write: however late the bus is. */
final class FarCausalTest extends FarFixture {
    private Site writer() {
        return site("one", each -> each.bulkLoader(origin));
    }

    /** A process whose near tier holds the old value and that hears nothing of what follows. */
    private Site deafReader() {
        Site two = site("two", each -> each.bulkLoader(origin));
        two.cache().clear();
        origin.set("k", "v1");
        two.cache().get("k");
        two.tier().cutBus();
        return two;
    }

    /** Changes the value on {@code one}; the token is what its user is given. */
    private CausalToken change(Site one) {
        origin.set("k", "v2");
        one.cache().remove("k");
        return CausalToken.parse(one.larder().causalToken().toString());
    }

    @Test
    void everyReadWithTheTokenSeesTheWrite() {
        Site one = writer();
        Site two = deafReader();
        CausalToken token = change(one);
        Cache<String, String> after = two.cache().after(token);

        assertThat(two.cache().get("k")).as("without the token").isEqualTo("v1");
        assertThat(after.lookup("k").state()).isEqualTo(Lookup.State.MISS);
        assertThat(after.get("k")).isEqualTo("v2");
        assertThat(two.cache().get("k")).as("what was read is kept").isEqualTo("v2");
    }

    @Test
    void bulkAsyncAndOneOffReadsSeeItToo() {
        Site one = writer();

        assertThat(deafReader().cache().after(change(one)).getAll(List.of("k"))).isEqualTo(Map.of("k", "v2"));
        assertThat(result(deafReader().cache().after(change(one)).async().get("k")))
                .isEqualTo("v2");
        assertThat(deafReader().cache().after(change(one)).get("k", key -> origin.value(key)))
                .isEqualTo("v2");
        assertThat(deafReader().cache().after(change(one)).getAll(List.of("k"), origin))
                .isEqualTo(Map.of("k", "v2"));
    }

    @Test
    void putClearAndTagRemovalAreCovered() {
        Site one = site("one", each -> each.tags((key, value) -> List.of("t")));
        Site two = site("two", each -> each.tags((key, value) -> List.of("t")));
        two.tier().cutBus();

        origin.set("k", "v1");
        two.cache().get("k");
        one.cache().put("k", "v2");
        assertThat(two.cache().after(one.larder().causalToken()).get("k")).isEqualTo("v2");
        origin.set("k", "v3");
        one.cache().removeTag("t");
        assertThat(two.cache().after(one.larder().causalToken()).get("k")).isEqualTo("v3");
        origin.set("k", "v4");
        one.cache().clear();
        assertThat(two.cache().after(one.larder().causalToken()).get("k")).isEqualTo("v4");
    }

    @Test
    void nearTierCountsAgainOnceItHasHeard() {
        Site one = writer();
        Site two = deafReader();
        Cache<String, String> after = two.cache().after(change(one));
        two.tier().healBus();
        after.get("k");

        two.tier().resetLog();

        assertThat(after.get("k")).isEqualTo("v2");
        assertThat(two.tier().log()).isEmpty();
    }

    @Test
    void otherKeysAreReadFromTheSharedTierUntilItHasHeard() {
        Site one = writer();
        Site two = site("two");
        origin.set("other", "o");
        two.cache().get("other");
        two.tier().cutBus();
        CausalToken token = change(one);

        assertThat(two.cache().after(token).get("other")).isEqualTo("o");

        assertThat(two.cache().stats().of(Count.FAR_HITS)).isOne();
        assertThat(origin.loads("other")).isOne();
    }

    @Test
    void whatIsReadFromTheOriginAfterwardsIsServedNear() {
        Site one = writer();
        Site two = deafReader();
        Cache<String, String> after = two.cache().after(change(one));
        ticker.advance(Duration.ofMillis(1));
        assertThat(after.get("k")).isEqualTo("v2");

        two.tier().resetLog();

        assertThat(after.get("k")).isEqualTo("v2");
        assertThat(two.tier().log()).isEmpty();
    }

    /** A load that has read the old value, and what lets it go on. */
    private record Held(Gate gate, Future<String> load) {}

    /** Begins such a load in {@code site}, which hears nothing of what follows. */
    private Held heldLoad(Site site) {
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> site.cache().get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);
        site.tier().cutBus();
        return new Held(gate, load);
    }

    @Test
    void loadThatBeganBeforeIsWaitedForAndNotUsed() {
        Site one = writer();
        Site two = site("two");
        Held early = heldLoad(two);

        CausalToken token = change(one);
        Future<String> late = start(() -> two.cache().after(token).get("k"));
        eventually(() -> two.cache().stats().of(Count.JOINS) == 1);
        early.gate().open();

        assertThat(resultInTime(late)).isEqualTo("v2");
        assertThat(result(early.load())).isEqualTo("v1");
        assertThat(two.near("k")).as("what is kept").isEqualTo("v2");
    }

    @Test
    void loadThatBeganBeforeIsWaitedForAndNotUsedByBulkReads() {
        Site one = writer();
        Site two = site("two");
        Held early = heldLoad(two);

        CausalToken token = change(one);
        Future<Map<String, String>> late = start(() -> two.cache().after(token).getAll(List.of("k")));
        eventually(() -> two.cache().stats().of(Count.JOINS) == 1);
        early.gate().open();

        assertThat(resultInTime(late)).isEqualTo(Map.of("k", "v2"));
        assertThat(result(early.load())).isEqualTo("v1");
    }

    @Test
    void messageThatArrivesDuringTheReadDoesNotVouchForWhatItTakesAway() {
        Site one = writer();
        FaultyTier tier = new FaultyTier(server.connect("two"));
        Larder larder = open(larderBuilder()
                .farTier(healedWhenAsked(tier))
                .namespace(NAMESPACE)
                .maxSilence(MAX_SILENCE));
        Cache<String, String> cache = larder.cache(NAME, String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .loader(origin)
                .build();
        origin.set("k", "v1");
        cache.get("k");
        tier.cutBus();

        assertThat(cache.after(change(one)).get("k")).isEqualTo("v2");
    }

    /** The tier, whose bus goes on at the very moment at which a reader asks how far it has come. */
    private static FarTier healedWhenAsked(FaultyTier tier) {
        return proxy(FarTier.class, (method, arguments) -> {
            Object result = method.invoke(tier, arguments);
            return !(result instanceof FarCache cache)
                    ? result
                    : proxy(FarCache.class, (called, given) -> {
                        if (called.getName().equals("hasHeard")) {
                            tier.healBus();
                        }
                        return called.invoke(cache, given);
                    });
        });
    }

    @Test
    void staleValueOfTheNearTierIsNoFallback() {
        Site one = writer();
        Site two = site("two", each -> each.timeToLive(SECOND).staleIfError(Duration.ofMinutes(1)));
        origin.set("k", "v1");
        two.cache().get("k");
        two.tier().cutBus();
        CausalToken token = change(one);
        ticker.advance(SECOND.plusMillis(1));
        origin.fail(Call.LOAD, () -> new IllegalStateException("down"));

        assertThat(two.cache().get("k")).isEqualTo("v1");
        assertThatThrownBy(() -> two.cache().after(token).get("k")).isInstanceOf(LoadException.class);
    }

    @Test
    void ownTokenIsHeardWhenTheBusHasComeRound() {
        Site one = writer();
        CausalToken token = change(one);
        one.cache().get("k");

        one.tier().resetLog();

        assertThat(one.cache().after(token).get("k")).isEqualTo("v2");
        assertThat(one.tier().log()).isEmpty();
    }

    /** The user's second change was made here, but this process has not heard of his first one. */
    @Test
    void ownTokenDoesNotVouchForAnothersThatItWasJoinedWith() {
        Site two = writer();
        Site one = deafReader();
        CausalToken first = change(two);
        one.cache().remove("another");
        CausalToken both = first.and(one.larder().causalToken());

        assertThat(one.cache().after(both).get("k")).isEqualTo("v2");
    }

    @Test
    void processThatChangedNothingGivesATokenThatCostsNothing() {
        Site one = writer();
        Site two = deafReader();

        CausalToken token = one.larder().causalToken();

        assertThat(token).hasToString("1");
        assertThat(two.cache().after(token)).isSameAs(two.cache());
    }

    @Test
    void tokensOfTwoProcessesTogetherCoverBoth() {
        Site one = writer();
        Site three = site("three");
        Site two = deafReader();
        CausalToken first = change(one);
        origin.set("k", "v3");
        three.cache().remove("k");
        CausalToken both = first.and(three.larder().causalToken());

        assertThat(two.cache().after(both).get("k")).isEqualTo("v3");
        assertThat(two.cache().after(first).after(three.larder().causalToken()).get("k"))
                .isEqualTo("v3");
        assertThat(both.toString()).as("one position of one log").hasSameSizeAs(first.toString());
    }

    @Test
    void changeThatTheBusDidNotTakeMakesTheTokenIncompleteAndStillCounts() {
        Site one = writer();
        Site two = deafReader();
        two.tier().healBus();
        one.tier().inflict(Fault.FAIL, Operation.PUBLISH);

        CausalToken token = change(one);

        assertThat(token.isComplete()).isFalse();
        assertThat(two.cache().get("k")).isEqualTo("v1");
        assertThat(two.cache().after(token).get("k")).isEqualTo("v2");
    }

    @Test
    void tokenIsCompleteAgainWhenTheTierHasHeardAll() {
        Site one = writer();
        Site two = deafReader();
        two.tier().healBus();
        one.tier().inflict(Fault.FAIL);
        assertThat(change(one).isComplete()).isFalse();
        one.tier().heal();

        eventually(() -> {
            ticker.advance(SECOND);
            return one.larder().causalToken().isComplete();
        });

        assertThat(two.cache().after(one.larder().causalToken()).get("k")).isEqualTo("v2");
    }

    @Test
    void tokenOfALogThatWasLostIsNotHeardAndBreaksNothing() {
        Site one = writer();
        Site two = deafReader();
        CausalToken token = change(one);
        server.restartEmpty();
        two.tier().healBus();
        two.cache().get("k");

        two.tier().resetLog();

        assertThat(two.cache().after(token).get("k")).isEqualTo("v2");
        assertThat(two.tier().calls()).as("calls of the shared tier").isPositive();
    }

    @Test
    void forgedTokenCostsItsOwnReaderAloneTheNearTier() {
        Site two = deafReader();
        CausalToken forged = CausalToken.parse("1~redis-AAAAAAAAAAAAAAAA.ffffffffffffffff~nonsense.1");

        assertThat(two.cache().after(forged).get("k")).isEqualTo("v1");
        assertThat(two.near("k")).as("for all others").isEqualTo("v1");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void tierThatIsDownLeavesTheOrigin() {
        Site one = writer();
        Site two = deafReader();
        CausalToken token = change(one);
        two.tier().inflict(Fault.FAIL);

        assertThat(two.cache().after(token).get("k")).isEqualTo("v2");
    }

    @Test
    void cacheWithoutASharedTierNeverHearsOfOthersAndIsAsItIs() {
        CausalToken token = change(writer());
        Cache<String, String> alone = builder("alone").build();

        assertThat(alone.after(token)).isSameAs(alone);
        assertThat(larder().causalToken()).hasToString("1");
    }

    @Test
    void tokenCoversAllCachesOfTheProcess() {
        Site one = writer();
        Site two = site("two");
        Cache<String, String> oneOther = other(one);
        Cache<String, String> twoOther = other(two);
        origin.set("k", "v1").set("o", "v1");
        two.cache().get("k");
        twoOther.get("o");
        two.tier().cutBus();
        CausalToken ofK = change(one);
        origin.set("o", "v2");
        oneOther.remove("o");
        CausalToken ofBoth = one.larder().causalToken();

        assertThat(two.cache().after(ofBoth).get("k")).isEqualTo("v2");
        assertThat(twoOther.after(ofBoth).get("o")).isEqualTo("v2");
        assertThat(ofBoth).isNotEqualTo(ofK);
    }

    private Cache<String, String> other(Site site) {
        return site.larder()
                .cache("others", String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .loader(origin)
                .build();
    }
}
