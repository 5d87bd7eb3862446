package dev.larder.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExceptionsTest {
    private static final Rule RULE = new Rule("clock", "No clocks", project -> List.of());
    private static final Violation HERE = new Violation("core/A.java", "line 1");
    private static final Violation THERE = new Violation("core/B.java", "line 2");

    @Test
    void anExcusedPathIsLetThroughForItsRuleOnly() {
        Exceptions exceptions = Exceptions.parse(
                List.of("# remark", "", "clock core/A.java reads it at the edge", "sleep core/B.java other rule"));

        assertThat(exceptions.unexcused(RULE, List.of(HERE, THERE))).containsExactly(THERE);
    }

    @Test
    void anExceptionWithoutAViolationIsStale() {
        Exceptions exceptions = Exceptions.parse(List.of("clock core/A.java reason", "clock core/B.java reason"));

        assertThat(exceptions.stale(RULE, List.of(HERE))).containsExactly("core/B.java");
    }

    @Test
    void aLineWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> Exceptions.parse(List.of("clock core/A.java")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rule path reason");
    }
}
