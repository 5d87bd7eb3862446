package dev.larder.storefront.database;

import java.sql.SQLException;
import org.h2.api.ErrorCode;

/** Turns what a driver throws into a sentence for the person who started the shop. */
final class Refusals {
    private Refusals() {}

    static DatabaseException explain(DatabasePlace place, SQLException e) {
        String sentence = switch (place) {
            case DatabasePlace.H2File file -> ofFile(file, e);
            case DatabasePlace.SharedFile shared ->
                shared.shown() + " cannot be reached (" + reason(e) + "); start the instances again";
            case DatabasePlace.Postgres postgres ->
                postgres.shown() + " cannot be used (" + reason(e)
                        + "); check that it runs, and the name, user and password in --db";
        };
        return new DatabaseException(sentence, e);
    }

    private static String ofFile(DatabasePlace.H2File place, SQLException e) {
        String remedy = "; delete it to have it made again, or name another directory with --data";
        return switch (e.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 ->
                place.shown() + " is open in another process; stop that one, or name another directory with --data";
            case ErrorCode.FILE_VERSION_ERROR_1, ErrorCode.FILE_CORRUPTED_1 ->
                place.shown() + " is damaged or not a database" + remedy;
            case ErrorCode.WRONG_USER_OR_PASSWORD -> place.shown() + " belongs to another program" + remedy;
            default -> place.shown() + " cannot be used (" + reason(e) + ")" + remedy;
        };
    }

    /** The driver's own words, without the statement and the codes that H2 adds. */
    private static String reason(SQLException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").replaceFirst("(; SQL statement:)?( \\[\\d+-\\d+])?$", "");
    }
}
