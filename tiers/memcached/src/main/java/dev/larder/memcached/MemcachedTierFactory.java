package dev.larder.memcached;

import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import java.util.Set;

/**
 * Opens Memcached tiers: {@code memcached[s]://[user:password@]host[:port][*weight][,host…][?option=value&…]}. User and
 * password are percent-encoded; {@code memcacheds} is Memcached over TLS. Options: {@code connect-timeout=2s},
 * {@code more=host,…} and {@code without=host,…} for servers that join and leave, {@code discovery=dns:name} or
 * {@code discovery=elasticache:host} where they are told, {@code warm-up=10m}, {@code on-failure=miss|next|gutter}, and for {@code memcacheds}
 * {@code verify=full|ca|none}. Found by {@link java.util.ServiceLoader}. Immutable.
 */
public final class MemcachedTierFactory implements TierFactory {
    @Override
    public Set<String> schemes() {
        return Set.of("memcached", "memcacheds");
    }

    @Override
    public FarTier open(TierUri uri, Context context) {
        return MemcachedTier.open(MemcachedAddress.of(uri), context);
    }
}
