package dev.larder.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection in use, with the few things the tier asks of one. Confined to the thread that has it. */
final class Session {
    /** Reads one row. */
    @FunctionalInterface
    interface Row<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    private final Connection connection;

    Session(Connection connection) {
        this.connection = connection;
    }

    /** Changes rows, and counts them. Arguments are bytes, numbers, text; null stands for no bytes. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepared(sql, arguments)) {
            return statement.executeUpdate();
        }
    }

    /** The rows found, in order. */
    <T> List<T> rows(String sql, Row<T> reader, @Nullable Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        each(sql, row -> rows.add(reader.read(row)), arguments);
        return rows;
    }

    /** Calls {@code reader} for each row found, in order. */
    void each(String sql, Row<?> reader, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepared(sql, arguments);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                reader.read(found);
            }
        }
    }

    /** The first row, or null for none. */
    <T> @Nullable T first(String sql, Row<T> reader, @Nullable Object... arguments) throws SQLException {
        List<T> rows = rows(sql, reader, arguments);
        return rows.isEmpty() ? null : rows.get(0);
    }

    /** The same change with each of {@code arguments}, sent together; counts the rows of each. */
    int[] updateEach(String sql, List<Object[]> arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] each : arguments) {
                bind(statement, each);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    /** Runs a statement that has neither arguments nor rows. */
    void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PreparedStatement prepared(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            bind(statement, arguments);
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            if (argument == null) {
                statement.setNull(i + 1, Types.VARBINARY);
            } else if (argument instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else if (argument instanceof Long number) {
                statement.setLong(i + 1, number);
            } else {
                statement.setString(i + 1, (String) argument);
            }
        }
    }
}
