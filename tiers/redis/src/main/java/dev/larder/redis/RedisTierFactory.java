package dev.larder.redis;

import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import java.util.Set;

/**
 * Opens Redis tiers, whose URIs {@link AddressReader} describes. Found by {@link java.util.ServiceLoader}. Immutable.
 */
public final class RedisTierFactory implements TierFactory {
    @Override
    public Set<String> schemes() {
        return Set.of(
                "redis",
                "rediss",
                "redis-socket",
                "redis-sentinel",
                "rediss-sentinel",
                "redis-cluster",
                "rediss-cluster");
    }

    @Override
    public FarTier open(TierUri uri, Context context) {
        return RedisTier.open(RedisAddress.of(uri), context);
    }
}
