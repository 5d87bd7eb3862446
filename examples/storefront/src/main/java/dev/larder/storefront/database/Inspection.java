package dev.larder.storefront.database;

import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What lies at the place of the database, and whether the shop may use it. */
final class Inspection {
    /** What was found. */
    enum Found {
        /** Nothing of anybody's. */
        EMPTY,
        /** A database of the shop whose filling was broken off. */
        HALF_WRITTEN,
        /** A whole database of the shop. */
        COMPLETE
    }

    private final Connection connection;
    private final DatabasePlace place;

    Inspection(Connection connection, DatabasePlace place) {
        this.connection = connection;
        this.place = place;
    }

    /** Throws {@link DatabaseException} for what is neither the shop's nor free. */
    Found look() throws SQLException {
        if (!exists("SCHEMATA WHERE schema_name = ?", place.schema())) {
            boolean taken =
                    !(place instanceof DatabasePlace.Postgres) && exists("TABLES WHERE table_schema = ?", "PUBLIC");
            if (taken) {
                throw new DatabaseException(
                        place.shown() + " holds tables that are not the shop's; name another directory with --data",
                        null);
            }
            return Found.EMPTY;
        }
        connection.setSchema(place.schema());
        String marker = place instanceof DatabasePlace.Postgres ? "property" : "PROPERTY";
        if (!exists("TABLES WHERE table_schema = ? AND table_name = ?", place.schema(), marker)) {
            return Found.HALF_WRITTEN;
        }
        Map<String, String> properties = properties();
        String version = properties.get(Schema.SCHEMA_VERSION);
        if (version != null && !version.equals(Integer.toString(Schema.VERSION))) {
            throw new DatabaseException(
                    place.shown() + " has version " + version + " of the shop's tables, but this program knows version "
                            + Schema.VERSION + "; " + otherPlace(),
                    null);
        }
        return version != null && properties.containsKey(Schema.COMPLETE) ? Found.COMPLETE : Found.HALF_WRITTEN;
    }

    /**
     * The sizes of a whole database, after a look at whether its rows are all there.
     *
     * @param wanted the sizes that were asked for; null for whatever there is
     */
    Sizes sizes(@Nullable Sizes wanted) throws SQLException {
        Map<String, String> properties = properties();
        Sizes written = new Sizes(number(properties, Schema.PRODUCTS), number(properties, Schema.STORES));
        check("product", written.products());
        check("product_view", written.products());
        check("store", written.stores());
        check("stock", written.stockRows());
        if (wanted != null && !wanted.equals(written)) {
            throw new DatabaseException(
                    place.shown() + " holds " + written.products() + " products and " + written.stores()
                            + " stores, but " + wanted.products() + " and " + wanted.stores() + " were asked for; "
                            + otherPlace(),
                    null);
        }
        return written;
    }

    private void check(String table, long expected) throws SQLException {
        long found = Sql.query(connection, "SELECT COUNT(*) FROM " + table, row -> row.getLong(1))
                .getFirst();
        if (found != expected) {
            throw new DatabaseException(
                    place.shown() + " is damaged: the table " + table + " has " + found + " rows and should have "
                            + expected + "; " + otherPlace(),
                    null);
        }
    }

    private int number(Map<String, String> properties, String name) {
        String content = properties.getOrDefault(name, "");
        try {
            return Integer.parseInt(content);
        } catch (NumberFormatException e) {
            throw new DatabaseException(
                    place.shown() + " is damaged: its property '" + name + "' is '" + content + "'; " + otherPlace(),
                    e);
        }
    }

    /** The remedy where what is there cannot be used. */
    private String otherPlace() {
        return switch (place) {
            case DatabasePlace.H2File file -> "delete it to have it made again, or name another directory with --data";
            case DatabasePlace.Postgres postgres ->
                "drop its schema '" + Schema.NAME + "' to have it made again, or name another database with --db";
            case DatabasePlace.SharedFile shared -> "start the instances again";
        };
    }

    private Map<String, String> properties() throws SQLException {
        Map<String, String> properties = new HashMap<>();
        Sql.query(
                        connection,
                        "SELECT name, content FROM property",
                        row -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(property -> properties.put(property.getKey(), property.getValue()));
        return properties;
    }

    private boolean exists(String what, Object... arguments) throws SQLException {
        return Sql.query(
                                connection,
                                "SELECT COUNT(*) FROM INFORMATION_SCHEMA." + what,
                                row -> row.getLong(1),
                                arguments)
                        .getFirst()
                > 0;
    }
}
