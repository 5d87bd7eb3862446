package dev.larder.jdbc;

import dev.larder.tier.Later;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Listens for PostgreSQL's notifications, on a connection and a thread of its own, so that messages arrive within
 * milliseconds. It may be deaf without harm: then they wait for the next poll of the {@link Bus}. Thread-safe.
 */
final class PostgresEar implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PostgresEar.class.getName());
    private static final int LISTEN_MILLIS = 1_000;
    private static final int SILENT_TURNS = 15;
    private static final long AFTER_ERROR_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JdbcAddress address;
    private final Later later;
    private final Runnable heard;
    private volatile boolean closed;
    private volatile @Nullable Connection listening;

    /** {@code heard} is run on the ear's thread; it must be short. */
    PostgresEar(JdbcAddress address, Later later, Runnable heard) {
        this.address = address;
        this.later = later;
        this.heard = heard;
    }

    void open() {
        Thread thread = new Thread(this::listen, "larder-jdbc-ear");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = DriverManager.getConnection(address.driverUrl(), address.driverProperties())) {
                listening = connection;
                listen(connection);
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "{0}: no notifications for a while", address);
            } finally {
                listening = null;
            }
            pause();
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + address.options().tables().channel());
            heard.run(); // of what was said before this moment
            PGConnection postgres = connection.unwrap(PGConnection.class);
            int silent = 0;
            while (!closed) {
                if (postgres.getNotifications(LISTEN_MILLIS).length > 0) {
                    heard.run();
                    silent = 0;
                } else if (++silent == SILENT_TURNS) {
                    statement.execute("SELECT 1"); // a connection that is half open fails here
                    silent = 0;
                }
            }
        }
    }

    private void pause() {
        try {
            if (!closed) {
                later.scheduler().pause(AFTER_ERROR_NANOS);
            }
        } catch (InterruptedException | IllegalStateException e) { // the thread, or the scheduler, is to end
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        Connection connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "a connection that was to be closed failed", e);
            }
        }
    }
}
