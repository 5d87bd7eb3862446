package dev.larder.storefront.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads one value from the current row of a result.
 *
 * @param <T> the type of values
 */
@FunctionalInterface
public interface Row<T> {
    T read(ResultSet row) throws SQLException;
}
