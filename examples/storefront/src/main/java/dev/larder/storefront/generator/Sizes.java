package dev.larder.storefront.generator;

/** How much data there is to be. Immutable. */
public record Sizes(int products, int stores) {
    public static final int MAX_PRODUCTS = 200_000;
    public static final int MAX_STORES = 2_000;

    /** The retailer of the example: 1,870,000 stocks. */
    public static final Sizes FULL = new Sizes(11_000, 170);

    public Sizes {
        check("products", products, MAX_PRODUCTS);
        check("stores", stores, MAX_STORES);
    }

    /** Every product in every store. */
    public long stockRows() {
        return (long) products * stores;
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be within 1…" + most + " but was " + value);
        }
    }
}
