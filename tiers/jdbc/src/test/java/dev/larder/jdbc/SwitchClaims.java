package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.jdbc.Peers.Peer;
import dev.larder.tier.FarRebuild;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The order "next, then current": in the other one the rebuild's row would come to life. Not for MariaDB, where a statement
 * that reads which generation is current locks that row, so that a switch cannot be staged while it waits.
 */
abstract class SwitchClaims extends DatabaseClaims {
    SwitchClaims(TestDatabase database) {
        super(database);
    }

    @Test
    void switchBetweenTheTwoStepsOfAnInvalidationUndoesNothing() throws SQLException {
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("old"));
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(rebuild.write(Map.of("k", Peers.value("row"))));

        try (Connection other = database().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            other.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            statement.execute("UPDATE " + prefix + "_entries SET used_at = used_at + 1 WHERE generation ="
                    + " (SELECT current_generation FROM " + prefix + "_caches)"); // holds the second step up
            var invalidation = peer.cache().invalidate(List.of("k"));
            await().atMost(Duration.ofSeconds(4)).until(() -> rows("entries", "content IS NULL") == 1);
            assertThat(invalidation.toCompletableFuture()).isNotDone();
            assertThat(Peers.done(rebuild.commit())).isTrue();
            other.rollback();
            Peers.done(invalidation);
        }

        assertThat(Peers.read(peer, "k")).isNull();
    }
}
