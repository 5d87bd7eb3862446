package dev.larder.storefront.status;

import java.util.List;

/**
 * What the shop was started with, fit to be shown: no secrets. Immutable.
 *
 * @param url this instance
 * @param instances every instance of this start, this one included
 * @param tiers nearest first
 */
public record Surroundings(String url, List<String> instances, List<String> tiers, String database) {
    public Surroundings {
        instances = List.copyOf(instances);
        tiers = List.copyOf(tiers);
    }
}
