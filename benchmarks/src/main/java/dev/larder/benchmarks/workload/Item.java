package dev.larder.benchmarks.workload;

import java.util.List;

/**
 * The value that every peer caches: a product as a shop shows it, about 300 bytes of JSON. Immutable.
 *
 * @param id the key it belongs to
 * @param name what it is called
 * @param categories from the root of the tree down
 * @param priceCents in the currency's smallest unit
 * @param stock pieces in all stores
 * @param description a sentence or two
 */
public record Item(long id, String name, List<String> categories, long priceCents, int stock, String description) {
    /** The item of {@code key}; equal for equal keys. */
    public static Item of(long key) {
        int number = (int) (key >>> 40) % 11_000;
        return new Item(
                key,
                "Cordless drill " + number,
                List.of("Tools", "Power tools", "Drills"),
                1_999 + number,
                number % 170,
                "Two gears, 13 mm chuck, two batteries of 18 V and 4 Ah, case and charger included." + " Article "
                        + number + ", delivered within two working days.");
    }
}
