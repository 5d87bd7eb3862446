package dev.larder.benchmarks.far;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.keys.MixedKeys;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SliceTest {
    private static final Race RACE = new Race(Operation.GET, 1, List.of(FarKind.LARDER, FarKind.LETTUCE));

    @Test
    void sliceIsReadAsItWasWritten() {
        Slice slice = new Slice(10, 2_000_000_000L, 3_000, 4_000, 50_000, 60_000);

        assertThat(Slice.parse(slice.line())).isEqualTo(slice);
        assertThat(slice.perSecond()).isEqualTo(5);
        assertThat(slice.cpuMicros()).isEqualTo(5);
    }

    @Test
    void speedsAreComparedWithinRounds() {
        Results results = new Results(
                Map.of(
                        RACE,
                        Map.of(
                                FarKind.LARDER, List.of(operations(50), operations(900)),
                                FarKind.LETTUCE, List.of(operations(100), operations(1_000)))),
                Map.of());

        assertThat(results.timesTheSpeed(RACE, FarKind.LARDER, FarKind.LETTUCE).min())
                .isEqualTo(0.5);
        assertThat(results.timesTheSpeed(RACE, FarKind.LARDER, FarKind.LETTUCE).max())
                .isEqualTo(0.9);
        assertThat(results.table(RACE, FarKind.LETTUCE).toString()).contains("Lettuce, bare", "0.70 (0.50–0.90)");
    }

    @Test
    void nineReadsOfTenAreOfHotKeysThatFitIntoTheNearTier() {
        Set<Long> near = new HashSet<>();
        for (int rank = 0; rank < MixedLoad.NEAR_ENTRIES; rank++) {
            near.add(MixedKeys.key(rank));
        }
        MixedLoad load = new MixedLoad(1 << 20, 42);
        int hits = 0;
        for (int read = 0; read < 10_000; read++) {
            hits += near.contains(load.next()) ? 1 : 0;
        }

        assertThat(hits / 10_000.0).isCloseTo(0.9, Offset.offset(0.02));
    }

    private static Slice operations(long count) {
        return new Slice(count, 1_000_000_000L, 1, 1, 1, 1);
    }
}
