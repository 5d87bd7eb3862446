package dev.larder.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import dev.larder.tier.TagReading.Moments;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered of tags is used only as far as it is known to reach; see models/tags.pml. */
final class KnownTagsTest {
    private static final long EPOCH = 5L << TagReading.COUNT_BITS;
    private static final long OTHER_EPOCH = 3L << TagReading.COUNT_BITS;
    private static final long MILLI = 1_000_000;

    private final KnownTags known = new KnownTags();

    private void learn(long clock, String tag, long removedAt) {
        known.learnt(new TagReading(clock, Map.of(tag, new Moments(removedAt, 0, 0))), 0);
    }

    private void hear(String tag, long at) {
        known.heard(new TagChange(tag, Kind.REMOVED, at), 0);
    }

    private boolean isCertain(String tag, long clock) {
        return known.uncertain(List.of(tag), clock).isEmpty();
    }

    private boolean isVoid(String tag, long begun) {
        return known.staleSince(List.of(tag), begun) == Long.MIN_VALUE;
    }

    @Test
    void whatWasLearntHoldsUpToItsReading() {
        learn(EPOCH + 5, "t", EPOCH + 3);

        assertThat(isCertain("t", EPOCH + 5)).isTrue();
        assertThat(isCertain("t", EPOCH + 4)).isTrue();
        assertThat(isCertain("t", EPOCH + 6)).isFalse();
        assertThat(isVoid("t", EPOCH + 2)).isTrue();
        assertThat(isVoid("t", EPOCH + 3)).isFalse();
        assertThat(isVoid("unknown", EPOCH + 9)).isTrue();
    }

    @Test
    void whileTheBusMissesNothingItHoldsFurther() {
        learn(EPOCH + 5, "t", EPOCH + 3);

        hear("u", EPOCH + 6);
        hear("u", EPOCH + 7);

        assertThat(isCertain("t", EPOCH + 7)).isTrue();
        assertThat(isCertain("t", EPOCH + 8)).isFalse();
    }

    @Test
    void changesOutOfTheirOrderAreCountedWhenTheGapBetweenThemIsFilled() {
        learn(EPOCH + 5, "t", EPOCH + 3);
        hear("u", EPOCH + 6);

        hear("u", EPOCH + 8);
        assertThat(isCertain("t", EPOCH + 8)).isFalse();
        hear("u", EPOCH + 7);

        assertThat(isCertain("t", EPOCH + 8)).isTrue();
    }

    @Test
    void changeBeforeTheFirstOneHeardMayHaveBeenMissed() {
        learn(EPOCH + 5, "t", EPOCH + 3);

        hear("u", EPOCH + 7);

        assertThat(isCertain("t", EPOCH + 7)).isFalse();
    }

    @Test
    void answerThatAMessageOvertookIsUsedForItsOwnReadingAlone() {
        hear("u", EPOCH + 5);
        hear("t", EPOCH + 6);

        learn(EPOCH + 5, "t", EPOCH + 3);

        assertThat(isCertain("t", EPOCH + 5)).isTrue();
        assertThat(isCertain("t", EPOCH + 6)).isFalse();
    }

    @Test
    void answerThatAMessageAheadOvertookIsNotTrustedWhenTheGapIsFilled() {
        hear("u", EPOCH + 5);
        hear("t", EPOCH + 7);

        learn(EPOCH + 5, "t", EPOCH + 3);
        hear("u", EPOCH + 6);

        assertThat(isCertain("t", EPOCH + 7)).isFalse();
    }

    @Test
    void changeThatIsHeardIsNoted() {
        learn(EPOCH + 5, "t", EPOCH + 3);

        hear("t", EPOCH + 6);

        assertThat(isCertain("t", EPOCH + 6)).isTrue();
        assertThat(isVoid("t", EPOCH + 5)).isTrue();
        assertThat(isVoid("t", EPOCH + 6)).isFalse();
    }

    @Test
    void olderAnswerAndLateMessageTakeNothingBack() {
        learn(EPOCH + 9, "t", EPOCH + 8);

        learn(EPOCH + 5, "t", EPOCH + 3);
        hear("t", EPOCH + 4);

        assertThat(isVoid("t", EPOCH + 7)).isTrue();
    }

    @Test
    void answerThatComesAfterAMessageItDoesNotKnowOfTakesNothingBack() {
        learn(EPOCH + 5, "t", EPOCH + 3);
        hear("u", EPOCH + 6);
        hear("u", EPOCH + 7);
        hear("t", EPOCH + 8);

        learn(EPOCH + 7, "t", EPOCH + 3);

        assertThat(isVoid("t", EPOCH + 7)).isTrue();
        assertThat(isCertain("t", EPOCH + 8)).isTrue();
    }

    @Test
    void afterAGapOnlyAnswersCount() {
        learn(EPOCH + 5, "t", EPOCH + 3);
        hear("u", EPOCH + 6);

        known.gap();

        assertThat(isCertain("t", EPOCH + 6)).isFalse();
        assertThat(isCertain("t", EPOCH + 5)).isTrue();
        hear("u", EPOCH + 7);
        assertThat(isCertain("t", EPOCH + 7)).isFalse();
    }

    @Test
    void epochsAreNeverCompared() {
        learn(EPOCH + 5, "t", EPOCH + 3);
        assertThat(isCertain("t", OTHER_EPOCH + 1)).isFalse();

        hear("u", EPOCH + 6);
        hear("u", OTHER_EPOCH + 1);
        assertThat(isCertain("t", OTHER_EPOCH + 1)).isFalse();
        assertThat(isCertain("t", EPOCH + 6)).isFalse();

        learn(OTHER_EPOCH + 1, "t", OTHER_EPOCH);
        assertThat(isCertain("t", OTHER_EPOCH + 1)).isTrue();
        assertThat(isVoid("t", EPOCH + 9)).as("an entry of the lost epoch").isTrue();
        assertThat(isVoid("t", OTHER_EPOCH + 1)).isFalse();
    }

    @Test
    void staleTagTellsSinceWhenByTheLaterOfTwoClocks() {
        known.learnt(new TagReading(EPOCH + 5, Map.of("t", new Moments(EPOCH, EPOCH + 4, 20))), 100 * MILLI);

        assertThat(known.staleSince(List.of("t"), EPOCH + 3)).isEqualTo(80 * MILLI);
        assertThat(known.staleSince(List.of("t"), EPOCH + 4)).isEqualTo(Long.MAX_VALUE);

        known.heard(new TagChange("t", Kind.STALE, EPOCH + 6), 200 * MILLI);
        assertThat(known.staleSince(List.of("t"), EPOCH + 5)).isEqualTo(200 * MILLI);
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 3; i++) {
            int from = i * 50_000;
            known.learnt(
                    new TagReading(
                            EPOCH,
                            IntStream.range(from, from + 50_000)
                                    .boxed()
                                    .collect(Collectors.toMap(n -> "t" + n, n -> new Moments(EPOCH, 0, 0)))),
                    0);
        }

        List<String> all = IntStream.range(0, 150_000).mapToObj(n -> "t" + n).toList();
        assertThat(known.unknown(all)).hasSizeGreaterThanOrEqualTo(150_000 - KnownTags.MOST);
        IntStream.range(0, 5_000).forEach(n -> hear("u", EPOCH + 10 + 2L * n));
        assertThat(isCertain("t149999", EPOCH)).isTrue();
    }
}
