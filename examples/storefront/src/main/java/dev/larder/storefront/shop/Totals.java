package dev.larder.storefront.shop;

import dev.larder.stats.CacheStats;
import dev.larder.stats.Count;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up what the caches of several strategies counted. */
final class Totals {
    private Totals() {}

    /** {@code now} with what was counted {@code before}, cache by cache; size and weight are those of {@code now}. */
    static Map<String, CacheStats> sum(Map<String, CacheStats> before, Map<String, CacheStats> now) {
        Map<String, CacheStats> sums = new LinkedHashMap<>();
        now.forEach((name, stats) -> {
            CacheStats earlier = before.get(name);
            sums.put(name, earlier == null ? stats : sum(earlier, stats));
        });
        return sums;
    }

    private static CacheStats sum(CacheStats before, CacheStats now) {
        Map<Count, Long> counts = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            counts.put(count, before.of(count) + now.of(count));
        }
        return new CacheStats(counts, now.size(), now.weight());
    }
}
