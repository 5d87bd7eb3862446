package dev.larder.storefront;

import dev.larder.storefront.database.DatabasePlace;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.shop.Strategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a shop is started with. Immutable.
 *
 * @param port where it listens, on loopback; 0 for one that is free
 * @param tiers nearest first, as Larder takes them
 * @param sizes what the database must hold; null for what it has, or the full sizes where it is made
 * @param instances the addresses of all shops of this start, this one included; empty where it is alone
 */
public record StorefrontOptions(
        int port,
        List<String> tiers,
        DatabasePlace database,
        @Nullable Sizes sizes,
        Strategy strategy,
        List<String> instances) {
    public static final int MAX_PORT = 65_535;

    public StorefrontOptions {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be within 0…" + MAX_PORT + " but was " + port);
        }
        tiers = List.copyOf(tiers);
        instances = List.copyOf(instances);
    }
}
