package dev.larder.jdbc;

import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import java.util.Set;

/**
 * Opens SQL tiers: {@code jdbc:postgresql://host[:port]/database?user=u&password=p} the same with {@code mariadb}, or {@code jdbc:h2:…;USER=u;PASSWORD=p},
 * the driver's own URL. Among its parameters may stand the tier's: {@code larder.table} (what the tables' names begin
 * with), {@code larder.maxRows}, {@code larder.maxBytes}, {@code larder.createTables}, {@code larder.pool}. Found by
 * {@link java.util.ServiceLoader}. Immutable.
 */
public final class JdbcTierFactory implements TierFactory {
    @Override
    public Set<String> schemes() {
        return Set.of("jdbc");
    }

    @Override
    public FarTier open(TierUri uri, Context context) {
        return JdbcTier.open(JdbcAddress.of(uri), context);
    }
}
