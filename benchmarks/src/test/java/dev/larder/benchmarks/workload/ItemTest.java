package dev.larder.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ItemTest {
    @Test
    void codecGivesBackWhatItWasGiven() {
        ItemJson json = new ItemJson();
        Item item = Item.of(0x9E3779B97F4A7C15L);

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
}
