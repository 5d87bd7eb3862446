package dev.larder.server.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.store.Entry;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /** Some kilobytes that stand for so many short elements: a list of nodes, each a list pack that is compressed. */
    private static byte[] compressedList(int nodes, int hundreds) {
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        pack.writeBytes(new byte[6]);
        pack.writeBytes(new byte[] {0, 1}); // the element 0, and how long it is
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        compressed.write(pack.size() - 1);
        compressed.writeBytes(pack.toByteArray());
        for (int i = 0; i < hundreds; i++) {
            compressed.writeBytes(new byte[] {(byte) 0xE0, (byte) (200 - 9), 1}); // 200 bytes from two before on
        }
        compressed.write(0);
        compressed.write(0xFF);
        ByteArrayOutputStream dump = new ByteArrayOutputStream();
        dump.write(18);
        dump.write(nodes);
        for (int i = 0; i < nodes; i++) {
            dump.write(2);
            dump.write(0xC3);
            for (int length : new int[] {compressed.size(), pack.size() + hundreds * 200 + 1}) {
                dump.write(0x80);
                dump.writeBytes(
                        ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            }
            dump.writeBytes(compressed.toByteArray());
        }
        dump.writeBytes(new byte[10]); // version and sum, which are looked at elsewhere
        return dump.toByteArray();
    }

    @Test
    void shortDumpThatStandsForMillionsIsKeptStepByStep() throws IOException {
        byte[] dump = compressedList(3, 7_000);
        assertThat(dump).hasSizeLessThan(70_000);
        RdbDump.check(dump);
        try (OffHeapStore store = new OffHeapStore(StoreConfig.standard(() -> 0).withShards(1));
                Entry entry = store.entry()) {
            entry.open(0, Slice.of(hex("61")));

            RdbDump.putInto(dump, entry, 0);

            assertThat(entry.elements().count()).isEqualTo(3 * 700_001);
        }
    }

    @Test
    void dumpThatStandsForMoreThanCanBeTakenIsRefused() {
        assertThatThrownBy(() -> RdbDump.check(compressedList(4, 300_000)))
                .isInstanceOf(RdbException.class)
                .hasMessageContaining("a value may take 268435456 bytes");
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
