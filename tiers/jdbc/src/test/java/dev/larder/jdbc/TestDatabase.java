package dev.larder.jdbc;

import dev.larder.tier.TierUri;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A database for tests, with tables of its own for each table prefix. Thread-safe. */
interface TestDatabase {
    /** The driver's URL, login included, with {@code options} of the tier's such as {@code larder.pool=2}. */
    String url(String... options);

    default TierUri uri(String... options) {
        return TierUri.parse(url(options));
    }

    default Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    /** Runs a statement as somebody else would. */
    default void change(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The one number that {@code sql} finds. */
    default long number(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** H2 in this process's memory. */
    static TestDatabase h2(String name) {
        return options -> {
            StringBuilder url =
                    new StringBuilder("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;USER=sa;PASSWORD=open-sesame");
            for (String option : options) {
                url.append(';').append(option);
            }
            return url.toString();
        };
    }

    /** A real PostgreSQL, one for all tests of this process; it ends with the process. */
    static TestDatabase postgres() {
        return postgres(Shared.server().getPort());
    }

    static TestDatabase postgres(int port) {
        return options -> {
            StringBuilder url = new StringBuilder(
                    "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres&password=postgres");
            for (String option : options) {
                url.append('&').append(option);
            }
            return url.toString();
        };
    }

    /** A real MariaDB, one for all tests of this process. */
    static TestDatabase mariaDb() {
        return options -> {
            StringBuilder url = new StringBuilder("jdbc:mariadb://127.0.0.1:"
                    + MariaDbServer.shared().port() + "/larder?user=larder&password=open-sesame");
            for (String option : options) {
                url.append('&').append(option);
            }
            return url.toString();
        };
    }

    /** The server that tests share. */
    final class Shared {
        private static @Nullable EmbeddedPostgres server;

        private Shared() {}

        static synchronized EmbeddedPostgres server() {
            EmbeddedPostgres running = server;
            if (running == null) {
                try {
                    running = EmbeddedPostgres.start();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                server = running;
            }
            return running;
        }
    }
}
