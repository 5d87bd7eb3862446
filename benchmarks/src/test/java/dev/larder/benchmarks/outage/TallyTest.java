package dev.larder.benchmarks.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.outage.Tally.Field;
import dev.larder.benchmarks.outage.Tally.Span;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void talliesOfProcessesAddUpAndTheLongestTimeStays() {
        Tally one = new Tally();
        Tally two = new Tally();
        one.add(Field.READS, SECOND);
        two.add(Field.READS, SECOND);
        two.add(Field.READS, 5 * SECOND);
        one.longest(Field.LONGEST_READ, SECOND, 70);
        two.longest(Field.LONGEST_READ, SECOND, 30);

        for (Field field : Field.values()) {
            one.add(field, two.line(field));
        }

        assertThat(one.sum(Field.READS, new Span(0, 2 * SECOND))).isEqualTo(2);
        assertThat(one.sum(Field.READS, new Span(2 * SECOND, 6 * SECOND))).isEqualTo(1);
        assertThat(one.max(Field.LONGEST_READ, new Span(0, 2 * SECOND))).isEqualTo(70);
    }

    @Test
    void normalIsWhenASecondHasFewQueriesAgain() {
        List<Long> queries = LongStream.range(0, 100)
                .map(tenth ->
                        tenth < 50 ? tenth * 10 : tenth < 70 ? 500 + (tenth - 50) * 200 : 4_500 + (tenth - 70) * 10)
                .boxed()
                .toList();
        Outage outage = new Outage(
                new Tally(),
                queries,
                new Span(SECOND, 4 * SECOND),
                new Span(4 * SECOND, 5 * SECOND),
                new Span(5 * SECOND, 10 * SECOND),
                0);

        assertThat(outage.queriesPerSecond(outage.before())).isEqualTo(100);
        assertThat(outage.secondsToNormal()).isBetween(1.5, 2.5);
        assertThat(outage.busiestSecond(outage.after())).isEqualTo(2_000);
    }

    @Test
    void whatDoesNotComeBackIsNotNormal() {
        List<Long> queries =
                LongStream.range(0, 100).map(tenth -> tenth * tenth).boxed().toList();
        Outage outage = new Outage(
                new Tally(),
                queries,
                new Span(0, SECOND),
                new Span(SECOND, 2 * SECOND),
                new Span(5 * SECOND, 9 * SECOND),
                0);

        assertThat(outage.secondsToNormal()).isNaN();
    }
}
