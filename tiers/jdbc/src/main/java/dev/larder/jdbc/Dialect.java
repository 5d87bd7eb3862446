package dev.larder.jdbc;

import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the databases: types, the database's own time, an insert that leaves what is there alone, and the
 * limits of a session. Everything else is SQL that all of them read. Immutable; pure.
 *
 * <p>All run at READ COMMITTED. It suffices because each decision is made by one statement about one row, whose condition
 * the database tests again after it has waited for another writer of that row; what needs two rows to agree locks the first
 * with {@code FOR UPDATE}.
 */
enum Dialect {
    /** From version 12 on. */
    POSTGRESQL(
            "org.postgresql.Driver",
            "org.postgresql:postgresql",
            "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)") {
        @Override
        String ofTypes(String sql) {
            return sql.replace("$id", "BYTEA")
                    .replace("$token", "BYTEA")
                    .replace("$key", "BYTEA")
                    .replace("$content", "BYTEA")
                    .replace("$options", "");
        }

        @Override
        String insertAbsent(String table, int rows) {
            return "INSERT INTO " + table + " (" + EntrySql.COLUMNS + ") VALUES " + tuples(EntrySql.MARKS, rows)
                    + " ON CONFLICT DO NOTHING";
        }

        @Override
        String signal(String channel) {
            return "NOTIFY " + channel;
        }

        @Override
        String sessionLimits() {
            return "SET statement_timeout = " + STATEMENT_MILLIS + "; SET lock_timeout = " + LOCK_MILLIS
                    + "; SET idle_in_transaction_session_timeout = " + STATEMENT_MILLIS;
        }
    },

    /** From version 10.6 on. */
    MARIADB(
            "org.mariadb.jdbc.Driver",
            "org.mariadb.jdbc:mariadb-java-client",
            "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)") {
        @Override
        String ofTypes(String sql) {
            return sql.replace("$id", "VARBINARY(32)")
                    .replace("$token", "VARBINARY(64)")
                    .replace("$key", "MEDIUMBLOB")
                    .replace("$content", "LONGBLOB")
                    .replace("$options", " ENGINE=InnoDB");
        }

        @Override
        String insertAbsent(String table, int rows) {
            return "INSERT IGNORE INTO " + table + " (" + EntrySql.COLUMNS + ") VALUES " + tuples(EntrySql.MARKS, rows);
        }

        @Override
        String number() {
            return "?";
        }

        @Override
        String typed(String type) {
            return "?";
        }

        @Override
        String fromNothing() {
            return " FROM DUAL";
        }

        @Override
        String sessionLimits() {
            return "SET SESSION max_statement_time = " + STATEMENT_MILLIS / 1000 + ", innodb_lock_wait_timeout = "
                    + LOCK_MILLIS / 1000 + ", idle_transaction_timeout = " + STATEMENT_MILLIS / 1000;
        }
    },

    /** From version 2 on; in this process, in a file or at a server. */
    H2("org.h2.Driver", "com.h2database:h2", "CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP(9)) * 1000) AS BIGINT)") {
        @Override
        String ofTypes(String sql) {
            return sql.replace("$id", "VARBINARY(32)")
                    .replace("$token", "VARBINARY(64)")
                    .replace("$key", "VARBINARY(" + KeyBytes.MAX_BYTES + ")")
                    .replace("$content", "BINARY LARGE OBJECT")
                    .replace("$options", "");
        }

        @Override
        String insertAbsent(String table, int rows) {
            String marks = ofTypes("CAST(? AS $id), CAST(? AS $id), CAST(? AS $key), CAST(? AS $content),"
                    + " CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS $token), CAST(? AS BIGINT),"
                    + " CAST(? AS $token), CAST(? AS BIGINT), CAST(? AS BIGINT), 0");
            return "INSERT INTO " + table + " (" + EntrySql.COLUMNS + ") SELECT * FROM (VALUES "
                    + tuples("(" + marks + ")", rows) + ") v (" + EntrySql.COLUMNS
                    + ") WHERE NOT EXISTS (SELECT 1 FROM "
                    + table + " e WHERE e.generation = v.generation AND e.key_hash = v.key_hash)";
        }

        // For several keys H2 would search a whole generation, and one statement more is no way over a network here.
        @Override
        int keysAtOnce() {
            return 1;
        }

        @Override
        String sessionLimits() {
            return "SET LOCK_TIMEOUT " + LOCK_MILLIS + "; SET QUERY_TIMEOUT " + STATEMENT_MILLIS;
        }
    };

    /** How long a statement may take before the database ends it. */
    static final int STATEMENT_MILLIS = 10_000;
    /** How long a statement may wait for a row before the database ends it. */
    static final int LOCK_MILLIS = 5_000;

    private final String driver;
    private final String artifact;
    private final String nowMillis;

    Dialect(String driver, String artifact, String nowMillis) {
        this.driver = driver;
        this.artifact = artifact;
        this.nowMillis = nowMillis;
    }

    /** {@code sql} with {@code $id}, {@code $token}, {@code $key}, {@code $content}, {@code $options} as this database's. */
    abstract String ofTypes(String sql);

    /** Inserts rows of {@link EntrySql#COLUMNS} where there is none of that primary key; counts those inserted. */
    abstract String insertAbsent(String table, int rows);

    /** What a new connection is told first. */
    abstract String sessionLimits();

    /** A number to be bound, where the database cannot tell by itself that it is one. */
    String number() {
        return "CAST(? AS BIGINT)";
    }

    /** An argument of a {@code type} such as {@code $id}, where the database cannot tell by itself that it is one. */
    String typed(String type) {
        return ofTypes("CAST(? AS " + type + ")");
    }

    /** What stands behind the columns of a {@code SELECT} that has a condition and no table. */
    String fromNothing() {
        return "";
    }

    /** How many keys a statement names at most. */
    int keysAtOnce() {
        return 500;
    }

    /** A statement that wakes those who listen for {@code channel}, at its commit; null where there is no such thing. */
    @Nullable String signal(String channel) {
        return null;
    }

    /** The database's time, in milliseconds since 1970, as an expression. */
    String nowMillis() {
        return nowMillis;
    }

    /** The driver's class. */
    String driver() {
        return driver;
    }

    /** Where the driver is to be had: group and artifact. */
    String artifact() {
        return artifact;
    }

    /** Its name in a URL: what follows {@code jdbc:}. */
    String scheme() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The dialect of {@code jdbc:scheme:…}; null for a database that is not supported. */
    static @Nullable Dialect ofScheme(String scheme) {
        for (Dialect dialect : values()) {
            if (dialect.scheme().equals(scheme)) {
                return dialect;
            }
        }
        return null;
    }

    /** The names of all that are supported. */
    static String known() {
        return Arrays.stream(values()).map(Dialect::scheme).collect(Collectors.joining(", "));
    }

    private static String tuples(String one, int count) {
        return String.join(", ", Collections.nCopies(count, one));
    }
}
