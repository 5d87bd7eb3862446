package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.testkit.Seed;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KeyBytesTest {
    @Test
    void bytesOfAnyTextAreItsOwnAndComeBackAsIt() {
        RandomGenerator random =
                Seed.of("bytesOfAnyTextAreItsOwnAndComeBackAsIt").generator(0);
        String alphabet = "aA \u0000ü鍵\uD83D\uDD11\uDD11\uD83D\uFFFD";
        Map<ByteBuffer, String> seen = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            byte[] bytes = KeyBytes.of(text.toString());

            assertThat(KeyBytes.text(bytes)).isEqualTo(text.toString());
            String before = seen.put(ByteBuffer.wrap(bytes), text.toString());
            assertThat(before == null || before.contentEquals(text)).isTrue();
        }
    }

    @Test
    void plainTextIsReadableInTheDatabase() {
        assertThat(KeyBytes.of("schlüssel")).isEqualTo("schlüssel".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(KeyBytes.of("")).isEmpty();
    }

    @Test
    void keyThatIsTooLongIsRefused() {
        assertThat(KeyBytes.of("k".repeat(KeyBytes.MAX_BYTES))).hasSize(KeyBytes.MAX_BYTES);
        assertThatThrownBy(() -> KeyBytes.of("k".repeat(KeyBytes.MAX_BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 65536 bytes");
    }

    @Test
    void bytesThatAreNoKeyAreRefused() {
        for (byte[] bytes : List.of(new byte[] {(byte) 0x80}, new byte[] {(byte) 0xFF, 1}, new byte[] {(byte) 0xC3})) {
            assertThatThrownBy(() -> KeyBytes.text(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
