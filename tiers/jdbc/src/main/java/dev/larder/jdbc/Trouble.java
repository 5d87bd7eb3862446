package dev.larder.jdbc;

import dev.larder.failure.LarderException;
import dev.larder.failure.TierException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the database means: to be tried again, or to be told in words that name the tier and a remedy and hold
 * no key, no value and no secret. Immutable; pure.
 */
final class Trouble {
    private static final int MAX_QUOTED = 200;
    private static final int MAX_CAUSES = 20;

    /** H2 says so of two changes of one row at once. */
    private static final int H2_CONCURRENT_UPDATE = 90131;

    /** MariaDB gives all violated constraints one SQL state, and this number to a row that is there already. */
    private static final int MARIADB_DUPLICATE = 1062;

    /** MariaDB's answer of a replica. */
    private static final int MARIADB_READ_ONLY = 1290;

    private static final Set<String> MISSING_TABLE = Set.of("42P01", "42S02", "42S04");

    private final String tier;
    private final List<String> secrets;

    Trouble(String tier, List<String> secrets) {
        this.tier = tier;
        this.secrets = secrets;
    }

    /**
     * Whether the same again may succeed: the database ended a deadlock, or two inserted the same row at once. What was
     * begun has had no effect.
     */
    static boolean isPassing(SQLException failure) {
        String state = state(failure);
        return state.startsWith("40")
                || state.equals("23505")
                || failure.getErrorCode() == H2_CONCURRENT_UPDATE
                || failure.getErrorCode() == MARIADB_DUPLICATE;
    }

    /** Whether the server takes no writes on this connection. */
    static boolean isReadOnly(SQLException failure) {
        return state(failure).equals("25006") || failure.getErrorCode() == MARIADB_READ_ONLY;
    }

    static boolean isMissingTable(SQLException failure) {
        return MISSING_TABLE.contains(state(failure));
    }

    /** {@code failure} in the tier's words. */
    RuntimeException of(Throwable failure) {
        if (failure instanceof LarderException || failure instanceof IllegalArgumentException) {
            return (RuntimeException) failure;
        }
        String message = tier + " " + reason(failure);
        return new TierException(message, isTelling(failure) ? null : failure);
    }

    private String reason(Throwable failure) {
        SQLException sql = failure instanceof SQLException found ? found : null;
        if (sql == null) {
            return "failed: " + quoted(failure);
        }
        Throwable cause = sql.getCause() == null ? sql : sql.getCause(); // the pool wraps what the driver said
        String state = cause instanceof SQLException said ? state(said) : state(sql);
        if (isMissingTable(sql)) {
            return "lacks a table: " + quoted(sql) + ". Create them with the statements of JdbcTables, or leave out"
                    + " larder.createTables=false.";
        }
        if (state.startsWith("28")) {
            return "refused the user or the password: " + quoted(cause) + ". Check the login in the tier's URI.";
        }
        if (sql instanceof SQLTransientConnectionException || state.startsWith("08")) {
            return "cannot be reached: " + quoted(cause)
                    + ". Check that the database runs there and takes connections.";
        }
        if (state.startsWith("53")) {
            return "has no room or no connection left: " + quoted(cause);
        }
        return "failed: " + quoted(sql) + " (SQL state " + (state.isEmpty() ? "unknown" : state) + ")";
    }

    /** The first line alone: databases put keys and statements in those that follow. */
    private String quoted(Throwable failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.getClass().getSimpleName() : message;
        int end = text.indexOf('\n');
        text = end < 0 ? text : text.substring(0, end);
        int sql = text.indexOf("; SQL statement:");
        text = clean(sql < 0 ? text : text.substring(0, sql));
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }

    private String clean(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }

    /** Whether a message of {@code failure}, or of what caused it, holds a secret. */
    private boolean isTelling(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            String text = cause.toString();
            if (secrets.stream().anyMatch(text::contains)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static String state(@Nullable SQLException failure) {
        SQLException found = failure;
        if (failure instanceof BatchUpdateException && failure.getNextException() != null) {
            found = failure.getNextException();
        }
        String state = found == null ? null : found.getSQLState();
        return state == null ? "" : state;
    }
}
