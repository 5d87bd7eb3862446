package dev.larder.storefront.catalogue;

import dev.larder.storefront.sql.Row;
import dev.larder.storefront.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stock of every article in every store: by far the largest table. Thread-safe; blocks. */
public final class StockTable {
    private static final String STOCK = "SELECT article, unit, store, quantity, on_order FROM stock";
    private static final Row<Map.Entry<StockKey, Stock>> AS_ENTRY = row -> Map.entry(
            new StockKey(row.getLong(1), row.getString(2), row.getInt(3)), new Stock(row.getInt(4), row.getInt(5)));

    private final Sql sql;

    public StockTable(Sql sql) {
        this.sql = sql;
    }

    public @Nullable Stock stock(StockKey key) throws SQLException {
        return sql.first(
                "SELECT quantity, on_order FROM stock WHERE article = ? AND unit = ? AND store = ?",
                row -> new Stock(row.getInt(1), row.getInt(2)),
                key.article(),
                key.unit(),
                key.store());
    }

    /**
     * The stocks of {@code keys}: one statement for each article among them, which reads the article's rows of all
     * stores, as they lie side by side.
     */
    public Map<StockKey, Stock> stocks(Set<? extends StockKey> keys) throws SQLException {
        Map<StockKey, Stock> found = new LinkedHashMap<>();
        for (StockKey article : articles(keys)) {
            for (Map.Entry<StockKey, Stock> entry : sql.query(
                    STOCK + " WHERE article = ? AND unit = ? ORDER BY store",
                    AS_ENTRY,
                    article.article(),
                    article.unit())) {
                if (keys.contains(entry.getKey())) {
                    found.put(entry.getKey(), entry.getValue());
                }
            }
        }
        return found;
    }

    /** All rows of the articles behind {@code from} up to and with {@code to}, in the order of the key. */
    public List<Map.Entry<StockKey, Stock>> between(long from, long to) throws SQLException {
        return sql.query(
                STOCK + " WHERE article > ? AND article <= ? ORDER BY article, unit, store", AS_ENTRY, from, to);
    }

    /** Writes the stock of {@code key}; throws {@link EditConflictException} where there is no such row. */
    public void save(StockKey key, Stock stock) throws SQLException, EditConflictException {
        int changed = sql.update(
                "UPDATE stock SET quantity = ?, on_order = ? WHERE article = ? AND unit = ? AND store = ?",
                stock.quantity(),
                stock.onOrder(),
                key.article(),
                key.unit(),
                key.store());
        if (changed == 0) {
            throw new EditConflictException(
                    "there is no stock of article " + key.article() + " in store " + key.store());
        }
    }

    private static List<StockKey> articles(Set<? extends StockKey> keys) {
        Map<Map.Entry<Long, String>, StockKey> articles = new LinkedHashMap<>();
        keys.forEach(key -> articles.putIfAbsent(Map.entry(key.article(), key.unit()), key));
        return new ArrayList<>(articles.values());
    }
}
