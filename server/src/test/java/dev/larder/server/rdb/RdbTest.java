package dev.larder.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pieces of Redis's form, and bytes that are in no form. */
class RdbTest {
    private static RdbInput input(byte[] bytes) {
        return new RdbInput(new ByteArrayInputStream(bytes), 1 << 20, 1 << 22);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @Test
    void sumIsThatOfRedis() {
        byte[] text = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc64.of(0, text, 0, text.length)).isEqualTo(0xE9C6D914C4B8D9CAL);
    }

    @Test
    void compressedTextIsExpanded() throws IOException {
        assertThat(input(hex("c3 05 0a 00 61 e0 00 00")).string())
                .isEqualTo("aaaaaaaaaa".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void lengthThatIsOnlyDeclaredCostsNothing() {
        assertThatThrownBy(() -> input(hex("80 00 0f ff ff 61")).string()).hasMessageContaining("midst of something");
        assertThatThrownBy(
                        () -> input(hex("c3 05 80 00 0f ff ff 00 61 e0 00 00")).string())
                .hasMessageContaining("cannot become");
        assertThatThrownBy(() -> input(hex("81 ff ff ff ff ff ff ff ff")).string())
                .isInstanceOf(RdbException.class);
    }

    @Test
    void stringThatIsTooLongIsPassedOver() throws IOException {
        RdbInput in = new RdbInput(new ByteArrayInputStream(hex("05 61 61 61 61 61 02 62 62")), 3, 100);
        assertThat(in.string()).isEmpty();
        assertThat(in.wasTooLong()).isTrue();
        assertThat(in.string()).isEqualTo(hex("62 62"));
        assertThat(in.wasTooLong()).isFalse();
    }

    @Test
    void anyBytesAreReadOrRefused() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Collected items = new Collected();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                if (random.nextInt(3) > 0) {
                    bytes[j] = (byte) random.nextInt(8);
                }
            }
            int type = random.nextInt(27);
            items.clear();
            try {
                if (RdbValues.isKnown(type)) {
                    RdbValues.read(type, input(bytes), items);
                }
            } catch (IOException refused) {
                assertThat(refused).isInstanceOf(RdbException.class);
            } catch (RuntimeException | OutOfMemoryError bug) {
                throw new AssertionError("seed " + seed + ", type " + type + ": " + Arrays.toString(bytes), bug);
            }
        }
    }
}
