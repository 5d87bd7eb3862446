package dev.larder.storefront.catalogue;

import dev.larder.storefront.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each product was viewed, and the version of the aggregate over it. Thread-safe; blocks. */
public final class ViewTable {
    private static final String VERSION = "top-viewed-version";

    private final Sql sql;

    public ViewTable(Sql sql) {
        this.sql = sql;
    }

    /** The aggregate as computed from all products. */
    public TopViewed top() throws SQLException {
        // The version is read first: views that come between make the list newer than it says, never older.
        long version = sql.number("SELECT CAST(content AS BIGINT) FROM property WHERE name = ?", VERSION);
        return new TopViewed(
                version,
                sql.query(
                        "SELECT article, views FROM product_view ORDER BY views DESC, article LIMIT "
                                + TopViewed.LENGTH,
                        row -> new TopViewed.Viewed(row.getLong(1), row.getLong(2))));
    }

    /** The views so far of {@code articles}. */
    public Map<Long, Long> views(Map<Long, Long> articles) throws SQLException {
        Map<Long, Long> views = new HashMap<>();
        sql.query(
                        "SELECT article, views FROM product_view WHERE article IN (" + Sql.marks(articles.size()) + ")",
                        row -> Map.entry(row.getLong(1), row.getLong(2)),
                        articles.keySet().toArray())
                .forEach(row -> views.put(row.getKey(), row.getValue()));
        return views;
    }

    /**
     * Adds {@code added}, article to new views, and moves the aggregate on to {@code next}, in one transaction.
     *
     * @throws EditConflictException if the aggregate was moved by someone else since it was read; nothing was added
     */
    public void add(Map<Long, Long> added, TopViewed next) throws SQLException, EditConflictException {
        int[] moved = new int[1];
        sql.transaction(connection -> {
            moved[0] = Sql.update(
                    connection,
                    "UPDATE property SET content = ? WHERE name = ? AND content = ?",
                    Long.toString(next.version()),
                    VERSION,
                    Long.toString(next.version() - 1));
            if (moved[0] == 1) {
                addViews(connection, added);
            }
        });
        if (moved[0] == 0) {
            throw new EditConflictException(
                    "the most viewed products have been changed since they were read at version "
                            + (next.version() - 1));
        }
    }

    /** Adds views without an aggregate at hand; whoever holds one finds that it was moved. */
    public void add(Map<Long, Long> added) throws SQLException {
        sql.transaction(connection -> {
            Sql.update(
                    connection,
                    "UPDATE property SET content = CAST(CAST(content AS BIGINT) + 1 AS VARCHAR(200)) WHERE name = ?",
                    VERSION);
            addViews(connection, added);
        });
    }

    private static void addViews(Connection connection, Map<Long, Long> added) throws SQLException {
        List<Object[]> rows = new ArrayList<>(added.size());
        // In the order of the article numbers, so that two processes lock rows in the same order.
        added.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> rows.add(new Object[] {entry.getValue(), entry.getKey()}));
        Sql.batch(connection, "UPDATE product_view SET views = views + ? WHERE article = ?", rows);
    }
}
