package dev.larder.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.larder.protocol.bytes.Ascii;
import java.util.Arrays;

/** Rough counts in strings that a client has set. {@code JAZZER_FUZZ=1} looks for more. */
class HyperLogLogFuzzTest {
    private static final byte[] MAGIC = Ascii.bytes("HYLL");
    private static final int DENSE_BYTES = 12_304;

    /** What stands behind the magic word: form, count, registers. A dense one is filled up to its length. */
    @FuzzTest(maxDuration = "1m")
    void sketchesAreCountedOrRefused(byte[] data) {
        byte[] bytes = Arrays.copyOf(MAGIC, MAGIC.length + data.length);
        System.arraycopy(data, 0, bytes, MAGIC.length, data.length);
        if (data.length > 12 && data[0] == 0) {
            bytes = Arrays.copyOf(bytes, DENSE_BYTES);
        }
        try {
            assertThat(HyperLogLog.keptCount(bytes)).isGreaterThanOrEqualTo(-1);
            HyperLogLog sketch = HyperLogLog.of(bytes);
            long count = sketch.count();
            assertThat(count).isNotNegative();
            HyperLogLog again = HyperLogLog.of(sketch.bytes(false));
            assertThat(again.count()).isEqualTo(count);
            again.addAll(sketch);
            assertThat(again.count()).isEqualTo(count);
            sketch.add(data, 0, data.length);
            assertThat(sketch.count()).isGreaterThanOrEqualTo(count);
        } catch (Complaint refused) {
            assertThat(refused.text()).matches("(WRONGTYPE|INVALIDOBJ) .*");
        }
    }
}
