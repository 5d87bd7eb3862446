package dev.larder.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.engine.peer.EngineKind;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static final int BYTES_OF_A_TABLE_ENTRY = 32;

    @Test
    void heapIsMeasuredWithoutKeysAndValues() {
        HeapProbe.Measured measured = HeapProbe.measure(EngineKind.MAP, 200_000, false);

        assertThat(measured.entriesHeld()).isEqualTo(200_000);
        assertThat(measured.bytesPerEntry()).isBetween(BYTES_OF_A_TABLE_ENTRY * 0.75, BYTES_OF_A_TABLE_ENTRY * 2.0);
    }

    @Test
    void everyWriteOfEveryThreadIsTimed() throws ExecutionException, InterruptedException {
        Histogram times = TailProbe.measure(EngineKind.LARDER_STORE, 1_000, 2, 100_000_000);

        assertThat(times.getTotalCount()).isGreaterThan(100);
        assertThat(times.getValueAtPercentile(50)).isPositive().isLessThanOrEqualTo(times.getMaxValue());
    }

    @Test
    void workloadIsKnownByItsBenchmarksName() throws ReflectiveOperationException {
        for (Workload workload : Workload.values()) {
            String method = EngineBenchmark.class
                    .getMethod(workload.method(), EngineBenchmark.Cursor.class)
                    .getName();

            assertThat(Workload.ofBenchmark(EngineBenchmark.class.getName() + "." + method))
                    .isEqualTo(workload);
        }
    }
}
