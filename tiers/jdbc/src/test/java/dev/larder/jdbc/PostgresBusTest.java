package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.jdbc.Peers.Peer;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What NOTIFY adds to the bus, and what its loss does not take away. */
class PostgresBusTest {
    private static final Duration LONG_SILENCE = Duration.ofSeconds(60);
    private final TestDatabase database = TestDatabase.postgres();
    private final Peers peers = new Peers();

    @AfterEach
    void close() {
        peers.close();
    }

    @Test
    void notificationsBringMessagesBeforeTheNextPoll() {
        Peer one = peers.peer(database.uri("larder.table=notify"), "things", LONG_SILENCE);
        Peer two = peers.peer(database.uri("larder.table=notify"), "things", LONG_SILENCE);
        int soon = 0;

        for (int i = 0; i < 40; i++) {
            String message = "key k" + i;
            Peers.done(one.cache().publishInvalidated(List.of("k" + i)));
            long sent = Ticker.system().nanos();
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> two.heard().contains(message));
            if (Ticker.system().nanos() - sent < TimeUnit.MILLISECONDS.toNanos(100)) {
                soon++;
            }
        }

        // Polls alone, every 500 ms, would bring one in five of them as soon.
        assertThat(soon).isGreaterThan(25);
    }

    @Test
    void messagesArriveWithoutNotificationsToo() {
        Peer one = peers.peer(database.uri("larder.table=deaf"), "things", Duration.ofSeconds(2));
        Peer two = peers.peer(database.uri("larder.table=deaf"), "things", Duration.ofSeconds(2));

        for (int i = 0; i < 5; i++) {
            database.number(
                    "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN deaf%'");
            String message = "key k" + i;
            await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
                Peers.done(one.cache().publishInvalidated(List.of(message.substring(4))));
                return true;
            });

            await().atMost(Duration.ofSeconds(10)).until(() -> two.heard().contains(message));
        }
        assertThat(two.heard()).doesNotContain("gap");
    }
}
