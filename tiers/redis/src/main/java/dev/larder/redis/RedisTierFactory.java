package dev.larder.redis;

import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import java.util.Set;

/**
 * Opens Redis tiers: {@code redis[s]://[[user]:password@]host[:port][/database][?option=value&…]}. User and password are
 * percent-encoded; {@code rediss} is Redis over TLS. Options: {@code connect-timeout=2s}, and for {@code rediss}
 * {@code verify=full|ca|none}. Found by {@link java.util.ServiceLoader}. Immutable.
 */
public final class RedisTierFactory implements TierFactory {
    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    @Override
    public FarTier open(TierUri uri, Context context) {
        return RedisTier.open(RedisAddress.of(uri), context);
    }
}
