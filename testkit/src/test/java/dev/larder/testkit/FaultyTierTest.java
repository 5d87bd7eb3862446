package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.TierException;
import dev.larder.testkit.FaultyTier.Call;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What can be made to go wrong with a tier and its server; that a sound one is a sound tier its contract says. */
final class FaultyTierTest {
    private final FakeTicker ticker = new FakeTicker();
    private final InMemoryServer server = new InMemoryServer(ticker);
    private final RecordingBus heard = new RecordingBus();
    private final FaultyTier tier = new FaultyTier(server.connect("one"));
    private final FarCache cache = open(tier, heard);
    private final FarCache other = open(server.connect("two"), new RecordingBus());

    private FarCache open(FarTier from, RecordingBus bus) {
        return from.cache(
                new FarCacheOptions("things", "test", Duration.ofSeconds(2).toNanos(), ticker), bus);
    }

    private static void store(FarCache target, String text) {
        String token = TierFixture.token();
        target.beginWrite("k", token, 1_000);
        target.commitWrite("k", token, TierFixture.value(text));
    }

    private CompletableFuture<FarValue> get() {
        return cache.get("k").toCompletableFuture();
    }

    @Test
    void healthyTierPassesEverythingOnAndKeepsALog() {
        store(cache, "v");

        assertThat(TierFixture.text(get().join())).isEqualTo("v");

        assertThat(tier.log())
                .containsExactly(
                        new Call(Operation.BEGIN_WRITE, List.of("k")),
                        new Call(Operation.COMMIT_WRITE, List.of("k")),
                        new Call(Operation.GET, List.of("k")));
        assertThat(tier.calls(Operation.GET)).isOne();
        assertThat(tier.calls()).isEqualTo(3);
    }

    @Test
    void faultBefallsTheOperationsNamedUntilHealed() {
        tier.inflict(Fault.FAIL, Operation.GET);

        assertThat(get()).isCompletedExceptionally();
        assertThat(tier.ping().toCompletableFuture()).isCompleted();
        tier.heal();

        assertThat(get()).isCompleted();
    }

    @Test
    void faultMayBefallTheNextCallsOnly() {
        tier.inflictNext(2, Fault.FAIL, Operation.GET);

        assertThat(get()).isCompletedExceptionally();
        assertThat(get()).isCompletedExceptionally();
        assertThat(get()).isCompleted();
    }

    @Test
    void throwingTierThrows() {
        tier.inflict(Fault.THROW);

        assertThatThrownBy(this::get).isInstanceOf(TierException.class);
    }

    @Test
    void hangingTierNeverAnswers() {
        tier.inflict(Fault.HANG);
        CompletableFuture<FarValue> answer = get();

        tier.heal();

        assertThat(answer).isNotDone();
    }

    @Test
    void lostAnswerWasActedUpon() {
        store(cache, "v");
        tier.inflict(Fault.LOSE_ANSWER, Operation.INVALIDATE);

        assertThat(cache.invalidate(List.of("k")).toCompletableFuture()).isCompletedExceptionally();

        assertThat(get().join()).isNull();
    }

    @Test
    void heldRequestIsActedUponWhenReleased() {
        store(other, "old");
        tier.inflict(Fault.HOLD_REQUEST, Operation.GET);
        CompletableFuture<FarValue> answer = get();
        store(other, "new");
        assertThat(tier.held()).isOne();

        tier.release();

        assertThat(TierFixture.text(answer.join())).isEqualTo("new");
    }

    @Test
    void heldAnswerIsOldWhenReleased() {
        store(other, "old");
        tier.inflict(Fault.HOLD_ANSWER, Operation.GET);
        CompletableFuture<FarValue> answer = get();
        store(other, "new");

        tier.release();

        assertThat(TierFixture.text(answer.join())).isEqualTo("old");
    }

    @Test
    void damageIsDoneToWhatIsReadAndNotToWhatIsStored() {
        store(cache, "v");
        tier.flipBits();

        assertThatThrownBy(() -> TierFixture.text(get().join())).isInstanceOf(AssertionError.class);

        assertThat(TierFixture.text(other.get("k").toCompletableFuture().join()))
                .isEqualTo("v");
    }

    @Test
    void cutBusHoldsUpMessagesAndProofsAndThenReplays() {
        tier.cutBus();
        ticker.advance(Duration.ofSeconds(1));
        other.publishInvalidated(List.of("k"));

        assertThat(heard.messages()).isEmpty();
        assertThat(cache.lastProofNanos()).isZero();
        tier.healBus();

        assertThat(heard.messages()).containsExactly("key k");
        assertThat(cache.lastProofNanos()).isEqualTo(ticker.nanos());
    }

    @Test
    void busHealedWithAGapSaysSoInPlaceOfWhatWasLost() {
        tier.cutBus();
        other.publishInvalidated(List.of("k"));

        tier.healBusWithGap();

        assertThat(heard.messages()).containsExactly("gap");
    }

    @Test
    void stoppedServerAnswersNobodyAndComesBackWithWhatItHad() {
        store(cache, "v");
        server.stop();
        assertThat(get()).isCompletedExceptionally();
        ticker.advance(Duration.ofSeconds(1));
        assertThat(cache.lastProofNanos()).isZero();

        server.start();

        assertThat(TierFixture.text(get().join())).isEqualTo("v");
        assertThat(cache.lastProofNanos()).isEqualTo(ticker.nanos());
        assertThat(heard.messages()).isEmpty();
    }

    @Test
    void serverRestartedEmptyTellsOfTheGap() {
        store(cache, "v");
        assertThat(server.entries("test", "things")).isOne();
        server.stop();

        server.restartEmpty();

        assertThat(get().join()).isNull();
        assertThat(heard.messages()).containsExactly("gap");
        assertThat(server.entries("test", "things")).isZero();
    }

    @Test
    void serverShortOfMemoryDropsEntriesAndLeases() {
        store(cache, "v");

        server.evict("test", "things", "k");
        assertThat(get().join()).isNull();
        String token = TierFixture.token();
        cache.beginWrite("k", token, 1_000);
        server.evictLease("test", "things", "k");

        assertThat(cache.commitWrite("k", token, TierFixture.value("w"))
                        .toCompletableFuture()
                        .join())
                .isFalse();
    }

    @Test
    void closedConnectionFailsItsCalls() {
        tier.close();

        assertThat(get()).isCompletedExceptionally();
        assertThat(other.get("k").toCompletableFuture()).isCompleted();
    }
}
