package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of a causal token, and what two tokens are together. */
final class CausalTokenTest {
    private static CausalToken token(String text) {
        return CausalToken.parse(text);
    }

    @Test
    void textIsReadBack() {
        List<String> texts = List.of("1", "1u", "1~redis-a_b.18c", "1u~a.0~b.ff~c-d.1");

        assertThat(texts).allSatisfy(text -> assertThat(token(text)).hasToString(text));
        assertThat(token("1").isComplete()).isTrue();
        assertThat(token("1u").isComplete()).isFalse();
    }

    @Test
    void textFitsIntoACookieAndAUrl() {
        CausalToken full = CausalToken.NOTHING;
        for (int i = 0; i < CausalToken.MOST_POSITIONS; i++) {
            String log = String.format("%032d", i);
            full = full.and(CausalToken.of(true, log + ".ffffffffffffffffffffffffffffffff"));
        }

        assertThat(full.isComplete()).isTrue();
        assertThat(full.toString()).matches("[A-Za-z0-9._~-]{1," + CausalToken.LONGEST_TEXT + "}");
        assertThat(token(full.toString())).isEqualTo(full).hasSameHashCodeAs(full);
    }

    @Test
    void otherTextsAreRefusedInOneSentence() {
        List<String> texts = List.of(
                "",
                " ",
                "x",
                "1 ",
                "1x",
                "1~",
                "1~~",
                "1~a",
                "1~a.01",
                "1~a.1~",
                "u1",
                "1\n",
                "1~\u00e4.1",
                "1;2",
                "\u0661",
                "1" + "~a.1".repeat(CausalToken.MOST_POSITIONS + 1),
                "1".repeat(1 << 20));

        assertThat(texts)
                .allSatisfy(text -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> token(text))
                        .withMessageContaining("a causal token must be")
                        .satisfies(
                                e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(250)));
    }

    @Test
    void tokenOfALaterVersionIsNotComplete() {
        assertThat(token("2~what.ever_it-may.be").isComplete()).isFalse();
        assertThat(token("2").and(token("1~a.1")).isComplete()).isFalse();
    }

    @Test
    void twoTogetherCoverWhatEitherDoes() {
        CausalToken both = token("1~a.5~b.1").and(token("1~a.7~c.1"));

        assertThat(both).hasToString("1~a.7~b.1~c.1");
        assertThat(token("1~a.7").and(token("1~a.5"))).hasToString("1~a.7");
        assertThat(token("1~a.7").and(token("1u")).isComplete()).isFalse();
        assertThat(token("1~a.7").and(CausalToken.NOTHING)).isEqualTo(token("1~a.7"));
    }

    @Test
    void tokenOfMoreLogsThanFitIsNotComplete() {
        CausalToken many = CausalToken.NOTHING;
        for (int i = 0; i <= CausalToken.MOST_POSITIONS; i++) {
            many = many.and(CausalToken.of(true, "log-" + i + ".1"));
        }

        assertThat(many.isComplete()).isFalse();
        assertThat(many.positions()).hasSize(CausalToken.MOST_POSITIONS);
        assertThat(token(many.toString())).isEqualTo(many);
    }

    @Test
    void positionThatCannotBeReadMakesItIncomplete() {
        assertThat(CausalToken.of(true, "no position").isComplete()).isFalse();
    }
}
