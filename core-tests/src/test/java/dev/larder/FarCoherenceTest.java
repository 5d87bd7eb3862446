package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.LoadException;
import dev.larder.failure.RebuildException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.FaultyTier.Fault;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.testkit.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * C2 to C5 between processes: the numbered scenarios of the coherence table that fakes can play, and what each change
 * means to the others.
 */
final class FarCoherenceTest extends FarFixture {
    @Test
    void scenario1LoadThatReadBeforeAnInvalidationElsewhereIsKeptInNoTier() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> one.cache().get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        origin.set("k", "v2");
        two.cache().remove("k");
        gate.open();

        assertThat(result(load)).isEqualTo("v1");
        assertThat(one.near("k")).isNull();
        assertThat(server.entries(NAMESPACE, NAME)).isZero();
        assertThat(two.cache().get("k")).isEqualTo("v2");
        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    /** The message of the invalidation has not come, so the flight can still be joined. */
    @Test
    void readThatBeganAfterAnInvalidationElsewhereIsNotGivenALoadThatBeganBeforeIt() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> early = start(() -> one.cache().get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);
        one.tier().cutBus();
        origin.set("k", "v2");
        two.cache().remove("k");
        Future<String> late = start(() -> one.cache().get("k"));
        eventually(() -> one.cache().stats().of(Count.JOINS) == 1);

        gate.open();

