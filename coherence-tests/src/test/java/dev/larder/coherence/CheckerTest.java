package dev.larder.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.coherence.Checker.Trouble;
import dev.larder.coherence.Event.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckerTest {
    private static final Event REMOVED = new Event("near-0", Kind.INVALIDATED, "k", 100, 200, 7, true);
    private static final Event PENDING = new Event("near-0", Kind.INVALIDATED, "k", 100, 200, 7, false);

    private static List<String> violations(List<Event> history, List<Trouble> trouble, Map<String, Long> killed) {
        return new Checker(1_000, 500, trouble, killed).violations(history, token -> token == 99 ? null : token);
    }

    private static Event get(String process, long start, long version) {
        return new Event(process, Kind.GET, "k", start, start + 10, version, true);
    }

    private static List<String> after(Event get) {
        return violations(List.of(get, REMOVED), List.of(), Map.of());
    }

    @Test
    void anOldValueAfterARemovalOfTheSameProcessIsFound() {
        assertThat(after(get("near-0", 201, 6))).hasSize(1);
    }

    @Test
    void aReadThatOverlapsARemovalMayBeOld() {
        assertThat(after(get("near-0", 200, 6))).isEmpty();
        assertThat(after(get("near-0", 150, 6))).isEmpty();
    }

    @Test
    void anotherNearTierMayBeOldForTheTimeOfSilence() {
        assertThat(after(get("near-1", 1_200, 6))).isEmpty();
        assertThat(after(get("near-1", 1_201, 6))).hasSize(1);
    }

    @Test
    void aProcessThatKeepsNothingMayNotBeOldAtAll() {
        assertThat(after(get("far-1", 201, 6))).hasSize(1);
        assertThat(after(get("far-1", 201, 7))).isEmpty();
    }

    @Test
    void anotherKeyIsNotBound() {
        Event other = new Event("far-1", Kind.GET, "other", 300, 310, 1, true);

        assertThat(after(other)).isEmpty();
    }

    @Test
    void aRemovalThatWasAcknowledgedBindsInTroubleToo() {
        List<Trouble> trouble = List.of(new Trouble("cut", 150, 400));

        assertThat(violations(List.of(get("far-1", 201, 6), REMOVED), trouble, Map.of("near-0", 500L)))
                .hasSize(1);
    }

    @Test
    void aRemovalThatWasNotAcknowledgedBindsOthersWhenJournalsAreSettled() {
        List<Trouble> trouble = List.of(new Trouble("cut", 150, 400));

        assertThat(violations(List.of(get("far-1", 700, 6), PENDING), List.of(), Map.of()))
                .isEmpty();
        assertThat(violations(List.of(get("far-1", 701, 6), PENDING), List.of(), Map.of()))
                .hasSize(1);
        assertThat(violations(List.of(get("far-1", 1_150, 6), PENDING), trouble, Map.of()))
                .isEmpty();
        assertThat(violations(List.of(get("far-1", 1_151, 6), PENDING), trouble, Map.of()))
                .hasSize(1);
        assertThat(violations(List.of(get("near-0", 201, 6), PENDING), trouble, Map.of()))
                .hasSize(1);
    }

    @Test
    void aRemovalThatWasNotAcknowledgedByAProcessThatWasKilledBindsNobodyElse() {
        assertThat(violations(List.of(get("far-1", 5_000, 6), PENDING), List.of(), Map.of("near-0", 500L)))
                .isEmpty();
    }

    @Test
    void aFailedReadAndAValueFromNowhereAreFound() {
        Event failed = new Event("near-0", Kind.FAILED_GET, "k", 1, 2, 0, true);

        assertThat(violations(List.of(failed, get("near-0", 10, 99)), List.of(), Map.of()))
                .hasSize(2);
    }
}
