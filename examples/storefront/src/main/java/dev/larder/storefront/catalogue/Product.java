package dev.larder.storefront.catalogue;

/**
 * One article that the retailer sells. Immutable.
 *
 * @param article its number, unique
 * @param unit the unit of measure it is sold and counted in, such as {@code EA} (each) or {@code BG} (bag)
 * @param category the category it stands in, always one of the lowest level
 * @param priceCents what one unit costs
 * @param version counts its changes, so that two people who edit at once do not overwrite each other
 */
public record Product(
        long article, String unit, String name, String brand, long category, long priceCents, int version) {
    /** The same product after an edit: the next version. */
    public Product edited(String newName, long newPriceCents) {
        return new Product(article, unit, newName, brand, category, newPriceCents, version + 1);
    }
}
