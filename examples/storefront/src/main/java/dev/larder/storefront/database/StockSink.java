package dev.larder.storefront.database;

import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes the stock rows, in the order of their key, by the fastest way the database has. For one thread. */
interface StockSink {
    /** Writes the rows of one product, one for each store. */
    void add(Product product, Stock[] stocks) throws SQLException;

    /** Writes what is left. */
    void finish() throws SQLException;

    /** Big batches, each a transaction of its own. */
    final class Batches implements StockSink {
        private static final int BATCH_ROWS = 10_000;

        private final Connection connection;
        private final PreparedStatement insert;
        private int waiting;

        Batches(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("INSERT INTO stock VALUES (?, ?, ?, ?, ?)");
        }

        @Override
        public void add(Product product, Stock[] stocks) throws SQLException {
            for (int store = 0; store < stocks.length; store++) {
                insert.setLong(1, product.article());
                insert.setString(2, product.unit());
                insert.setInt(3, store + 1);
                insert.setInt(4, stocks[store].quantity());
                insert.setInt(5, stocks[store].onOrder());
                insert.addBatch();
            }
            waiting += stocks.length;
            if (waiting >= BATCH_ROWS) {
                flush();
            }
        }

        @Override
        public void finish() throws SQLException {
            flush();
            insert.close();
            connection.setAutoCommit(true);
        }

        private void flush() throws SQLException {
            insert.executeBatch();
            connection.commit();
            waiting = 0;
        }
    }

    /** PostgreSQL's COPY. */
    final class Copy implements StockSink {
        private final CopyIn copy;

        Copy(Connection connection) throws SQLException {
            copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY stock FROM STDIN");
        }

        @Override
        public void add(Product product, Stock[] stocks) throws SQLException {
            StringBuilder rows = new StringBuilder(stocks.length * 24);
            for (int store = 0; store < stocks.length; store++) {
                rows.append(product.article())
                        .append('\t')
                        .append(product.unit())
                        .append('\t');
                rows.append(store + 1)
                        .append('\t')
                        .append(stocks[store].quantity())
                        .append('\t');
                rows.append(stocks[store].onOrder()).append('\n');
            }
            byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
            copy.writeToCopy(bytes, 0, bytes.length);
        }

        @Override
        public void finish() throws SQLException {
            copy.endCopy();
        }
    }
}
