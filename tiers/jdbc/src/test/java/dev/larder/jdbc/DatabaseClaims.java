package dev.larder.jdbc;

import dev.larder.tier.TierUri;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** What tests on a database share: a fresh set of tables for each, and the processes that use them. */
abstract class DatabaseClaims {
    private final TestDatabase database;
    /** What this test's tables' names begin with. */
    final String prefix = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 20);

    final Peers peers = new Peers();

    DatabaseClaims(TestDatabase database) {
        this.database = database;
    }

    @AfterEach
    void closePeers() {
        peers.close();
    }

    final TestDatabase database() {
        return database;
    }

    final TierUri uri(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = "larder.table=" + prefix;
        return database.uri(all);
    }

    final Peers.Peer peer(String... options) {
        return peers.peer(uri(options));
    }

    /** The number of this test's rows in {@code table}, such as {@code entries}, for which {@code condition} holds. */
    final long rows(String table, String condition) {
        return database.number("SELECT COUNT(*) FROM " + prefix + "_" + table + " WHERE " + condition);
    }

    final void change(String sql) {
        database.change(sql.replace("$t", prefix));
    }

    final Dialect dialect() {
        return JdbcAddress.of(uri()).dialect();
    }

    /** Bytes as this database writes them. */
    final String bytes(String hex) {
        return dialect() == Dialect.POSTGRESQL ? "'\\x" + hex + "'::bytea" : "X'" + hex + "'";
    }
}
