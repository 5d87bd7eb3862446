package dev.larder.file;

import static dev.larder.file.Peers.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange;
import dev.larder.file.Peers.Peer;
import dev.larder.testkit.RecordingBus;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log that carries invalidations, when it is torn, damaged, replaced or removed. */
class FileBusTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path disk;

    private Peers peers;
    private Peer one;
    private Peer two;

    @BeforeEach
    void open() {
        peers = new Peers(disk.resolve("shop"));
        one = peers.peer();
        two = peers.peer();
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private Path log() {
        return Disks.named(disk, Names.BUS);
    }

    private static void publish(Peer peer, String key) {
        done(peer.cache().publishInvalidated(List.of(key)));
    }

    private static void awaitHeard(Peer peer, String message) {
        await().atMost(PATIENCE).until(() -> peer.heard().contains(message));
    }

    private static void awaitProof(Peer peer) {
        long now = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() > now);
    }

    @Test
    void tornRecordAtTheEndIsReplacedAndEverybodyHearsAGap() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");
        byte[] torn = ByteBuffer.allocate(20).putInt(100).putLong(5).array();
        Files.write(log(), torn, StandardOpenOption.APPEND);

        awaitHeard(two, "gap");
        publish(one, "b");

        awaitHeard(two, "key b");
        awaitProof(two);
        assertThat(two.heard()).containsExactly("key a", "gap", "key b");
    }

    @Test
    void tornRecordIsRepairedByTheNextWriterEvenIfNobodyListens() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");
        two.cache().close();
        one.cache().close();
        Files.write(log(), new byte[7], StandardOpenOption.APPEND);

        publish(one, "b");
        Peer three = peers.peer();
        publish(one, "c");

        awaitHeard(three, "key c");
        assertThat(three.heard()).containsExactly("key c");
    }

    @Test
    void damagedRecordInTheMiddleIsAGap() throws IOException {
        two.cache().close();
        publish(one, "a");
        long middle = Files.size(log());
        publish(one, "b");
        publish(one, "c");
        Peer three = peers.peer();
        try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {99}), middle + LogCursor.RECORD_HEADER + 3);
        }

        Peer four = peers.peer(); // reads from the beginning, to find the end
        publish(one, "d");

        awaitHeard(four, "key d");
        awaitHeard(three, "gap");
        awaitProof(three);
        assertThat(four.heard()).containsExactly("key d");
    }

    @Test
    void removedLogIsAGap() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");

        Files.delete(log());

        awaitHeard(two, "gap");
        publish(one, "b");
        awaitHeard(two, "key b");
        awaitProof(two);
    }

    @Test
    void logReplacedByAnotherIsAGap() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");
        Path other = disk.resolve("other");
        Files.write(other, LogCursor.empty(1));

        Files.move(other, log(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);

        awaitHeard(two, "gap");
        awaitProof(two);
    }

    @Test
    void logCutShortIsAGap() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");

        try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
            channel.truncate(LogCursor.HEADER);
        }

        awaitHeard(two, "gap");
        publish(one, "b");
        awaitHeard(two, "key b");
    }

    @Test
    void messageOfALaterVersionIsAGap() throws IOException {
        publish(one, "a");
        awaitHeard(two, "key a");
        try (LogCursor cursor = java.util.Objects.requireNonNull(LogCursor.open(log()))) {
            cursor.read(payload -> {});

            cursor.append(List.of(new byte[] {'z', 1, 2, 3}));
        }

        awaitHeard(two, "gap");
        awaitProof(two);
    }

    @Test
    void logThatGrewTooLongIsReplacedWithoutAGap() throws IOException {
        Path log = log();
        Object before = Files.getAttribute(log, "unix:ino");
        List<String> expected = new ArrayList<>();

        for (int i = 0; i < 12; i++) {
            List<String> keys = IntStream.range(0, 100)
                    .mapToObj(number -> "k".repeat(3_000) + number)
                    .toList();
            done(one.cache().publishInvalidated(keys));
            keys.forEach(key -> expected.add("key " + key));
        }
        publish(one, "last");
        expected.add("key last");

        awaitHeard(two, "key last");
        assertThat(two.heard()).isEqualTo(expected);
        assertThat(Files.getAttribute(log, "unix:ino")).isNotEqualTo(before);
        assertThat(Files.size(log)).isLessThan(Channel.LONGEST_LOG);
    }

    @Test
    void readerThatMissedReplacementsHearsAGap() throws IOException {
        Channel writer = new Channel(one.tier().resources(), "test");
        Channel reader = new Channel(one.tier().resources(), "test");
        List<String> heard = new ArrayList<>();
        reader.subscriptions().add(subscription(heard));
        reader.poll();

        List<BusMessage> much = BusMessage.invalidated(
                "o",
                "things",
                IntStream.range(0, 50).mapToObj(i -> "k".repeat(50_000) + i).toList());
        for (int i = 0; i < 3; i++) {
            writer.publish(much);
        }
        reader.poll();

        assertThat(heard).contains("gap");
        assertThat(heard.get(heard.size() - 1)).isEqualTo("gap");
        writer.publish(List.of(BusMessage.cleared("o", "things")));
        reader.poll();
        assertThat(heard.get(heard.size() - 1)).isEqualTo("cleared");
        writer.close();
        reader.close();
    }

    private static Subscription subscription(List<String> heard) {
        return new Subscription(
                "me",
                new dev.larder.tier.FarCacheOptions("things", "test", 1, Ticker.system()),
                new dev.larder.bus.BusListener() {
                    @Override
                    public void invalidated(java.util.Collection<String> keys) {
                        heard.add("keys " + keys.size());
                    }

                    @Override
                    public void cleared() {
                        heard.add("cleared");
                    }

                    @Override
                    public void tagChanged(TagChange change) {
                        heard.add(RecordingBus.text(change));
                    }

                    @Override
                    public void gap() {
                        heard.add("gap");
                    }
                });
    }

    @Test
    void listenerThatFailsIsNotTrustedBeforeItHasTakenAGap() {
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        var failing = one.tier()
                .cache(
                        new dev.larder.tier.FarCacheOptions("things", "test", Peers.SILENCE.toNanos(), Ticker.system()),
                        new dev.larder.bus.BusListener() {
                            @Override
                            public void invalidated(java.util.Collection<String> keys) {
                                throw new IllegalStateException("made up");
                            }

                            @Override
                            public void cleared() {
                                heard.add("cleared");
                            }

                            @Override
                            public void tagChanged(TagChange change) {
                                heard.add(RecordingBus.text(change));
                            }

                            @Override
                            public void gap() {
                                heard.add("gap");
                            }
                        });

        publish(two, "k");

        await().atMost(PATIENCE).until(() -> heard.contains("gap"));
        long now = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> failing.lastProofNanos() > now);
    }

    @Test
    void messagesOfAnyKindComeBack() {
        List<String> keys = List.of("", "a", "b\nc", "\uD800", "\uDC00x", "ключ", "k".repeat(10_000));
        BusMessage message = new BusMessage(BusMessage.Event.INVALIDATED, "origin", "things", keys, 0);

        assertThat(BusMessage.decode(ByteBuffer.wrap(message.encode()))).isEqualTo(message);
        byte[] bytes = message.encode();
        for (int length = 0; length < bytes.length; length += 1 + length / 50) {
            assertThat(BusMessage.decode(ByteBuffer.wrap(bytes, 0, length)))
                    .as("cut to %d", length)
                    .isNull();
        }
        for (TagChange.Kind kind : TagChange.Kind.values()) {
            assertThatEveryCutIsNone(BusMessage.tagChanged("o", "c", new TagChange("\uD83D\uDE00", kind, 1L << 50)));
        }
        assertThat(BusMessage.invalidated("o", "c", List.of("k".repeat(5_000_000))))
                .containsExactly(BusMessage.cleared("o", "c"));
    }

    private static void assertThatEveryCutIsNone(BusMessage message) {
        byte[] bytes = message.encode();
        assertThat(BusMessage.decode(ByteBuffer.wrap(bytes))).isEqualTo(message);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(BusMessage.decode(ByteBuffer.wrap(bytes, 0, length)))
                    .as("cut to %d", length)
                    .isNull();
        }
    }
}
