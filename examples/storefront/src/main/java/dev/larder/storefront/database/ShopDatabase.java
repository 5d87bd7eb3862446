package dev.larder.storefront.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.larder.storefront.generator.Assortment;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.sql.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.sql.DataSource;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/**
 * The shop's database, open and filled. Opening makes and fills what is missing, makes a half-written database again, and
 * refuses everything else by a {@link DatabaseException}. Thread-safe.
 */
public final class ShopDatabase implements AutoCloseable {
    /** Connections at most; further requests wait for one. */
    public static final int MAX_CONNECTIONS = 16;

    private static final long CONNECTION_TIMEOUT_MILLIS = 20_000;

    static {
        // H2 reads it once, when its first server starts; nobody beyond this machine may reach a shared file.
        System.setProperty("h2.bindAddress", "127.0.0.1");
    }

    private final DatabasePlace place;
    private final Sizes sizes;
    private final HikariDataSource pool;
    private @Nullable Server server;

    private ShopDatabase(DatabasePlace place, Sizes sizes, HikariDataSource pool) {
        this.place = place;
        this.sizes = sizes;
        this.pool = pool;
    }

    /**
     * Opens the database at {@code place}.
     *
     * @param wanted the sizes it must have; null for those it has, or the full ones where it must be made
     */
    public static ShopDatabase open(DatabasePlace place, @Nullable Sizes wanted, Progress progress) {
        try {
            if (place instanceof DatabasePlace.H2File file) {
                prepare(file);
            }
            // The first connection stays open until the pool has its own: H2 would close the file between.
            try (Connection first = ready(place, wanted, progress)) {
                Sizes sizes = new Inspection(first, place).sizes(wanted);
                return new ShopDatabase(place, sizes, pool(place));
            }
        } catch (SQLException e) {
            throw Refusals.explain(place, e);
        }
    }

    /** What it holds. */
    public Sizes sizes() {
        return sizes;
    }

    public DataSource dataSource() {
        return pool;
    }

    /**
     * Lets other processes of this machine use the same database.
     *
     * @return the URL for {@link DatabasePlace#at}; for a file it holds a key, without which nobody is let in
     */
    public synchronized String share() {
        if (!(place instanceof DatabasePlace.H2File file)) {
            return place.url();
        }
        if (server != null) {
            throw new IllegalStateException(place.shown() + " is shared already");
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String key = HexFormat.of().formatHex(random);
        try {
            server = Server.createTcpServer(
                            "-tcpPort",
                            "0",
                            "-ifExists",
                            "-key",
                            key,
                            file.directory().resolve(DatabasePlace.H2File.NAME).toString())
                    .start();
        } catch (SQLException e) {
            throw Refusals.explain(place, e);
        }
        return DatabasePlace.SharedFile.PREFIX + server.getPort() + "/" + key;
    }

    /** Ends every connection and, for a file, writes what is left and lets it go. */
    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop();
        }
        pool.close();
    }

    /** Makes the directory and checks that the file may be written. */
    private static void prepare(DatabasePlace.H2File place) {
        Path directory = place.directory();
        if (directory.toString().contains(";")) {
            throw new DatabaseException(
                    "the data directory must not have a ';' in its name but was " + directory
                            + "; name another with --data",
                    null);
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new DatabaseException(
                    "the data directory " + directory + " cannot be made; name another with --data", e);
        }
        Path written = Files.exists(place.file()) ? place.file() : directory;
        if (!Files.isWritable(written) || (written.equals(place.file()) && !Files.isRegularFile(written))) {
            throw new DatabaseException(
                    written + " is not a file or directory that may be written; mend its permissions or name another"
                            + " directory with --data",
                    null);
        }
    }

    /** A connection to a whole database. */
    private static Connection ready(DatabasePlace place, @Nullable Sizes wanted, Progress progress)
            throws SQLException {
        Connection connection = connect(place);
        try {
            lock(connection, place);
            Inspection.Found found = new Inspection(connection, place).look();
            if (found == Inspection.Found.HALF_WRITTEN && place instanceof DatabasePlace.H2File file) {
                // Made again from nothing: faster than emptying a file of unknown state, and it gives its room back.
                connection.close();
                delete(file);
                connection = connect(place);
            }
            if (found != Inspection.Found.COMPLETE) {
                fill(connection, place, wanted == null ? Sizes.FULL : wanted, progress);
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void fill(Connection connection, DatabasePlace place, Sizes sizes, Progress progress)
            throws SQLException {
        if (place instanceof DatabasePlace.SharedFile) {
            throw new DatabaseException(place.shown() + " is not filled; start the instances again", null);
        }
        boolean postgres = place instanceof DatabasePlace.Postgres;
        if (postgres) {
            Sql.update(connection, "DROP SCHEMA IF EXISTS " + Schema.NAME + " CASCADE");
        }
        Sql.update(connection, "CREATE SCHEMA " + Schema.NAME);
        connection.setSchema(place.schema());
        new Filling(connection, new Assortment(sizes, Assortment.SEED), progress).run(postgres);
    }

    private static Connection connect(DatabasePlace place) throws SQLException {
        return DriverManager.getConnection(place.url(), place.properties());
    }

    /** Held to the end of the connection, so that two shops on one server do not fill the same schema at once. */
    private static void lock(Connection connection, DatabasePlace place) throws SQLException {
        if (place instanceof DatabasePlace.Postgres) {
            Sql.query(connection, "SELECT pg_advisory_lock(" + Schema.NAME.hashCode() + ")", row -> 1);
        }
    }

    private static void delete(DatabasePlace.H2File place) {
        try {
            Files.deleteIfExists(place.file());
        } catch (IOException e) {
            throw new DatabaseException(
                    place.shown()
                            + " is half-written and cannot be deleted; delete it yourself, or name another directory"
                            + " with --data",
                    e);
        }
    }

    private static HikariDataSource pool(DatabasePlace place) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("shop");
        config.setJdbcUrl(place.url());
        config.setDataSourceProperties(place.properties());
        config.setSchema(place.schema());
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        return new HikariDataSource(config);
    }
}
