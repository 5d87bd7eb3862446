package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys from lists and logs, well-formed and not. */
class KeyListTest {
    private long withoutKey;
    private long repeated;

    @Test
    void everyLineIsAKeyAndEmptyOnesAreNone() throws IOException {
        assertThat(keys("a\nb\r\n\n\nc d", null)).containsExactly("a", "b", "c d");

        assertThat(withoutKey).isZero();
    }

    @Test
    void keyThatCameAMomentAgoIsPassedOver() throws IOException {
        assertThat(keys("a\nb\na\na\n", null)).containsExactly("a", "b");

        assertThat(repeated).isEqualTo(2);
    }

    @Test
    void keysThatTakeTooMuchMemoryAreForgotten() throws IOException {
        String filler = "x".repeat(KeyList.LONGEST_KEY - 8);
        int count = KeyList.MOST_REMEMBERED_CHARS / KeyList.LONGEST_KEY + 10;
        StringBuilder text = new StringBuilder("first\nfirst\n");
        for (int i = 0; i < count; i++) {
            text.append(String.format("%08d", i)).append(filler).append('\n');
        }

        assertThat(keys(text.append("first\n").toString(), null))
                .hasSize(count + 2)
                .startsWith("first")
                .endsWith("first");
        assertThat(repeated).isEqualTo(1);
    }

    @Test
    void patternFindsTheKeyByItsGroup() throws IOException {
        String log = "GET /products/17?x=1 200\nGET /about 200\nGET /products/42 200\n";

        assertThat(keys(log, "/products/(\\d+)")).containsExactly("17", "42");
        assertThat(withoutKey).isEqualTo(1);
        assertThat(keys(log, "(GET) /products/(?<key>\\d+)")).containsExactly("17", "42");
        assertThat(keys(log, "products.[0-9]+")).containsExactly("products/17", "products/42");
    }

    @Test
    void groupThatIsEmptyOrMissingIsNoKey() throws IOException {
        assertThat(keys("id=\nid=7\nnone\n", "id=(\\d*)|none")).containsExactly("7");

        assertThat(withoutKey).isEqualTo(2);
    }

    @Test
    void keyOrLineThatIsTooLongIsPassedOver() throws IOException {
        String longest = "k".repeat(KeyList.LONGEST_KEY);

        assertThat(keys(longest + "\n" + longest + "x\n" + "y".repeat(1_000_000) + "\nz\n", null))
                .containsExactly(longest, "z");

        assertThat(withoutKey).isEqualTo(2);
    }

    @Test
    void bytesThatAreNoTextAreKeysOfNobody() throws IOException {
        byte[] bytes = {'a', (byte) 0xFF, '\n', 'b', '\n'};

        try (KeyList list = new KeyList(new ByteArrayInputStream(bytes), null)) {
            assertThat(list.next()).isEqualTo("a\uFFFD");
            assertThat(list.next()).isEqualTo("b");
            assertThat(list.next()).isNull();
            assertThat(list.readChars()).isEqualTo(5);
        }
    }

    private List<String> keys(String text, @Nullable String pattern) throws IOException {
        List<String> keys = new ArrayList<>();
        try (KeyList list = new KeyList(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                pattern == null ? null : Pattern.compile(pattern))) {
            for (String key = list.next(); key != null; key = list.next()) {
                keys.add(key);
            }
            withoutKey = list.withoutKey();
            repeated = list.repeated();
        }
        return keys;
    }
}
