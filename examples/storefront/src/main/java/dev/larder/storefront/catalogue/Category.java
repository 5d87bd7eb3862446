package dev.larder.storefront.catalogue;

/**
 * A node of the category tree. Immutable.
 *
 * @param parent the category above; 0 for a department
 * @param level 1 for a department, 3 for a category that products stand in
 * @param products how many stand in it and below it
 */
public record Category(long id, long parent, int level, String name, int products) {
    /** The level that products stand in. */
    public static final int LEAF_LEVEL = 3;

    public boolean isLeaf() {
        return level == LEAF_LEVEL;
    }
}
