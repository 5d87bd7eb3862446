package dev.larder.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a front holds and serves: copies, of what is fresh, under leases, and only while it is proven. */
final class StackFrontTest extends StackFixture {
    @Test
    void whatWasReadOnceIsReadFromTheFrontByEveryProcessOfTheMachine() {
        Peer one = process(here);
        Peer two = process(here);
        Peer elsewhere = process(there);
        one.store("k", "v");

        assertThat(one.readsFromItsFront("k")).isFalse();
        assertThat(two.readsFromItsFront("k")).isTrue();
        assertThat(two.read("k")).isEqualTo("v");
        assertThat(elsewhere.readsFromItsFront("k")).isFalse();
    }

    @Test
    void bulkReadsAreCopiedToo() {
        Peer one = process(here);
        List<String> keys = List.of("a", "b", "c");
        keys.forEach(key -> one.store(key, "of " + key));

        answer(one.cache().getAll(keys));

        assertThat(keys).allMatch(one::readsFromItsFront);
        one.behind().resetLog();
        assertThat(answer(one.cache().getAll(keys))).hasSize(3);
        assertThat(one.behind().calls()).isZero();
    }

    @Test
    void bulkReadAsksBehindOnlyForWhatTheFrontHasNot() {
        Peer one = process(here);
        one.storeAndCopy("a", "of a");
        one.store("b", "of b");
        one.behind().resetLog();

        assertThat(answer(one.cache().getAll(List.of("a", "b", "missing")))).containsOnlyKeys("a", "b");

        assertThat(one.behind().log()).containsExactly(new FaultyTier.Call(Operation.GET_ALL, List.of("b", "missing")));
    }

    @Test
    void copyLivesNoLongerThanTheEntryBehindIt() {
        Peer one = process(here);
        one.store("k", value("v", 1_000, 0));
        ticker.advance(Duration.ofMillis(600));
        one.read("k");
        assertThat(one.readsFromItsFront("k")).isTrue();

        ticker.advance(Duration.ofMillis(399));

        one.behind().resetLog();
        assertThat(one.read("k")).isIn("v", null);
        ticker.advance(Duration.ofMillis(1));
        assertThat(one.read("k")).isNull();
    }

    @Test
    void whatIsStaleByItsTimeIsReadFromBehindWhereItMayHaveBeenRenewed() {
        Peer one = process(here);
        one.store("k", value("old", 10_000, 4_000));
        one.read("k");
        assertThat(one.readsFromItsFront("k")).isTrue();

        ticker.advance(Duration.ofMillis(6_500));

        assertThat(one.readsFromItsFront("k")).isFalse();
        assertThat(one.readsFromItsFront("k")).as("nor is it copied").isFalse();
    }

    @Test
    void whatWasExpiredIsNotServedAsFresh() {
        Peer one = process(here);
        one.storeAndCopy("k", "v");

        answer(one.cache().expire("k", 60_000));

        assertThat(one.readsFromItsFront("k")).isFalse();
        assertThat(answer(one.cache().acquire("k", lease()))).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void renewedValueReplacesTheCopy() {
        Peer one = process(here);
        one.store("k", value("first", 10_000, 0));
        one.read("k");
        String token = Tokens.next();
        answer(one.cache().acquire("k", new LeaseRequest(token, 60_000, 20_000)));

        answer(one.cache().fill("k", token, value("second", 10_000, 0)));

        assertThat(one.read("k")).isEqualTo("second");
    }

    @Test
    void valueRenewedElsewhereReplacesTheCopyOfWhoAsksForTheLease() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", value("first", 10_000, 0));
        one.read("k");
        String token = Tokens.next();
        answer(two.cache().acquire("k", new LeaseRequest(token, 60_000, 20_000)));
        answer(two.cache().fill("k", token, value("second", 50_000, 0)));
        assertThat(one.read("k")).as("true, though older").isEqualTo("first");

        assertThat(answer(one.cache().acquire("k", lease()))).isInstanceOf(Acquired.Hit.class);

        assertThat(one.read("k")).isEqualTo("second");
    }

    @Test
    void removalHoldsAtOnceForAllProcessesOfTheMachine() {
        Peer one = process(here);
        Peer two = process(here);
        one.storeAndCopy("k", "v");

        answer(one.cache().invalidate(List.of("k")));

        assertThat(one.read("k")).isNull();
        assertThat(two.read("k")).isNull();
    }

    @Test
    void removalHoldsOnOtherMachinesWhenTheyHaveHeardOfIt() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v");
        two.read("k");
        assertThat(two.readsFromItsFront("k")).isTrue();

        one.remove("k");

