package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.jdbc.Feed.Place;
import dev.larder.jdbc.Peers.Peer;
import dev.larder.testkit.RecordingBus;
import dev.larder.testkit.Threads;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.Tokens;
import dev.larder.time.Ticker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Claims about messages: none is passed over, and where some may be lost it is said. */
abstract class BusClaims extends DatabaseClaims {
    BusClaims(TestDatabase database) {
        super(database);
    }

    /** The trap that {@link Feed} avoids, shown: with an identity column this reader misses a message for ever. */
    @Test
    void readerOfAnIdentityColumnMissesWhatCommitsLate() throws SQLException {
        change("CREATE TABLE $t_naive (id " + identity() + " PRIMARY KEY, said VARCHAR(10))");
        List<String> heard = new ArrayList<>();
        long last = 0;

        try (Connection slow = database().connect();
                Connection fast = database().connect()) {
            slow.setAutoCommit(false);
            execute(slow, "INSERT INTO " + prefix + "_naive (said) VALUES ('slow')");
            execute(fast, "INSERT INTO " + prefix + "_naive (said) VALUES ('fast')");
            last = readNaively(last, heard);
            slow.commit();
        }
        readNaively(last, heard);

        assertThat(heard).containsExactly("fast");
    }

    @Test
    void publisherThatIsSlowToCommitHoldsUpTheOthersSoThatNoNumberIsPassedOver() throws Exception {
        Peer peer = peer(); // makes the tables
        Tables tables = new Tables(prefix);
        Feed feed = new Feed(KeyBytes.hash(new byte[] {1}), dialect(), tables);
        byte[] origin = Tokens.next().getBytes(StandardCharsets.US_ASCII);
        Peers.done(peer.cache().get("k"));
        Place start;
        CompletableFuture<Void> fast;

        try (Connection slow = database().connect();
                Connection reader = database().connect()) {
            feed.make(new Session(reader));
            start = end(feed, reader);
            slow.setAutoCommit(false);
            feed.publish(new Session(slow), origin, Body.of(List.of("slow")));
            fast = peer.tier().database().runAsOne(session -> feed.publish(session, origin, Body.of(List.of("fast"))));
            assertThat(end(feed, reader).number()).isEqualTo(start.number());
            assertThat(fast).isNotDone();
            slow.commit();
            fast.get(10, java.util.concurrent.TimeUnit.SECONDS);
            Place end = end(feed, reader);

            assertThat(feed.messages(new Session(reader), start, end))
                    .extracting(message -> Body.read(message.body()))
                    .containsExactly(new Body.Invalidated(List.of("slow")), new Body.Invalidated(List.of("fast")));
        }
    }

