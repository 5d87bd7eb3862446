package dev.larder.protocol.resp;

import static dev.larder.protocol.resp.Spoken.heard;
import static dev.larder.protocol.resp.Spoken.parser;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlineWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a b  c|[a, b, c]",
                "  a\tb |[a, b]",
                "\"a b\" 'c d'|[a b, c d]",
                "\"\\x41\\x4a\\xfF\"|[AJ\u00ff]",
                "\"\\xg1\"|[xg1]",
                "\"\\x4\"|[x4]",
                "'a\\'b\\n'|[a'b\\n]",
                "a\"b c\"|[ab c]",
                "a'b' c|[ab, c]",
                "\"\" ''|[, ]",
                "a\\n|[a\\n]",
                "\u000b\u000ca\u000bb|[a\u000bb]",
                "\"a\"\u000bb|[a, b]",
            })
    void wordsAreSplitAsRedisDoes(String line, String words) {
        assertThat(heard(parser(), line + "\r\n")).containsExactly(words);
    }

    @Test
    void escapesAreThoseOfRedis() {
        assertThat(heard(parser(), "\"\\n\\r\\t\\b\\a\\q\\\\\\\"\"\r\n")).containsExactly("[\n\r\t\b\u0007q\\\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a", "'a", "\"a\"b", "'a'b", "\"a\\", "'a\\'", "a\"", "\"\\x4", "\"a\"\"b\""})
    void unbalancedQuotesAreRefused(String line) {
        assertThat(heard(parser(), line + "\r\n")).containsExactly("Protocol error: unbalanced quotes in request");
    }
}
