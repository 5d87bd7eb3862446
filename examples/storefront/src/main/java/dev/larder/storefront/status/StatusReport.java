package dev.larder.storefront.status;

import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.herd.HerdReport;
import dev.larder.storefront.meter.CountingDataSource;
import dev.larder.storefront.shop.RebuildState;
import dev.larder.storefront.shop.Shop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status of one instance: {@code /status.json} is this record, name by name. Immutable.
 *
 * @param stockRows rows of the stock table
 * @param sqlStatements statements sent by this instance since its start
 * @param caches by name
 * @param history samples behind the second that was asked for
 */
public record StatusReport(
        String url,
        List<String> instances,
        List<String> tiers,
        String database,
        String strategy,
        long uptimeSeconds,
        long products,
        long stores,
        long stockRows,
        long sqlStatements,
        Latency.Quantiles latencyMicros,
        Map<String, CacheLine> caches,
        RebuildState rebuild,
        @Nullable HerdReport herdWithProtection,
        @Nullable HerdReport herdWithoutProtection,
        List<Sample> history) {
    /** What reports are made from. */
    public record Sources(
            Shop shop,
            Sizes sizes,
            CountingDataSource source,
            Latency latency,
            History history,
            HerdBoard herds,
            Surroundings surroundings) {}

    /** The report of now, with the samples behind {@code afterSecond}. */
    public static StatusReport of(Sources from, long afterSecond) {
        Map<String, CacheLine> caches = new LinkedHashMap<>();
        from.shop().stats().forEach((name, stats) -> caches.put(name, CacheLine.of(stats)));
        return new StatusReport(
                from.surroundings().url(),
                from.surroundings().instances(),
                from.surroundings().tiers(),
                from.surroundings().database(),
                from.shop().strategy().id(),
                from.history().uptimeSeconds(),
                from.sizes().products(),
                from.sizes().stores(),
                from.sizes().stockRows(),
                from.source().statements(),
                from.latency().quantiles(),
                caches,
                from.shop().rebuildState(),
                from.herds().withProtection(),
                from.herds().withoutProtection(),
                from.history().after(afterSecond));
    }
}
