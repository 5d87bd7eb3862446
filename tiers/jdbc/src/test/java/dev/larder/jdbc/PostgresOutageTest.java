package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.jdbc.Peers.Peer;
import dev.larder.tier.Acquired;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Ticker;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that goes away, with its data kept, and comes back. */
class PostgresOutageTest {
    private final Peers peers = new Peers();
    private EmbeddedPostgres server;

    @TempDir
    Path folder;

    @BeforeEach
    void startServer() throws IOException {
        server = start(0);
    }

    @AfterEach
    void stopServer() throws IOException {
        peers.close();
        server.close();
    }

    @Test
    void operationsFailFastWhileTheDatabaseIsAwayAndGoOnWhenItIsBack() throws IOException {
        Peer peer = peers.peer(uri());
        Peers.store(peer, "k", Peers.value("v"));
        int port = server.getPort();

        server.close();
        long begun = Ticker.system().nanos();
        Throwable failure = Peers.failure(peer.cache().get("k"));
        assertThat(failure).isInstanceOf(TierException.class);
        assertThat(Ticker.system().nanos() - begun).isLessThan(TimeUnit.SECONDS.toNanos(8));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(Peers.failure(peer.cache().get("k"))).hasMessageContaining("cannot be reached"));
        server = start(port);

        await().atMost(Duration.ofSeconds(30)).until(() -> succeeds(peer));
        assertThat(Peers.read(peer, "k")).isEqualTo("v");
    }

    @Test
    void proofStopsDuringAnOutageAndNothingThatWasPublishedIsMissedAfterIt() throws IOException {
        Peer one = peers.peer(uri());
        Peer two = peers.peer(uri());
        Peers.done(one.cache().publishInvalidated(List.of("before")));
        int port = server.getPort();

        server.close();
        long away = Ticker.system().nanos();
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(two.cache().lastProofNanos()).isLessThan(away);
        server = start(port);
        await().atMost(Duration.ofSeconds(30)).until(() -> publishes(one, "after"));

        await().atMost(Duration.ofSeconds(30)).until(() -> two.heard().contains("key after"));
        assertThat(two.heard()).contains("key before").doesNotContain("gap");
        long heard = Ticker.system().nanos();
        await().atMost(Duration.ofSeconds(30)).until(() -> two.cache().lastProofNanos() > heard);
    }

    @Test
    void restartInMidLoadLosesNoAcknowledgedInvalidation() throws Exception {
        List<Peer> all = List.of(peers.peer(uri()), peers.peer(uri()));
        AtomicLong committed = new AtomicLong();
        AtomicLong acked = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        List<Thread> threads = List.of(
                thread(over, wrong, () -> invalidate(all.get(0), committed, acked)),
                thread(over, wrong, () -> readOrLoad(all.get(0), committed, acked)),
                thread(over, wrong, () -> readOrLoad(all.get(1), committed, acked)));
        int port = server.getPort();
        long before = acked.get();

        await().atMost(Duration.ofSeconds(30)).until(() -> acked.get() > before + 50);
        server.close();
        server = start(port);
        long atRestart = acked.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> acked.get() > atRestart + 50);
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(wrong.get()).isNull();
    }

    @Test
    void connectionsThatTheServerEndsAreReplaced() {
        Peer peer = peers.peer(uri());
        Peers.store(peer, "k", Peers.value("v"));
        for (int i = 0; i < 3; i++) {
            TestDatabase.postgres(server.getPort())
                    .number("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE application_name = 'larder'");

            await().atMost(Duration.ofSeconds(15)).until(() -> succeeds(peer));
        }
        Peers.done(peers.peer(uri()).cache().publishInvalidated(List.of("x")));
        await().atMost(Duration.ofSeconds(15)).until(() -> peer.heard().contains("key x"));
    }

    @Test
    void connectionsToAServerThatTakesNoWritesAreNotKept() {
        Peer peer = peers.peer(uri());
        Peers.store(peer, "k", Peers.value("v"));
        TestDatabase database = TestDatabase.postgres(server.getPort());
        database.change("ALTER ROLE postgres SET default_transaction_read_only = on");
        database.number(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity" + " WHERE application_name = 'larder'");

        await().atMost(Duration.ofSeconds(15))
                .until(() -> succeeds(peer.cache().get("k"))
                        && !succeeds(peer.cache().beginWrite("k", Tokens.next(), 1_000)));
        database.change("BEGIN READ WRITE; ALTER ROLE postgres RESET default_transaction_read_only; COMMIT");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> IntStream.range(0, 20)
                        .allMatch(i -> succeeds(peer.cache().beginWrite("k" + i, Tokens.next(), 1_000))));
    }

    @Test
    void wrongPasswordIsReportedWithoutIt() throws IOException {
        TestDatabase database = TestDatabase.postgres(server.getPort());
        database.change("CREATE ROLE shopper LOGIN PASSWORD 'right-one'");
        Files.writeString(folder.resolve("data/pg_hba.conf"), """
                host all postgres all trust
                host all shopper all scram-sha-256
                """);
        database.number("SELECT CASE WHEN pg_reload_conf() THEN 1 ELSE 0 END");
        TierUri uri = TierUri.parse(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=shopper&password=wrong-one-4711");

        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            JdbcTier tier = peers.tier(uri); // a new one, until the server has read its file again
            Throwable failure = Peers.failure(tier.ping());
            assertThat(tier.name()).doesNotContain("wrong-one-4711").doesNotContain("shopper");
            assertThat(failure).hasMessageContaining("password authentication failed");
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("wrong-one-4711");
            }
        });
    }

    private TierUri uri() {
        return TestDatabase.postgres(server.getPort()).uri();
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(60));
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    private static boolean succeeds(Peer peer) {
        return succeeds(peer.cache().get("k"));
    }

    private static boolean publishes(Peer peer, String key) {
        return succeeds(peer.cache().publishInvalidated(List.of(key)));
    }

    private static boolean succeeds(java.util.concurrent.CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Thread thread(AtomicBoolean over, AtomicReference<Throwable> wrong, Runnable step) {
        Thread thread = new Thread(() -> {
            while (!over.get() && wrong.get() == null) {
                try {
                    step.run();
                } catch (AssertionError e) {
                    if (e.getCause() instanceof TierException) {
                        continue; // the outage
                    }
                    wrong.compareAndSet(null, e);
                }
            }
        });
        thread.start();
        return thread;
    }

    private static void invalidate(Peer peer, AtomicLong committed, AtomicLong acked) {
        long version = committed.incrementAndGet();
        Peers.done(peer.cache().invalidate(List.of("k")));
        acked.accumulateAndGet(version, Math::max);
    }

    private static void readOrLoad(Peer peer, AtomicLong committed, AtomicLong acked) {
        long atLeast = acked.get();
        String token = Tokens.next();
        Acquired answer = Peers.done(peer.cache().acquire("k", new LeaseRequest(token, 2_000, 0)));
        if (answer instanceof Acquired.Won) {
            Peers.done(peer.cache().fill("k", token, Peers.value(Long.toString(committed.get()))));
        } else if (answer instanceof Acquired.Hit hit) {
            byte[] payload = java.util.Objects.requireNonNull(Peers.payload(hit.value()));
            long found = Long.parseLong(new String(payload, java.nio.charset.StandardCharsets.UTF_8));
            if (found < atLeast) {
                throw new AssertionError("read version " + found + " after " + atLeast + " was acknowledged");
            }
        }
    }
}
