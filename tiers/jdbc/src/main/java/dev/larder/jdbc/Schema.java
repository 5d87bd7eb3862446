package dev.larder.jdbc;

import java.sql.SQLException;

/**
 * Creates the tables when they are first needed, and again if they vanish. Thread-safe: several threads, and several
 * processes, may create them at once.
 */
final class Schema {
    private final Dialect dialect;
    private final JdbcOptions options;
    private volatile boolean ready;

    Schema(Dialect dialect, JdbcOptions options) {
        this.dialect = dialect;
        this.options = options;
        this.ready = !options.createTables();
    }

    /** Makes sure, once, that the tables are there. */
    void ensure(Session session) throws SQLException {
        if (ready) {
            return;
        }
        for (String statement : JdbcTables.ddl(dialect, options.tables())) {
            create(session, statement);
        }
        ready = true;
    }

    /** A table is missing: they are created by the next {@link #ensure}; false where that is not allowed. */
    boolean forget() {
        ready = !options.createTables();
        return options.createTables();
    }

    private static void create(Session session, String statement) throws SQLException {
        try {
            session.run(statement);
        } catch (SQLException e) {
            // Another process may have created it meanwhile, which databases report in several ways: look once more.
            session.run(statement);
        }
    }
}
