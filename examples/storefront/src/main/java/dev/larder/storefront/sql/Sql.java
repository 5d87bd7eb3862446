package dev.larder.storefront.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Statements on a {@link DataSource}. Blocks while the database answers. Thread-safe: each call, and each transaction,
 * has a connection of its own.
 */
public final class Sql {
    private final DataSource source;

    public Sql(DataSource source) {
        this.source = source;
    }

    /** All rows that {@code statement} finds. */
    public <T> List<T> query(String statement, Row<T> row, Object... arguments) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return query(connection, statement, row, arguments);
        }
    }

    /** The first row that {@code statement} finds, or null. */
    public <T> @Nullable T first(String statement, Row<T> row, Object... arguments) throws SQLException {
        List<T> rows = query(statement, row, arguments);
        return rows.isEmpty() ? null : rows.getFirst();
    }

    /** The first column of the first row, as a number; 0 where nothing was found. */
    public long number(String statement, Object... arguments) throws SQLException {
        Long number = first(statement, row -> row.getLong(1), arguments);
        return number == null ? 0 : number;
    }

    /** Runs a statement that changes rows; returns how many. */
    public int update(String statement, Object... arguments) throws SQLException {
        try (Connection connection = source.getConnection()) {
            return update(connection, statement, arguments);
        }
    }

    /** Runs {@code work} on one connection and commits; rolls back where it throws. */
    public void transaction(Work work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** As {@link #query(String, Row, Object...)}, within a transaction. */
    public static <T> List<T> query(Connection connection, String statement, Row<T> row, Object... arguments)
            throws SQLException {
        try (PreparedStatement prepared = prepare(connection, statement, arguments);
                ResultSet found = prepared.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(row.read(found));
            }
            return rows;
        }
    }

    /** As {@link #update(String, Object...)}, within a transaction. */
    public static int update(Connection connection, String statement, Object... arguments) throws SQLException {
        try (PreparedStatement prepared = prepare(connection, statement, arguments)) {
            return prepared.executeUpdate();
        }
    }

    /** Runs {@code statement} once for each of {@code rows}, in one round trip. */
    public static void batch(Connection connection, String statement, Collection<Object[]> rows) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (Object[] row : rows) {
                bind(prepared, row);
                prepared.addBatch();
            }
            prepared.executeBatch();
        }
    }

    /** Runs statements that take no arguments, one after another. */
    public void execute(Collection<String> statements) throws SQLException {
        try (Connection connection = source.getConnection()) {
            for (String statement : statements) {
                update(connection, statement);
            }
        }
    }

    /** {@code count} question marks with commas between, for an {@code IN (…)}. */
    public static String marks(int count) {
        return "?" + ",?".repeat(count - 1);
    }

    private static PreparedStatement prepare(Connection connection, String statement, Object... arguments)
            throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        try {
            bind(prepared, arguments);
            return prepared;
        } catch (SQLException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement prepared, Object... arguments) throws SQLException {
        for (int index = 0; index < arguments.length; index++) {
            prepared.setObject(index + 1, arguments[index]);
        }
    }

    private static void rollBack(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /** What a transaction does. */
    @FunctionalInterface
    public interface Work {
        void run(Connection connection) throws SQLException;
    }
}
