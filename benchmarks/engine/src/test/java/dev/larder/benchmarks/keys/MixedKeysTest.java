package dev.larder.benchmarks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MixedKeysTest {
    @Test
    void keysOfDifferentRanksDiffer() {
        Set<Long> keys = new HashSet<>();
        for (int rank = 0; rank < 100_000; rank++) {
            keys.add(MixedKeys.key(rank));
        }

        assertThat(keys).hasSize(100_000);
    }

    @Test
    void twoReadsOfOneKeyAreTwoObjects() {
        Long[] keys = MixedKeys.keys(new int[] {3, 3});

        assertThat(keys[0]).isEqualTo(keys[1]).isNotSameAs(keys[1]);
    }
}
