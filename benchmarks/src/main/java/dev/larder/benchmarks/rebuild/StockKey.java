package dev.larder.benchmarks.rebuild;

/**
 * Names one stock figure of the shop. Immutable.
 *
 * @param article number of the product
 * @param unit unit of measure
 * @param store code of the store
 */
record StockKey(long article, String unit, String store) {
    private static final String[] UNITS = {"PCE", "SET", "MTR", "KGM"};

    /** The key of {@code row} in a catalogue with {@code stores} stores; different rows have different keys. */
    static StockKey of(int row, int stores) {
        long article = 1_000_000L + row / stores;
        return new StockKey(article, UNITS[(int) (article % UNITS.length)], "S" + row % stores);
    }
}
