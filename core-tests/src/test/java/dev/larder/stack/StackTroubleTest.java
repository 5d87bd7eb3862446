package dev.larder.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fronts in trouble: away, slow, full, older than they were, just found; and rows of tiers that make no sense. */
final class StackTroubleTest extends StackFixture {
    private static final Duration A_WHILE = Duration.ofMillis(1_500);

    @Test
    void whatAFrontHeldBeforeTheProcessStartedIsNotServed() {
        Peer before = process(here);
        before.storeAndCopy("k", "v1");
        before.cache().close();
        Peer elsewhere = process(there);
        elsewhere.remove("k");
        elsewhere.store("k", "v2");

        Peer after = process(here);

        assertThat(after.read("k")).isEqualTo("v2");
        assertThat(after.readsFromItsFront("k")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "THROW", "LOSE_ANSWER"})
    void readsGoOnBehindAFrontThatFails(Fault fault) {
        Peer one = process(here);
        one.storeAndCopy("k", "v");

        one.front().inflict(fault);

        assertThat(one.read("k")).isEqualTo("v");
        assertThat(answer(one.cache().getAll(List.of("k", "missing")))).containsOnlyKeys("k");
        one.store("k", "w");
        assertThat(one.read("k")).isEqualTo("w");
        one.remove("k");
        assertThat(one.read("k")).isNull();
    }

    @Test
    void frontThatHangsCostsAReadItsTimeoutAndThenNothing() {
        Peer one = process(here);
        one.storeAndCopy("k", "v");
        one.front().inflict(Fault.HANG);

        for (int i = 0; i < 3; i++) {
            CompletionStage<@Nullable FarValue> slow = one.cache().get("k");
            assertThat(slow.toCompletableFuture()).isNotDone();
            ticker.advance(Duration.ofMillis(101));
            assertThat(text(answer(slow))).isEqualTo("v");
        }

        one.front().resetLog();
        assertThat(one.read("k")).isEqualTo("v");
        assertThat(one.front().calls()).isZero();
    }

    @Test
    void removalWaitsForAFrontThatHangsAndIsThenMade() {
        Peer one = process(here);
        one.storeAndCopy("k", "v");
        one.front().inflict(Fault.HANG);

        CompletionStage<Void> removal = one.cache().invalidate(List.of("k"));
        assertThat(removal.toCompletableFuture()).isNotDone();
        ticker.advance(Duration.ofMillis(201));

        answer(removal);
        assertThat(one.read("k")).isNull();
    }

    @Test
    void frontThatMissedARemovalIsEmptiedBeforeItIsReadAgain() {
        Peer one = process(here);
        one.storeAndCopy("k", "v1");
        one.store("other", "o");
        one.front().inflict(Fault.FAIL);
        one.remove("k");
        one.store("k", "v2");
        one.front().heal();

        assertThat(one.read("k")).as("before it was emptied").isEqualTo("v2");
        ticker.advance(A_WHILE);

        assertThat(one.read("k")).isEqualTo("v2");
        assertThat(one.readsFromItsFront("k")).isTrue();
    }

    @Test
    void processThatSharesAFrontWhichTheRemoverCannotReachHearsOfTheRemoval() {
        Peer one = process(here);
        Peer two = process(here);
        one.storeAndCopy("k", "v1");
        one.front().inflict(Fault.FAIL);

        one.remove("k");

        assertThat(two.read("k")).isNull();
    }

    @Test
    void messageThatTheFrontCannotBeToldOfTakesItsTrustAway() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v1");
        two.read("k");
        two.front().inflict(Fault.FAIL, Operation.INVALIDATE);

        one.remove("k");
        one.store("k", "v2");

