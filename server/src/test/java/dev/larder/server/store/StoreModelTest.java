package dev.larder.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.memory.PageSource;
import dev.larder.server.memory.Pages;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Random operations, on a store and on plain maps. {@code -Dlarder.seed=N} repeats a run. */
class StoreModelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());

    private final AtomicLong alive = new AtomicLong();
    private final PageSource counted = bytes -> {
        alive.incrementAndGet();
        return PageSource.SYSTEM.allocate(bytes);
    };

    private void run(long seed, int shards, int keys, int maxBytes) {
        System.out.println("seed " + seed);
        Model[] model = new Model[1];
        StoreConfig config = StoreConfig.standard(() -> model[0] == null ? 1_700_000_000_000L : model[0].now)
                .withShards(shards)
                .withSeed(new StoreConfig.Seed(seed, 7))
                .withSource(counted);
        try (OffHeapStore store = new OffHeapStore(config)) {
            model[0] = new Model(store, seed, keys, maxBytes);
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 500; i++) {
                    model[0].step();
                }
                model[0].checkAll();
            }
        }
    }

    @Test
    void agreesWithPlainMaps() {
        for (int i = 0; i < 6; i++) {
            run(SEED + i, 1 << (i % 3), 300, 3_000);
        }
    }

    @Test
    void agreesWithPlainMapsOfLongValues() {
        for (int i = 0; i < 3; i++) {
            run(SEED + 100 + i, 2, 30, 200_000);
        }
        assertThat(alive.get() * Pages.PAGE_BYTES).isPositive();
    }
}
