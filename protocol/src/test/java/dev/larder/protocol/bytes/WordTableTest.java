package dev.larder.protocol.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordTableTest {
    private static final Map<String, Integer> ENTRIES =
            Map.of("get", 1, "flushall", 2, "subscribe", 3, "subscribf", 4, "sunionstore", 5, "sunionstorf", 6);

    @Test
    void wordsOfAnyLengthAreFoundInAnyCase() {
        WordTable<Integer> table = WordTable.ignoringCase(ENTRIES);

        ENTRIES.forEach((word, value) -> {
            assertThat(find(table, word)).isEqualTo(value);
            assertThat(find(table, word.toUpperCase(Locale.ROOT))).isEqualTo(value);
            assertThat(find(table, word + "x")).isNull();
            assertThat(find(table, word.substring(1))).isNull();
        });
        assertThat(find(table, "")).isNull();
        assertThat(find(table, "ge\0")).isNull();
    }

    @Test
    void anExactTableTellsCasesApart() {
        WordTable<Integer> table = WordTable.exact(Map.of("get", 1, "GET", 2, "flush_all", 3));

        assertThat(find(table, "get")).isEqualTo(1);
        assertThat(find(table, "GET")).isEqualTo(2);
        assertThat(find(table, "Get")).isNull();
        assertThat(find(table, "flush_all")).isEqualTo(3);
        assertThat(find(table, "flush_alL")).isNull();
    }

    @Test
    void wordsThatAreTheSameAreRefused() {
        assertThatThrownBy(() -> WordTable.ignoringCase(Map.of("get", 1, "GET", 2)))
                .hasMessageContaining("two words are the same");
        assertThatThrownBy(() -> WordTable.exact(Map.of("", 1))).hasMessageContaining("must not be empty");
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "-1, true",
        "9223372036854775807, true",
        "-9223372036854775808, true",
        "9223372036854775808, false",
        "-9223372036854775809, false",
        "18446744073709551616, false",
        "01, false",
        "-0, false",
        "+1, false",
        "'', false",
        "-, false",
        "1a, false",
        "' 1', false"
    })
    void numbersAreThoseThatRedisTakes(String text, boolean is) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(Ascii.isLong(bytes, 0, bytes.length)).isEqualTo(is);
        if (is) {
            assertThat(Ascii.toLong(bytes, 0, bytes.length)).isEqualTo(Long.parseLong(text));
        }
    }

    private static @Nullable Integer find(WordTable<Integer> table, String word) {
        byte[] bytes = ("xx" + word + "y").getBytes(StandardCharsets.ISO_8859_1);
        return table.find(bytes, 2, word.length());
    }
}
