package dev.larder.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ItemTest {
    @Test
    void codecGivesBackWhatItWasGiven() {
        ItemJson json = new ItemJson();
        Item item = Item.of(MixedKeys.key(17));

        assertThat(json.decode(json.encode(item))).isEqualTo(item);
    }

    @Test
    void codecReadsFromTheMiddleOfBytes() {
        ItemJson json = new ItemJson();
        byte[] encoded = json.encode(Item.of(5));
        byte[] around = new byte[encoded.length + 7];
        System.arraycopy(encoded, 0, around, 4, encoded.length);

        assertThat(json.decode(around, 4, encoded.length)).isEqualTo(Item.of(5));
    }

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
