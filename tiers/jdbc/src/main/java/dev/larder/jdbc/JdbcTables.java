package dev.larder.jdbc;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of a SQL tier, for those whose applications may not create any: create them once with these statements, and
 * add {@code larder.createTables=false} to the tier's URI. Pure.
 */
public final class JdbcTables {
    /** What the tables' names begin with unless the URI says otherwise. */
    public static final String PREFIX = "larder";

    private JdbcTables() {}

    /**
     * The statements that create the tables and their indexes where they are not there yet.
     *
     * @param database {@code postgresql}, {@code mariadb} or {@code h2}
     * @param prefix what the tables' names begin with: a letter, then up to 29 letters, digits and {@code _}
     * @throws IllegalArgumentException for another database or prefix
     */
    public static List<String> ddl(String database, String prefix) {
        Dialect dialect = Dialect.ofScheme(database);
        if (dialect == null) {
            throw new IllegalArgumentException(
                    "the database must be one of " + Dialect.known() + " but was '" + database + "'");
        }
        return ddl(dialect, new Tables(prefix));
    }

    /** Prints the statements: {@code JdbcTables DATABASE [PREFIX]}. */
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        for (String statement :
                ddl(arguments.length > 0 ? arguments[0] : "", arguments.length > 1 ? arguments[1] : PREFIX)) {
            out.println(statement + ";");
        }
    }

    static List<String> ddl(Dialect dialect, Tables tables) {
        return Stream.of(
                        "CREATE TABLE IF NOT EXISTS " + tables.caches()
                                + " (cache_id $id NOT NULL PRIMARY KEY, label VARCHAR(255) NOT NULL,"
                                + " current_generation $id NOT NULL, next_generation $id, rebuild_token $token,"
                                + " rebuild_begin BIGINT NOT NULL, rebuild_end BIGINT NOT NULL)$options",
                        "CREATE TABLE IF NOT EXISTS " + tables.entries()
                                + " (generation $id NOT NULL, key_hash $id NOT NULL, entry_key $key NOT NULL,"
                                + " content $content, entry_bytes BIGINT NOT NULL, soft INTEGER NOT NULL,"
                                + " expires_at BIGINT NOT NULL, lease_token $token, lease_end BIGINT NOT NULL,"
                                + " stamp $token NOT NULL, remove_at BIGINT NOT NULL, used_at BIGINT NOT NULL,"
                                + " PRIMARY KEY (generation, key_hash))$options",
                        "CREATE INDEX IF NOT EXISTS " + tables.entries() + "_remove ON " + tables.entries()
                                + " (remove_at)",
                        "CREATE INDEX IF NOT EXISTS " + tables.entries() + "_used ON " + tables.entries()
                                + " (used_at)",
                        "CREATE TABLE IF NOT EXISTS " + tables.old()
                                + " (generation $id NOT NULL PRIMARY KEY, retired_at BIGINT NOT NULL)$options",
                        "CREATE TABLE IF NOT EXISTS " + tables.feeds()
                                + " (cache_id $id NOT NULL PRIMARY KEY, message_number BIGINT NOT NULL,"
                                + " stamp $token NOT NULL)$options",
                        "CREATE TABLE IF NOT EXISTS " + tables.messages()
                                + " (cache_id $id NOT NULL, message_number BIGINT NOT NULL, stamp $token NOT NULL,"
                                + " previous_stamp $token NOT NULL, origin $token NOT NULL, body $content NOT NULL,"
                                + " sent_at BIGINT NOT NULL, PRIMARY KEY (cache_id, message_number))$options",
                        "CREATE INDEX IF NOT EXISTS " + tables.messages() + "_sent ON " + tables.messages()
                                + " (sent_at)",
                        "CREATE TABLE IF NOT EXISTS " + tables.tagClocks()
                                + " (cache_id $id NOT NULL PRIMARY KEY, tag_clock BIGINT NOT NULL,"
                                + " tag_floor BIGINT NOT NULL)$options",
                        "CREATE TABLE IF NOT EXISTS " + tables.tags()
                                + " (tag_id $id NOT NULL PRIMARY KEY, cache_id $id NOT NULL,"
                                + " removed_at BIGINT NOT NULL, stale_at BIGINT NOT NULL,"
                                + " stale_time BIGINT NOT NULL, used_at BIGINT NOT NULL)$options",
                        "CREATE INDEX IF NOT EXISTS " + tables.tags() + "_used ON " + tables.tags() + " (used_at)",
                        "CREATE TABLE IF NOT EXISTS " + tables.duties()
                                + " (duty VARCHAR(32) NOT NULL PRIMARY KEY, holder $token, held_until BIGINT NOT NULL)$options")
                .map(dialect::ofTypes)
                .toList();
    }
}