    @Test
    void manyPublishersAtOnceAreAllHeardByAllAndNoneTwice() {
        List<Peer> all = List.of(peer(), peer(), peer());
        Peer listener = peer();

        Threads.run(6, number -> {
            for (int i = 0; i < 60; i++) {
                Peers.done(all.get(number % 3).cache().publishInvalidated(List.of("k" + number + "-" + i)));
            }
        });

        await().atMost(Duration.ofSeconds(15)).until(() -> listener.heard().size() >= 360);
        assertThat(listener.heard())
                .doesNotHaveDuplicates()
                .doesNotContain("gap")
                .hasSize(360);
        for (int number = 0; number < 6; number++) {
            String its = "key k" + number + "-";
            assertThat(listener.heard().stream().filter(message -> message.startsWith(its)))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 60).mapToObj(i -> its + i).toList());
        }
    }

    @Test
    void messagesTrimmedBeforeTheyWereReadAreAGap() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        Peers.done(one.cache().publishInvalidated(List.of("a")));
        Peers.done(one.cache().publishInvalidated(List.of("b")));
        change("DELETE FROM $t_messages WHERE message_number = 1");

        ear.poll();
        Peers.done(one.cache().publishInvalidated(List.of("c")));
        ear.poll();

        assertThat(ear.heard).containsExactly("gap", "key c");
    }

    @Test
    void messagesAllTrimmedBeforeTheyWereReadAreAGap() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        Peers.done(one.cache().publishInvalidated(List.of("a")));
        change("DELETE FROM $t_messages");

        ear.poll();

        assertThat(ear.heard).containsExactly("gap");
    }

    @Test
    void readerFarBehindCatchesUpInPortionsAndHasNoProofBefore() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        long before = ear.subscription.lastProofNanos();
        List<String> keys = IntStream.range(0, Feed.READ_AT_ONCE + 10)
                .mapToObj(i -> "k" + i)
                .toList();
        List<java.util.concurrent.CompletionStage<Void>> sent = new ArrayList<>();
        keys.forEach(key -> sent.add(one.cache().publishInvalidated(List.of(key))));
        sent.forEach(Peers::done);

        assertThat(ear.poll()).isTrue();
        assertThat(ear.subscription.lastProofNanos()).isEqualTo(before);
        assertThat(ear.poll()).isFalse();
        assertThat(ear.subscription.lastProofNanos()).isGreaterThan(before);
        assertThat(ear.heard)
                .containsExactlyElementsOf(
                        keys.stream().map(key -> "key " + key).toList());
    }

    @Test
    void listenerThatFailsGetsNoProofUntilItHasTakenAGap() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        long before = ear.subscription.lastProofNanos();
        ear.failing = true;
        Peers.done(one.cache().publishCleared());

        ear.poll();
        assertThat(ear.subscription.lastProofNanos()).isEqualTo(before);
        ear.poll();
        assertThat(ear.subscription.lastProofNanos()).isEqualTo(before);
        ear.failing = false;
        ear.poll();

        assertThat(ear.heard).containsExactly("gap");
        assertThat(ear.subscription.lastProofNanos()).isGreaterThan(before);
    }

    @Test
    void emptiedTablesAreAGapAndTheCacheIsCleared() {
        Peer one = peer();
        Peer two = peer();
        Peers.done(one.cache().publishInvalidated(List.of("a")));
        await().atMost(Duration.ofSeconds(15)).until(() -> two.heard().contains("key a"));
        Peers.store(one, "k", Peers.value("v"));

        change("DELETE FROM $t_feeds");

        await().atMost(Duration.ofSeconds(15)).until(() -> two.heard().contains("gap"));
        await().atMost(Duration.ofSeconds(15)).until(() -> Peers.read(one, "k") == null);
        Peers.done(one.cache().publishInvalidated(List.of("b")));
        await().atMost(Duration.ofSeconds(15)).until(() -> two.heard().contains("key b"));
    }

    @Test
    void olderCopyOfTheDatabaseThatWentOnDifferentlyIsAGap() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        change("UPDATE $t_feeds SET stamp = " + bytes("31"));
        Peers.done(one.cache().publishInvalidated(List.of("b")));

        for (int polls = 0; polls < 3; polls++) {
            ear.poll();
        }

        assertThat(ear.heard).containsExactly("older copy", "gap");
    }

    /** Else its near tier would be emptied, and filled again with what is void a moment later. */
    @Test
    void listenerHearsOfTheGapWhenTheOlderCopysValuesAreVoidAndNothingIsProvenBefore() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        long before = ear.subscription.lastProofNanos();
        ear.voiding = new CompletableFuture<>();
        change("DELETE FROM $t_feeds");

        for (int polls = 0; polls < 5; polls++) {
            ear.poll();
        }
        assertThat(ear.heard).containsExactly("older copy");
        assertThat(ear.subscription.lastProofNanos()).isEqualTo(before);
        ear.voiding.completeExceptionally(new IllegalStateException("the database is away"));
        ear.voiding = CompletableFuture.completedFuture(null);
        ear.poll();
        ear.poll();

        assertThat(ear.heard).containsExactly("older copy", "older copy", "gap");
        assertThat(ear.subscription.lastProofNanos()).isGreaterThan(before);
    }

    @Test
    void messageOfALaterVersionIsAGap() {
        Peer one = peer();
        Ear ear = new Ear(one);
        ear.takePlace();
        Peers.done(one.cache().publishCleared());
        change("UPDATE $t_messages SET body = " + bytes("5A"));

        ear.poll();

        assertThat(ear.heard).containsExactly("gap");
    }

    /** One more listener on a peer's cache, which hears when it is told to. */
    private final class Ear implements BusListener {
        final List<String> heard = new ArrayList<>();
        final Subscription subscription;
        private final Peer peer;
        boolean failing;
        CompletableFuture<?> voiding = CompletableFuture.completedFuture(null);

        Ear(Peer peer) {
            this.peer = peer;
            Feed feed = new Feed(
                    KeyBytes.hash("test\0things".getBytes(StandardCharsets.UTF_8)), dialect(), new Tables(prefix));
            FarCacheOptions options = new FarCacheOptions("things", "test", Peers.SILENCE.toNanos(), Ticker.system());
            this.subscription =
                    new Subscription(feed, Tokens.next().getBytes(StandardCharsets.US_ASCII), options, this, () -> {
                        heard.add("older copy");
                        return voiding;
                    });
        }

        /** Where the feed has not begun, which may be held up, the first poll begins it and has no place yet. */
        void takePlace() {
            for (int polls = 0; poll(); polls++) {
                assertThat(polls).as("polls for a place").isLessThan(10);
            }
        }

        boolean poll() {
            return peer.tier().database().callNow(session -> {
                long now = subscription.now();
                return subscription.poll(session, end(session, subscription.cacheId()), now);
            });
        }

        private void hear(String message) {
            if (failing) {
                throw new IllegalStateException("a listener that fails");
            }
            heard.add(message);
        }

        @Override
        public void invalidated(Collection<String> keys) {
            keys.forEach(key -> hear("key " + key));
        }

        @Override
        public void tagChanged(TagChange change) {
            hear(RecordingBus.text(change));
        }

        @Override
        public void cleared() {
            hear("cleared");
        }

        @Override
        public void gap() {
            hear("gap");
        }
    }

    private @Nullable Place end(Session session, byte[] cacheId) throws SQLException {
        return Feed.ends(session, new Tables(prefix), List.of(cacheId)).get(ByteBuffer.wrap(cacheId));
    }

    private Place end(Feed feed, Connection reader) throws SQLException {
        return Objects.requireNonNull(end(new Session(reader), feed.cacheId()));
    }

    private String identity() {
        return dialect() == Dialect.MARIADB ? "BIGINT AUTO_INCREMENT" : "BIGINT GENERATED ALWAYS AS IDENTITY";
    }

    private long readNaively(long last, List<String> heard) throws SQLException {
        long seen = last;
        try (Connection connection = database().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT id, said FROM " + prefix + "_naive WHERE id > " + last + " ORDER BY id")) {
            while (found.next()) {
                seen = found.getLong(1);
                heard.add(found.getString(2));
            }
        }
        return seen;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
