package dev.larder.storefront.database;

import dev.larder.storefront.catalogue.Catalogue;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.generator.Assortment;
import dev.larder.storefront.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the tables and writes every row. {@code property} comes first and its row {@code complete} last, so that a filling
 * that was broken off is known for what it is. For one thread, on one connection.
 */
final class Filling {
    private final Connection connection;
    private final Assortment assortment;
    private final Progress progress;

    Filling(Connection connection, Assortment assortment, Progress progress) {
        this.connection = connection;
        this.assortment = assortment;
        this.progress = progress;
    }

    void run(boolean postgres) throws SQLException {
        Sql.update(connection, Schema.MARKER);
        property(Schema.SCHEMA_VERSION, Schema.VERSION);
        property(Schema.PRODUCTS, assortment.sizes().products());
        property(Schema.STORES, assortment.sizes().stores());
        property("top-viewed-version", 1);
        for (String table : Schema.TABLES) {
            Sql.update(connection, table);
        }
        writeCatalogue();
        writeStock(postgres ? new StockSink.Copy(connection) : new StockSink.Batches(connection));
        writeIndexes();
        Sql.update(connection, postgres ? "ANALYZE" : "ANALYZE SAMPLE_SIZE 1000");
        property(Schema.COMPLETE, 1);
    }

    private void property(String name, long content) throws SQLException {
        Sql.update(connection, "INSERT INTO property VALUES (?, ?)", name, Long.toString(content));
    }

    private void writeCatalogue() throws SQLException {
        connection.setAutoCommit(false);
        List<Object[]> categories = new ArrayList<>();
        assortment
                .categories()
                .forEach(category -> categories.add(
                        new Object[] {category.id(), category.parent(), category.level(), category.name()}));
        Sql.batch(connection, "INSERT INTO category VALUES (?, ?, ?, ?)", categories);
        List<Object[]> stores = new ArrayList<>();
        assortment.stores().forEach(store -> stores.add(new Object[] {store.code(), store.town(), store.region()}));
        Sql.batch(connection, "INSERT INTO store VALUES (?, ?, ?)", stores);
        List<Object[]> products = new ArrayList<>();
        List<Object[]> views = new ArrayList<>();
        for (Product product : assortment.products()) {
            products.add(new Object[] {
                product.article(),
                product.unit(),
                product.name(),
                product.brand(),
                product.category(),
                product.priceCents(),
                product.version(),
                Catalogue.searchText(product)
            });
            views.add(new Object[] {product.article(), assortment.views(views.size())});
        }
        Sql.batch(connection, "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?)", products);
        Sql.batch(connection, "INSERT INTO product_view VALUES (?, ?)", views);
        connection.commit();
        connection.setAutoCommit(true);
        progress.at("Products", products.size(), products.size());
    }

    private void writeStock(StockSink sink) throws SQLException {
        long total = assortment.sizes().stockRows();
        long done = 0;
        List<Product> products = assortment.products();
        for (int index = 0; index < products.size(); index++) {
            progress.at("Stock", done, total);
            sink.add(products.get(index), assortment.stocks(index));
            done += assortment.sizes().stores();
        }
        sink.finish();
        progress.at("Stock", total, total);
    }

    private void writeIndexes() throws SQLException {
        int done = 0;
        for (String index : Schema.INDEXES) {
            progress.at("Indexes", done++, Schema.INDEXES.size());
            Sql.update(connection, index);
        }
        progress.at("Indexes", done, done);
    }
}
