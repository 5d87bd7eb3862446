package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.codec.Codec;
import dev.larder.failure.RebuildException;
import dev.larder.stats.Count;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.FaultyTier.Call;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.RecordingBus;
import dev.larder.testkit.RecordingListener;
import dev.larder.testkit.RecordingListener.TierStateChange;
import dev.larder.testkit.TextCodec;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarGuard;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Promises G4 and G10: a broken tier never breaks a read, what it missed it hears later, and garbage is a miss. */
final class FarFailureTest extends FarFixture {
    /** Longer than the breaker's first pause and the pause between attempts to settle. */
    private static final Duration RECOVERY = Duration.ofSeconds(3);

    private static final Duration DOUBT = Duration.ofNanos(FarGuard.DOUBT_NANOS);

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"FAIL", "THROW", "LOSE_ANSWER", "HANG"})
    void readsAreAnsweredByTheOriginWhateverTheTierDoes(Fault fault) {
        Site one = site("one", each -> each.bulkLoader(origin));
        origin.set("a", "1").set("b", "2").set("c", "3");
        one.tier().inflict(fault);

        assertThat(one.cache().get("a")).isEqualTo("1");
        assertThat(one.cache().getAll(List.of("a", "b"))).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(one.cache().get("a")).isEqualTo("1");
        assertThat(one.cache().lookup("c").isMiss()).isTrue();

        assertThat(one.cache().stats().of(Count.FAR_FAILURES)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"FAIL", "THROW", "LOSE_ANSWER", "HANG"})
    void changesReturnWhateverTheTierDoes(Fault fault) {
        Site one = site("one");
        origin.set("k", "old");
        one.cache().get("k");
        one.tier().inflict(fault);

        one.cache().put("k", "new");
        assertThat(origin.value("k")).isEqualTo("new");
        assertThat(one.cache().get("k")).isEqualTo("new");
        origin.set("k", "newer");
        one.cache().remove("k");
        assertThat(one.cache().get("k")).isEqualTo("newer");
        one.cache().expire("k");
        one.cache().clear();

        assertThat(one.cache().get("k")).isEqualTo("newer");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"GET", "ACQUIRE", "FILL", "RENEW", "RELEASE"})
    void oneKindOfCallThatFailsDoesNotFailAGet(Operation operation) {
        Site one = site("one");
        origin.set("k", "v");
        one.tier().inflict(Fault.FAIL, operation);

        assertThat(one.cache().get("k")).isEqualTo("v");
        assertThat(one.cache().get("k")).isEqualTo("v");
    }

    @Test
    void tierThatKeepsFailingIsLeftAloneAndThenProbed() {
        Site one = site("one");
        one.tier().inflict(Fault.FAIL);
        for (int i = 0; i < 20; i++) {
            one.cache().get("k" + i);
        }
        int calls = one.tier().calls();
        assertThat(calls).isLessThan(10);
        assertThat(one.cache().stats().of(Count.FAR_SKIPS)).isPositive();

        one.cache().get("another");
        assertThat(one.tier().calls()).isEqualTo(calls);
        ticker.advance(Duration.ofSeconds(1));
        one.cache().get("probe");
        one.cache().get("more");

        assertThat(one.tier().calls()).isEqualTo(calls + 1);
    }

    @Test
    void tierThatAnswersAgainIsUsedAgainAndListenersHear() {
        RecordingListener<String, String> listener = new RecordingListener<>();
        Site one = site("one", each -> each.listener(listener));
        one.tier().inflict(Fault.FAIL);
        for (int i = 0; i < 5; i++) {
            one.cache().get("k" + i);
        }
        listener.await(event -> event instanceof TierStateChange<String, String> change && !change.available());
        assertThat(one.larder().isTierAvailable()).isFalse();

        one.tier().heal();
        ticker.advance(RECOVERY);
        origin.set("fresh", "v");
        one.cache().get("probe");
        ticker.advance(DOUBT);
        one.cache().get("fresh");

        listener.await(event -> event instanceof TierStateChange<String, String> change && change.available());
        assertThat(one.larder().isTierAvailable()).isTrue();
        assertThat(site("two").cache().get("fresh")).isEqualTo("v");
        assertThat(origin.loads("fresh")).isOne();
    }

    @Test
    void hangingTierCostsEachReadItsTimeoutAtMost() {
        Site one = site("one");
        origin.set("k", "v");
        one.tier().inflict(Fault.HANG);

        var reader = start(() -> one.cache().get("k"));

        assertThat(result(reader)).isEqualTo("v");
        assertThat(one.tier().calls()).isLessThanOrEqualTo(3);
    }

    @Test
    void keyInvalidatedWhileTheTierWasAwayIsNotReadFromItBeforeItHasHeard() {
        Site one = site("one");
        origin.set("k", "old");
        one.cache().get("k");
        one.tier().inflict(Fault.FAIL, Operation.INVALIDATE, Operation.PUBLISH);
        origin.set("k", "new");

        one.cache().remove("k");
        one.tier().resetLog();

        assertThat(one.cache().get("k")).isEqualTo("new");
        assertThat(one.cache().lookup("k").value()).isEqualTo("new");
        assertThat(one.tier().calls(Operation.GET))
                .as("reads of the key that is pending")
                .isZero();
    }

    /** The breaker's pauses have grown to half a minute by then; others may read what is pending here all that time. */
    @Test
    void whatTheTierMissedDoesNotWaitForTheBreaker() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        two.cache().get("k");
        one.tier().inflict(Fault.FAIL);
        origin.set("k", "new");
        one.cache().remove("k");
        for (int i = 0; i < 40; i++) {
            ticker.advance(SECOND);
            one.cache().get("probe" + i);
        }
        one.tier().heal();

        AtomicInteger seconds = new AtomicInteger();
        eventually(() -> {
            if (seconds.incrementAndGet() <= 12) { // the breaker's pause is 30
                ticker.advance(SECOND);
            }
            return two.near("k") == null;
        });

        assertThat(two.cache().get("k")).isEqualTo("new");
    }

    /** One server of several is away, say, and each batch has keys of it: what it fails must not hold up the keys behind it. */
    @Test
    void whatCannotBeToldDoesNotHoldUpWhatIsPendingBehindIt() {
        Site one = site("one");
        one.tier().inflict(Fault.FAIL);
        for (int i = 0; i < 1_200; i++) {
            one.cache().remove("k" + i);
        }
        one.tier().resetLog();

        eventually(() -> {
            ticker.advance(SECOND);
            return one.tier().log().stream()
                    .anyMatch(call -> call.operation() == Operation.INVALIDATE
                            && call.keys().contains("k1199"));
        });
    }

    @Test
    void tierWithoutTagsIsToldWhatItMissedAndThatIsTheEndOfIt() {
        FaultyTier tier = new FaultyTier(server.connect("one"));
        List<Future<String>> tasks = new CopyOnWriteArrayList<>();
        Larder larder = open(larderBuilder()
                .farTier(withoutTags(tier))
                .namespace(NAMESPACE)
                .executor(task -> tasks.add(startRun(task))));
        Cache<String, String> cache = larder.cache(NAME, String.class, String.class)
                .codec(TextCodec.INSTANCE)
                .loader(origin)
                .build();
        tier.inflict(Fault.FAIL);
        cache.remove("k");
        tier.heal();
        tier.resetLog();

        eventually(() -> {
            ticker.advance(SECOND);
            return tier.calls(Operation.PUBLISH) > 0 && larder.causalToken().isComplete();
        });

        assertThat(tasks)
                .isNotEmpty()
                .allSatisfy(task -> assertThat(result(task)).isEqualTo("done"));
    }

    private static FarTier withoutTags(FaultyTier tier) {
        return proxy(FarTier.class, (method, arguments) -> {
            Object result = method.invoke(tier, arguments);
            return !(result instanceof FarCache cache)
                    ? result
                    : proxy(
                            FarCache.class,
                            (called, given) -> called.getName().equals("tags") ? null : called.invoke(cache, given));
        });
    }

    @Test
    void whatTheTierMissedItIsToldWhenItIsBack() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        one.cache().get("k");
        two.cache().get("k");
        one.tier().inflict(Fault.FAIL);
        origin.set("k", "new");
        one.cache().remove("k");

        one.tier().heal();
        one.tier().resetLog();

        eventually(() -> {
            ticker.advance(SECOND);
            return two.near("k") == null;
        });
        assertThat(two.cache().get("k")).isEqualTo("new");
        assertThat(one.cache().get("k")).isEqualTo("new");
        List<Operation> order =
                one.tier().log().stream().map(Call::operation).distinct().toList();
        assertThat(order.indexOf(Operation.INVALIDATE)).isLessThan(order.indexOf(Operation.PUBLISH));
    }

    @Test
    void putWhileTheTierWasAwayLeavesNoOldValueInIt() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        one.cache().get("k");
        one.tier().inflict(Fault.FAIL);

        one.cache().put("k", "new");
        assertThat(one.cache().get("k")).isEqualTo("new");
        one.tier().heal();

        eventually(() -> {
            ticker.advance(SECOND);
            return "new".equals(resultInTime(start(() -> two.cache().get("k"))));
        });
        assertThat(one.cache().get("k")).isEqualTo("new");
    }

    /** The journal was settled while the origin was being written, and another process then stored what was there. */
    @Test
    void putWhoseBeginningTheTierMissedLeavesNothingThatWasLoadedBeforeItsCommit() {
        Site two = site("two");
        List<Site> ones = new ArrayList<>();
        Site one = site(
                "one",
                each -> each.writer((key, value) -> {
                    FaultyTier tier = ones.get(0).tier();
                    tier.resetLog();
                    tier.heal();
                    eventually(() -> {
                        ticker.advance(SECOND);
                        return tier.calls(Operation.PUBLISH) > 0;
                    });
                    assertThat(resultInTime(start(() -> two.cache().get("k")))).isEqualTo("old");
                    origin.write(key, value);
                }));
        ones.add(one);
        origin.set("k", "old");
        one.tier().inflict(Fault.FAIL);
        one.cache().remove("another"); // from now on it is tried again and again to settle

        one.cache().put("k", "new");

        eventually(() -> {
            ticker.advance(Duration.ofMillis(500));
            return two.near("k") == null;
        });
        assertThat(two.cache().get("k")).isEqualTo("new");
        assertThat(one.cache().get("k")).isEqualTo("new");
    }

    @Test
    void lostMessageIsSentAgainUntilTheBusTakesIt() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        one.cache().get("k");
        two.cache().get("k");
        one.tier().inflict(Fault.FAIL, Operation.PUBLISH);
        origin.set("k", "new");

        one.cache().remove("k");
        one.tier().heal();

        eventually(() -> {
            ticker.advance(Duration.ofMillis(500));
            return two.near("k") == null;
        });
        assertThat(two.cache().get("k")).isEqualTo("new");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"BEGIN_WRITE", "COMMIT_WRITE", "INVALIDATE", "PUBLISH"})
    void putWhoseAnswerWasLostIsNeverFollowedByTheOldValue(Operation operation) {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        one.cache().get("k");
        two.cache().get("k");
        one.tier().inflictNext(1, Fault.LOSE_ANSWER, operation);

        one.cache().put("k", "new");

        assertThat(one.cache().get("k")).isEqualTo("new");
        eventually(() -> {
            ticker.advance(Duration.ofMillis(500));
            return "new".equals(resultInTime(start(() -> two.cache().get("k"))));
        });
        ticker.advance(RECOVERY);
        assertThat(one.cache().get("k")).isEqualTo("new");
        assertThat(two.cache().get("k")).isEqualTo("new");
    }

    @Test
    void moreKeysThanTheJournalHoldsBecomeOneClear() {
        Site one = site("one");
        Site two = site("two");
        origin.set("survivor", "v");
        two.cache().get("survivor");
        one.tier().inflict(Fault.FAIL);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i <= 100_000; i++) {
            keys.add("k" + i);
        }
        one.cache().removeAll(keys);
        one.tier().heal();
        one.tier().resetLog();

        eventually(() -> {
            ticker.advance(SECOND);
            return one.tier().calls(Operation.CLEAR) > 0 && server.entries(NAMESPACE, NAME) == 0;
        });

        eventually(() -> two.near("survivor") == null);
        assertThat(one.tier().calls(Operation.INVALIDATE)).isZero();
    }

    @Test
    void clearWhileTheTierWasAwayIsCarriedOutLater() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        two.cache().get("k");
        one.tier().inflict(Fault.FAIL);
        origin.set("k", "new");

        one.cache().clear();
        assertThat(one.cache().get("k")).isEqualTo("new");
        one.tier().heal();

        eventually(() -> {
            ticker.advance(SECOND);
            return "new".equals(resultInTime(start(() -> two.cache().get("k"))));
        });
    }

    @Test
    void rebuildWithoutItsTierFailsAndTheOldGenerationGoesOn() {
        Site one = site("one");
        one.cache().put("k", "old");
        for (Operation operation : List.of(Operation.REBUILD, Operation.REBUILD_WRITE, Operation.REBUILD_COMMIT)) {
            one.tier().inflictNext(1, Fault.FAIL, operation);

            assertThatThrownBy(() -> one.cache().rebuild(Stream.of(Map.entry("k", "new"))))
                    .as("%s", operation)
                    .isInstanceOf(RebuildException.class);

            ticker.advance(RECOVERY);
            one.cache().get("probe");
            ticker.advance(DOUBT);
            assertThat(one.cache().get("k")).isEqualTo("old");
        }
        one.cache().rebuild(Stream.of(Map.entry("k", "new")));

        assertThat(one.cache().get("k")).isEqualTo("new");
    }

    @Test
    void restartedServerThatLostEverythingIsFilledAgain() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");
        one.cache().get("k");

        server.stop();
        origin.set("k", "w");
        one.cache().remove("k");
        assertThat(one.cache().get("k")).isEqualTo("w");
        server.restartEmpty();
        ticker.advance(RECOVERY);

        assertThat(two.cache().get("k")).isEqualTo("w");
        assertThat(one.cache().get("k")).isEqualTo("w");
    }

    @Test
    void damagedBytesAreACountedMiss() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v").set("l", "v");
        one.cache().get("k");
        one.cache().get("l");
        two.tier().flipBits();

        assertThat(two.cache().get("k")).isEqualTo("v");
        assertThat(two.cache().getAll(List.of("k", "l"))).hasSize(2);
        assertThat(two.cache().lookup("none").isMiss()).isTrue();

        assertThat(origin.loads("k")).isEqualTo(2);
        assertThat(two.cache().stats().of(Count.UNREADABLE)).isPositive();
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsAMissOrTheValueItself() {
        Site one = site("one");
        origin.set("k", "value");
        one.cache().get("k");
        Site two = site("two");
        for (int length = 0; length < 40; length++) {
            int keep = length;
            two.tier().damageValues(bytes -> Arrays.copyOf(bytes, Math.min(keep, bytes.length)));
            assertThat(two.cache().lookup("k").value()).isIn(null, "value");
        }
        for (int bit = 0; bit < 40 * 8; bit++) {
            int flipped = bit;
            two.tier().damageValues(bytes -> {
                if (flipped / 8 < bytes.length) {
                    bytes[flipped / 8] ^= (byte) (1 << flipped % 8);
                }
                return bytes;
            });
            assertThat(two.cache().lookup("k").value()).isIn(null, "value");
        }
    }

    @Test
    void garbageInTheTierIsOverwrittenByTheNextLoad() {
        store("k", "not an envelope".getBytes(StandardCharsets.UTF_8));
        store("v", "Vgarbage".getBytes(StandardCharsets.UTF_8));
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v").set("v", "v");

        assertThat(one.cache().get("k")).isEqualTo("v");
        assertThat(one.cache().getAll(List.of("k", "v"))).hasSize(2);
        assertThat(two.cache().get("k")).isEqualTo("v");
        assertThat(two.cache().get("v")).isEqualTo("v");

        assertThat(origin.loads()).as("two has read what one has stored").isEqualTo(2);
    }

    private void store(String key, byte[] bytes) {
        FarCache raw = server.connect("raw")
                .cache(new FarCacheOptions(NAME, NAMESPACE, MAX_SILENCE.toNanos(), ticker), new RecordingBus());
        String token = "00112233445566778899aabbccddeeff";
        raw.beginWrite(key, token, 1_000);
        raw.commitWrite(key, token, new FarValue(bytes, -1));
    }

    @Test
    void valueOfAnotherCodecIsAMiss() {
        Site one = site("one");
        origin.set("k", "v");
        one.cache().get("k");
        Site other = site("other", each -> each.codec(new OddCodec(false, false)));

        assertThat(other.cache().get("k")).isEqualTo("v");

        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void codecThatCannotReadMakesAMiss() {
        Site one = site("one", each -> each.codec(new OddCodec(false, false)));
        origin.set("k", "v");
        one.cache().get("k");
        Site two = site("two", each -> each.codec(new OddCodec(false, true)));

        assertThat(two.cache().get("k")).isEqualTo("v");

        assertThat(two.cache().stats().of(Count.UNREADABLE)).isPositive();
    }

    @Test
    void codecThatCannotWriteDoesNotFailAGet() {
        Site one = site("one", each -> each.codec(new OddCodec(true, false)));
        origin.set("k", "v");

        assertThat(one.cache().get("k")).isEqualTo("v");
        assertThat(one.cache().getAll(List.of("k"))).hasSize(1);
    }

    /** Text under another name, which fails on demand. */
    private record OddCodec(boolean failsToWrite, boolean failsToRead) implements Codec<String> {
        @Override
        public String name() {
            return "odd";
        }

        @Override
        public byte[] encode(String value) {
            if (failsToWrite) {
                throw new IllegalStateException("cannot write");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes, int offset, int length) {
            if (failsToRead) {
                throw new IllegalStateException("cannot read");
            }
            return new String(bytes, offset, length, StandardCharsets.UTF_8);
        }
    }
}
