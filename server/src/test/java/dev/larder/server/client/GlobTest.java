package dev.larder.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "a*c, abc, true",
        "a*c, abd, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "[a-c]x, bx, true",
        "[c-a]x, bx, true",
        "[^a-c]x, bx, false",
        "[^a-c]x, dx, true",
        "[abc, b, true",
        "\\*a, *a, true",
        "\\*a, ba, false",
        "[\\]]x, ]x, true",
        "a**b*, axxbyy, true",
        "a\\, a\\, true",
        "news.*.uk, news.sport.uk, true",
        "'', x, false"
    })
    void matchesAsRedisDoes(String pattern, String text, boolean expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(Glob.matches(pattern.getBytes(StandardCharsets.UTF_8), bytes, 0, bytes.length))
                .isEqualTo(expected);
    }

    @Test
    void manyStarsTakeNoLongerThanTheProductOfLengths() {
        byte[] pattern = ("a*".repeat(2_000) + "b").getBytes(StandardCharsets.UTF_8);
        byte[] text = "a".repeat(20_000).getBytes(StandardCharsets.UTF_8);

        assertThat(Glob.matches(pattern, text, 0, text.length)).isFalse();
    }
}