        assertThat(result(early)).isEqualTo("v1");
        assertThat(result(late)).isEqualTo("v2");
    }

    /** The flight asked the tier before the process stood still, and the message has not come. */
    @Test
    void readAfterAPauseIsNotGivenWhatAFlightFoundInTheTierBeforeIt() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        two.cache().get("k");
        one.tier().inflict(Fault.HOLD_ANSWER, Operation.GET);
        Future<String> early = start(() -> one.cache().get("k"));
        eventually(() -> one.tier().calls(Operation.GET) == 1);
        one.tier().cutBus();
        ticker.leap(MAX_SILENCE.multipliedBy(2));
        origin.set("k", "v2");
        two.cache().remove("k");
        Future<String> late = start(() -> one.cache().get("k"));
        eventually(() -> one.cache().stats().of(Count.JOINS) == 1);

        one.tier().release();

        assertThat(result(early)).isEqualTo("v1");
        assertThat(result(late)).isEqualTo("v2");
    }

    @Test
    void scenario2LeaseThatEndsInMidLoadStoresNothing() {
        Duration lease = Duration.ofMillis(500);
        Site one = site("one", each -> each.leaseTime(lease));
        Site two = site("two");
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> one.cache().get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);
        one.tier().inflict(Fault.HOLD_REQUEST, Operation.RENEW);
        one.tier().cutBus();

        ticker.leap(lease.plusMillis(1));
        origin.set("k", "v2");
        two.cache().remove("k");
        assertThat(two.cache().get("k")).isEqualTo("v2");
        gate.open();

        assertThat(result(load)).isEqualTo("v1");
        assertThat(one.near("k")).isNull();
        assertThat(two.cache().lookup("k").value()).isEqualTo("v2");
        one.tier().healBus();
        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void scenario3ReplyHeldWhileTheInvalidationArrivesIsNotKept() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        two.cache().get("k");
        one.tier().inflict(Fault.HOLD_ANSWER, Operation.GET);
        Future<String> reader = start(() -> one.cache().get("k"));
        eventually(() -> one.tier().held() == 1);

        origin.set("k", "v2");
        two.cache().remove("k");
        one.tier().heal();

        assertThat(result(reader)).isIn("v1", "v2");
        assertThat(one.near("k")).isNotEqualTo("v1");
        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void scenario3HoldsForBulkReadsToo() {
        Site one = site("one", each -> each.bulkLoader(origin));
        Site two = site("two");
        origin.set("k", "v1");
        two.cache().get("k");
        one.tier().inflict(Fault.HOLD_ANSWER, Operation.GET_ALL);
        Future<Map<String, String>> reader = start(() -> one.cache().getAll(List.of("k", "l")));
        eventually(() -> one.tier().held() == 1);

        origin.set("k", "v2");
        two.cache().remove("k");
        one.tier().heal();

        result(reader);
        assertThat(one.near("k")).isNotEqualTo("v1");
        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void scenario6NearHitsStopWhenTheBusHasBeenSilentForTooLong() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        one.cache().get("k");
        ticker.advance(Duration.ofSeconds(10));
        assertThat(one.cache().get("k")).isEqualTo("v1");
        one.tier().cutBus();
        origin.set("k", "v2");
        two.cache().remove("k");

        ticker.advance(MAX_SILENCE);
        assertThat(one.cache().get("k")).as("within the silence allowed").isEqualTo("v1");
        ticker.advance(Duration.ofNanos(1));
        assertThat(one.cache().get("k")).as("after it").isEqualTo("v2");
        assertThat(one.cache().lookup("k").value()).isEqualTo("v2");
        assertThat(one.near("k")).isNotEqualTo("v1");

        one.tier().healBus();
        assertThat(one.cache().get("k")).isEqualTo("v2");
        one.tier().resetLog();
        assertThat(one.cache().get("k")).isEqualTo("v2");
        assertThat(one.tier().log()).as("the near tier is trusted again").isEmpty();
    }

    @Test
    void scenario6ReadsGoOnFromTheFarTierWhileTheBusIsSilent() {
        Site one = site("one");
        origin.set("k", "v");
        one.cache().get("k");
        one.tier().cutBus();
        ticker.advance(Duration.ofSeconds(30));

        for (int i = 0; i < 5; i++) {
            assertThat(one.cache().get("k")).isEqualTo("v");
        }

        assertThat(origin.loads("k")).isOne();
        assertThat(one.cache().stats().of(Count.FAR_HITS)).isEqualTo(5);
    }

    @Test
    void scenario7GapEmptiesTheNearTier() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1").set("l", "v1");
        one.cache().get("k");
        one.cache().get("l");
        one.tier().cutBus();
        origin.set("k", "v2");
        two.cache().remove("k");

        one.tier().healBusWithGap();

        assertThat(one.near("k")).isNull();
        assertThat(one.near("l")).isNull();
        assertThat(one.cache().get("k")).isEqualTo("v2");
        assertThat(one.cache().get("l")).isEqualTo("v1");
        assertThat(one.cache().stats().of(Count.BUS_GAPS)).isOne();
        assertThat(origin.loads("l")).isOne();
    }

    @Test
    void scenario8ProcessThatWasSuspendedServesNothingItMissedTheEndOf() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        one.cache().get("k");
        one.tier().cutBus();
        ticker.leap(Duration.ofSeconds(30));
        origin.set("k", "v2");
        two.cache().remove("k");

        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void scenario9TwoWritersInTwoProcessesLeaveTheLastCommitOrNothing(
            boolean firstCommitsFirst, boolean firstReturnsFirst) {
        Site one = site("one");
        Site two = site("two");
        List<Site> order = firstCommitsFirst ? List.of(one, two) : List.of(two, one);
        origin.set("k", "v0");
        one.cache().get("k");
        Gate begun = origin.hold(Call.WRITE, Point.BEFORE);
        List<Future<String>> puts = new ArrayList<>();
        List<Gate> committed = new ArrayList<>();
        Future<String> early = startRun(() -> order.get(1).cache().put("k", "last"));
        begun.awaitArrivals(1);
        origin.letThrough(Call.WRITE, Point.BEFORE);
        committed.add(origin.hold(Call.WRITE, Point.AFTER));
        puts.add(startRun(() -> order.get(0).cache().put("k", "first")));
        committed.get(0).awaitArrivals(1);
        committed.add(origin.hold(Call.WRITE, Point.AFTER));
        begun.open();
        puts.add(early);
        committed.get(1).awaitArrivals(1);

        int returnsFirst = firstReturnsFirst ? 0 : 1;
        committed.get(returnsFirst).open();
        result(puts.get(returnsFirst));
        committed.get(1 - returnsFirst).open();
        result(puts.get(1 - returnsFirst));
        origin.letThrough(Call.WRITE, Point.AFTER);

        assertThat(origin.value("k")).isEqualTo("last");
        for (Site site : order) {
            assertThat(site.cache().lookup("k").value()).isIn("last", null);
            assertThat(site.cache().get("k")).isEqualTo("last");
        }
    }

    @Test
    void scenario9HoldsWhereTheBusIsSilentToo() {
        Site one = site("one");
        Site two = site("two");
        Gate first = origin.hold(Call.WRITE, Point.AFTER);
        Future<String> overtaken = startRun(() -> one.cache().put("k", "first"));
        first.awaitArrivals(1);
        origin.letThrough(Call.WRITE, Point.AFTER);
        one.tier().cutBus();

        two.cache().put("k", "last");
        first.open();
        result(overtaken);

        assertThat(one.near("k")).isNull();
        assertThat(one.cache().get("k")).isEqualTo("last");
        assertThat(two.cache().lookup("k").value()).isIn("last", null);
    }

    @Test
    void scenario11InterruptedLeaderFailsNeitherItsJoinersNorOtherProcesses() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        Thread[] leader = new Thread[1];
        Future<String> first = start(() -> {
            leader[0] = Thread.currentThread();
            return one.cache().get("k");
        });
        gate.awaitArrivals(1);
        Future<String> joiner = start(() -> one.cache().get("k"));
        Future<String> other = start(() -> two.cache().get("k"));
        eventually(() -> one.cache().stats().of(Count.JOINS) == 1 && two.tier().calls(Operation.ACQUIRE) > 0);
        origin.letThrough(Call.LOAD, Point.BEFORE);

        leader[0].interrupt();

        assertThat(failure(first)).isInstanceOf(LoadException.class);
        assertThat(resultInTime(joiner)).isEqualTo("v");
        assertThat(resultInTime(other)).isEqualTo("v");
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void oldValueReadBackDuringARemovalIsRemovedAgain() {
        Site one = site("one");
        origin.set("k", "v1");
        one.cache().get("k");
        one.tier().inflict(Fault.HOLD_REQUEST, Operation.INVALIDATE);
        origin.set("k", "v2");
        Future<String> removal = startRun(() -> one.cache().remove("k"));
        eventually(() -> one.tier().held() == 1);
        one.cache().get("k");

        one.tier().heal();
        result(removal);

        assertThat(one.near("k")).isNotEqualTo("v1");
        assertThat(one.cache().get("k")).isEqualTo("v2");
    }

    @Test
    void busIsToldAfterTheTierHasAcknowledged() {
        Site one = site("one");
        origin.set("k", "v");
        one.cache().get("k");
        one.tier().resetLog();

        one.cache().remove("k");
        one.cache().put("k", "w");

        assertThat(one.tier().log())
                .extracting(call -> call.operation())
                .containsExactly(
                        Operation.INVALIDATE,
                        Operation.PUBLISH,
                        Operation.BEGIN_WRITE,
                        Operation.COMMIT_WRITE,
                        Operation.PUBLISH);
    }

    @Test
    void removalOfManyKeysIsOneRoundTripAndOneMessage() {
        Site one = site("one");
        one.tier().resetLog();

        one.cache().removeAll(List.of("a", "b", "c"));

        assertThat(one.tier().calls(Operation.INVALIDATE)).isOne();
        assertThat(one.tier().calls(Operation.PUBLISH)).isOne();
    }

    @Test
    void everyKindOfChangeReachesTheOtherProcesses() {
        Site one = site("one", each -> each.timeToLive(Duration.ofHours(1)).staleIfError(Duration.ofHours(1)));
        Site two = site("two", each -> each.timeToLive(Duration.ofHours(1)).staleIfError(Duration.ofHours(1)));
        List<Runnable> changes = List.of(
                () -> one.cache().remove("k"),
                () -> one.cache().removeAll(List.of("k")),
                () -> one.cache().put("k", "new"),
                () -> one.cache().putAll(Map.of("k", "new")),
                () -> one.cache().replace("k", "new"),
                () -> one.cache().expire("k"),
                () -> one.cache().clear(),
                () -> one.cache().rebuild(Stream.of(Map.entry("k", "new"))),
                () -> one.cache().asMap().remove("k"),
                () -> one.cache().asMap().put("k", "new"),
                () -> one.cache().asMap().compute("k", (key, value) -> "new"),
                () -> one.cache().asMap().clear());
        for (int i = 0; i < changes.size(); i++) {
            origin.set("k", "old");
            one.cache().clear();
            assertThat(one.cache().get("k")).isEqualTo("old");
            assertThat(two.cache().get("k")).isEqualTo("old");

            origin.set("k", "new");
            changes.get(i).run();

            assertThat(two.cache().get("k")).as("change %d, elsewhere", i).isEqualTo("new");
            assertThat(one.cache().get("k")).as("change %d, here", i).isEqualTo("new");
        }
    }

    @Test
    void ownChangesDoNotEmptyTheOwnNearTier() {
        Site one = site("one");
        one.cache().put("a", "v");
        one.cache().put("b", "v");

        one.cache().remove("b");
        one.cache().put("c", "v");

        assertThat(one.near("a")).isEqualTo("v");
        assertThat(one.near("c")).isEqualTo("v");
    }

    @Test
    void removalDuringARebuildElsewhereIsNotLost() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old");
        Gate gate = new Gate();
        Future<?> rebuild = start(() -> one.cache().rebuild(Stream.of("k", "l").map(key -> {
            if (key.equals("l")) {
                pass(gate);
            }
            return Map.entry(key, "old");
        })));
        gate.awaitArrivals(1);

        origin.set("k", "new").set("l", "new");
        two.cache().removeAll(List.of("k", "l"));
        assertThat(two.cache().get("k")).isEqualTo("new");
        gate.open();
        eventually(rebuild::isDone);

        assertThat(one.cache().get("k")).isEqualTo("new");
        assertThat(two.cache().get("k")).isEqualTo("new");
        assertThat(one.cache().get("l")).isEqualTo("new");
        assertThat(two.cache().get("l")).isEqualTo("new");
    }

    @Test
    void putDuringARebuildElsewhereIsNotLost() {
        Site one = site("one");
        Site two = site("two");
        Gate gate = new Gate();
        Future<?> rebuild = start(() -> one.cache().rebuild(Stream.of("k", "l").map(key -> {
            if (key.equals("l")) {
                pass(gate);
            }
            return Map.entry(key, "row");
        })));
        gate.awaitArrivals(1);

        two.cache().put("k", "put");
        two.cache().put("l", "put");
        gate.open();
        eventually(rebuild::isDone);

        for (Site site : List.of(one, two)) {
            assertThat(site.cache().get("k")).isEqualTo("put");
            assertThat(site.cache().get("l")).isEqualTo("put");
        }
    }

    @Test
    void rebuildThatLostItsPlaceFailsAndLeavesTheOldGeneration() {
        Site one = site("one");
        one.cache().put("k", "old");

        Future<?> rebuild =
                start(() -> one.cache().rebuild(Stream.of(Map.entry("k", "new")).peek(row -> {
                    server.stallRebuilds();
                })));

        assertThat(failure(rebuild)).isInstanceOf(RebuildException.class);
        assertThat(one.cache().get("k")).isEqualTo("old");
        assertThat(site("two").cache().get("k")).isEqualTo("old");
    }

    @Test
    void farRebuildServesTheNewGenerationEverywhereWithoutALoad() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "old").set("dropped", "old");
        one.cache().getAll(List.of("k", "dropped"));
        two.cache().getAll(List.of("k", "dropped"));
        int loads = origin.loads();
        origin.delete("dropped");

        one.cache().rebuild(Stream.of(Map.entry("k", "new")));

        assertThat(two.cache().get("k")).isEqualTo("new");
        assertThat(one.cache().get("k")).isEqualTo("new");
        assertThat(origin.loads()).isEqualTo(loads);
        assertThat(two.cache().get("dropped")).isNull();
    }

    private static void pass(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