        assertThat(two.heard().hasKey("k")).isTrue();
        assertThat(two.read("k")).isNull();
    }

    @Test
    void processThatHeardNothingForTooLongGoesAroundItsFront() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v1");
        two.read("k");
        two.behind().cutBus();
        one.remove("k");
        one.store("k", "v2");
        assertThat(two.read("k")).isEqualTo("v1");

        ticker.advance(MAX_SILENCE.plusMillis(1));

        assertThat(two.read("k")).isEqualTo("v2");
    }

    @Test
    void copyThatWasReadBeforeARemovalIsRefused() {
        Peer one = process(here);
        Peer two = process(here);
        one.store("k", "v1");
        two.behind().inflict(Fault.HOLD_ANSWER, Operation.GET);
        CompletionStage<@Nullable FarValue> slow = two.cache().get("k");

        one.remove("k");
        two.behind().heal();

        assertThat(text(answer(slow))).isEqualTo("v1");
        assertThat(one.read("k")).isNull();
        assertThat(two.read("k")).isNull();
    }

    @Test
    void copyMadeWhileTheBackIsBeingToldIsRemovedToo() {
        Peer one = process(here);
        Peer two = process(here);
        one.storeAndCopy("k", "v1");
        one.behind().inflict(Fault.HOLD_REQUEST, Operation.INVALIDATE);
        CompletionStage<Void> removal = one.cache().invalidate(List.of("k"));
        two.storeAndCopy("k", "v1");

        one.behind().heal();

        answer(removal);
        assertThat(one.read("k")).isNull();
        assertThat(two.read("k")).isNull();
    }

    @Test
    void nearestFrontIsToldWhenTheOneBehindItHasBeen() {
        FaultyTier nearest = new FaultyTier(here.connect("nearest"));
        FaultyTier middle = new FaultyTier(there.connect("middle"));
        FaultyTier behind = new FaultyTier(back.connect("back"));
        FarTier row = StackTier.of(List.of(nearest, middle, behind), context(), TIER_TIMEOUT_NANOS);
        Peer one = new Peer(nearest, behind, row.cache(options(), new RecordingBus()), new RecordingBus());
        one.storeAndCopy("k", "v1");
        nearest.resetLog();
        middle.inflict(Fault.HOLD_REQUEST, Operation.INVALIDATE);

        CompletionStage<Void> removal = one.cache().invalidate(List.of("k"));

        assertThat(nearest.calls(Operation.INVALIDATE)).isZero();
        middle.heal();
        answer(removal);
        assertThat(nearest.calls(Operation.INVALIDATE)).isOne();
    }

    @Test
    void readsGoAroundTheFrontForAKeyThatIsBeingRemovedFromIt() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v1");
        one.store("other", "o");
        two.read("k");
        two.read("other");
        two.front().inflict(Fault.HOLD_REQUEST, Operation.INVALIDATE);

        one.remove("k");
        one.store("k", "v2");

        assertThat(two.heard().hasKey("k")).isTrue();
        assertThat(two.read("k")).isEqualTo("v2");
        assertThat(answer(two.cache().getAll(List.of("k", "other"))).values().stream()
                        .map(StackFixture::text))
                .containsExactlyInAnyOrder("v2", "o");
        assertThat(two.readsFromItsFront("other")).isTrue();
        two.front().heal();
        assertThat(two.read("k")).isEqualTo("v2");
        assertThat(two.readsFromItsFront("k")).isTrue();
    }

    @Test
    void clearEmptiesTheFrontsOfEveryMachine() {
        Peer one = process(here);
        Peer two = process(there);
        one.storeAndCopy("k", "v");
        two.read("k");

        answer(one.cache().clear());
        answer(one.cache().publishCleared());

        assertThat(one.read("k")).isNull();
        assertThat(two.read("k")).isNull();
        one.storeAndCopy("k", "new");
        two.read("k");
        assertThat(two.readsFromItsFront("k")).isTrue();
    }

    @Test
    void switchOfARebuildEmptiesTheFronts() {
        Peer one = process(here);
        Peer two = process(there);
        one.storeAndCopy("k", "old");
        two.read("k");
        FarRebuild rebuild = answer(one.cache().rebuild());
        answer(rebuild.write(Map.of("k", value("new", -1, 0))));
        assertThat(one.readsFromItsFront("k")).isTrue();

        answer(rebuild.commit());
        answer(one.cache().publishCleared());

        assertThat(one.read("k")).isEqualTo("new");
        assertThat(two.read("k")).isEqualTo("new");
    }

    @Test
    void switchWhoseAnswerIsLostEmptiesTheFront() {
        Peer one = process(here);
        one.storeAndCopy("k", "old");
        FarRebuild rebuild = answer(one.cache().rebuild());
        answer(rebuild.write(Map.of("k", value("new", -1, 0))));
        one.behind().inflict(Fault.LOSE_ANSWER, Operation.REBUILD_COMMIT);

        assertThat(rebuild.commit().toCompletableFuture()).isCompletedExceptionally();

        assertThat(one.read("k")).isEqualTo("new");
    }

    @Test
    void overtakenWriteLeavesNothingInTheFront() {
        Peer one = process(here);
        Peer two = process(here);
        String token = Tokens.next();
        answer(one.cache().beginWrite("k", token, 60_000));
        two.storeAndCopy("k", "second");

        assertThat(answer(one.cache().commitWrite("k", token, value("first", -1, 0))))
                .isFalse();

        assertThat(two.read("k")).isNull();
    }

    @Test
    void stacksOverOtherBacksDoNotShareCopies() {
        Peer one = process(here);
        one.storeAndCopy("k", "v");
        FaultyTier other = new FaultyTier(there.connect("another back"));
        var cache = StackTier.of(List.of(here.connect("front"), other), context(), TIER_TIMEOUT_NANOS)
                .cache(options(), new RecordingBus());

        assertThat(answer(cache.get("k"))).isNull();
        assertThat(here.entries(NAMESPACE, NAME))
                .as("nor with users of the front alone")
                .isZero();
    }

    @Test
    void absenceIsNotCopied() {
        Peer one = process(here);
        assertThat(one.read("k")).isNull();

        one.store("k", "v");

        assertThat(one.read("k")).isEqualTo("v");
    }
}