        assertThat(two.read("k")).isEqualTo("v2");
        two.front().heal();
        ticker.advance(A_WHILE);
        assertThat(two.read("k")).isEqualTo("v2");
        assertThat(two.readsFromItsFront("k")).isTrue();
    }

    @Test
    void frontIsNotReadWhileItCannotBeEmptied() {
        Peer before = process(here);
        before.storeAndCopy("k", "v1");
        FaultyTier front = new FaultyTier(here.connect("front"));
        front.inflict(Fault.FAIL, Operation.CLEAR);
        Peer elsewhere = process(there);

        Peer one = process(front);
        before.cache().close();
        elsewhere.remove("k");
        elsewhere.store("k", "v2");

        assertThat(one.read("k")).isEqualTo("v2");
        ticker.advance(A_WHILE);
        assertThat(one.readsFromItsFront("k")).isFalse();
        front.heal();
        ticker.advance(A_WHILE);
        assertThat(one.read("k")).isEqualTo("v2");
        assertThat(one.readsFromItsFront("k")).isTrue();
    }

    @Test
    void removalThatIsHeardWhileTheFrontIsEmptiedIsNotLost() {
        FaultyTier front = new FaultyTier(here.connect("front"));
        front.inflict(Fault.HOLD_ANSWER, Operation.CLEAR);
        Peer neighbour = process(here);
        Peer one = process(front);
        Peer elsewhere = process(there);
        neighbour.storeAndCopy("k", "v1");
        neighbour.behind().cutBus();

        elsewhere.remove("k");
        front.heal();

        assertThat(one.read("k")).isNull();
        assertThat(one.readsFromItsFront("other")).as("nobody has it").isFalse();
    }

    @Test
    void gapOfTheBusEmptiesTheFront() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v1");
        two.read("k");
        two.behind().cutBus();
        one.remove("k");
        one.store("k", "v2");

        two.behind().healBusWithGap();

        assertThat(two.heard().messages()).contains("gap");
        assertThat(two.read("k")).isEqualTo("v2");
    }

    @Test
    void frontThatComesBackAsAnotherOneIsEmptied() {
        Peer one = process(here);
        one.storeAndCopy("k", "v");
        here.cutBus();

        here.healBusWithGap();

        assertThat(one.readsFromItsFront("k")).isFalse();
        assertThat(one.readsFromItsFront("k")).isTrue();
        assertThat(one.heard().messages()).as("memory is not concerned").isEmpty();
    }

    @Test
    void frontThatTakesNoCopiesIsStillRead() {
        Peer one = process(here);
        one.storeAndCopy("held", "v");
        one.front().inflict(Fault.FAIL, Operation.FILL);

        one.store("k", "w");

        assertThat(one.read("k")).isEqualTo("w");
        assertThat(one.read("k")).isEqualTo("w");
        assertThat(one.readsFromItsFront("held")).isTrue();
        one.front().heal();
        ticker.advance(Duration.ofSeconds(6));
        one.read("k");
        assertThat(one.readsFromItsFront("k")).isTrue();
    }

    @Test
    void moreRemovalsThanAreNotedOneByOneEmptyTheFront() {
        Peer one = process(here);
        Peer two = process(there);
        one.store("k", "v1");
        two.read("k");
        List<String> keys =
                IntStream.range(0, 10_001).mapToObj(i -> i == 0 ? "k" : "k" + i).toList();

        answer(one.cache().invalidate(keys));
        answer(one.cache().publishInvalidated(keys));

        assertThat(two.read("k")).isNull();
        one.store("k", "v2");
        two.read("k");
        assertThat(two.readsFromItsFront("k")).isTrue();
    }

    @Test
    void nearerFrontIsNotTrustedWhileTheOneBehindItIsNot() {
        FaultyTier nearest = new FaultyTier(here.connect("nearest"));
        FaultyTier middle = new FaultyTier(there.connect("middle"));
        FaultyTier behind = new FaultyTier(back.connect("back"));
        FarTier stack = StackTier.of(List.of(nearest, middle, behind), context(), TIER_TIMEOUT_NANOS);
        Peer one = new Peer(nearest, behind, stack.cache(options(), new RecordingBus()), heard());
        one.storeAndCopy("k", "v");

        middle.inflict(Fault.FAIL);
        one.remove("other");

        assertThat(one.readsFromItsFront("k")).isFalse();
        middle.heal();
        ticker.advance(A_WHILE);
        assertThat(one.readsFromItsFront("k")).as("it was emptied").isFalse();
        middle.resetLog();
        assertThat(one.readsFromItsFront("k")).isTrue();
        assertThat(middle.calls()).isZero();
    }

    private static RecordingBus heard() {
        return new RecordingBus();
    }

    @Test
    void pingAsksEveryTier() {
        FaultyTier front = new FaultyTier(here.connect("front"));
        FarTier stack = StackTier.of(List.of(front, back.connect("back")), context(), TIER_TIMEOUT_NANOS);
        answer(stack.ping());

        front.inflict(Fault.FAIL, Operation.PING);

        assertThat(stack.ping().toCompletableFuture()).isCompletedExceptionally();
        assertThat(stack.name()).isEqualTo("in-memory:front over in-memory:back");
    }

    @Test
    void rowsThatMakeNoSenseAreRefused() {
        FarTier one = here.connect("one");
        FarTier two = back.connect("two");

        assertThatThrownBy(() -> StackTier.of(List.of(one, two, here.connect("one")), context(), 1))
                .hasMessage("a tier can stand in a row once but in-memory:one stood there twice");
        assertThatThrownBy(() ->
                        StackTier.of(List.of(one, two, here.connect("three"), here.connect("four")), context(), 1))
                .hasMessage("1 to 3 shared tiers can stand in a row but there were 4");
        assertThatThrownBy(() -> StackTier.of(List.of(), context(), 1)).hasMessageContaining("there were 0");
        assertThat(StackTier.of(List.of(one), context(), 1)).isSameAs(one);
    }
}
