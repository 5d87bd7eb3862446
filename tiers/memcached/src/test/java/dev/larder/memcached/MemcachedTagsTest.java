package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static dev.larder.memcached.Peers.tags;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import dev.larder.failure.TierException;
import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.ManualScheduler;
import dev.larder.testkit.RecordingBus;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags on a real Memcached whose items vanish: the clock, its log, records, all of them; and changers that die. */
class MemcachedTagsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private MemcachedServer server;
    private Peers peers;
    private Peer one;
    private Peer two;

    @BeforeEach
    void start() {
        server = MemcachedServer.start();
        peers = new Peers();
        one = peers.peer(server.port());
        two = peers.peer(server.port());
    }

    @AfterEach
    void stop() {
        peers.close();
        server.close();
    }

    /** More at once than a change has tries, were each to change the record by itself. */
    @Test
    void manyCallersChangeOneTagTogether() {
        List<CompletionStage<Long>> asked = IntStream.range(0, 500)
                .mapToObj(i -> tags(one).change("t", Kind.REMOVED))
                .toList();

        long last = asked.stream().mapToLong(Peers::done).max().orElseThrow();

        assertThat(last).isEqualTo(done(tags(two).now()));
        assertThat(moments(two, "t").removedAt()).isEqualTo(last);
    }

    @Test
    void clockThatHoldsNoNumberIsGivenUp() {
        done(tags(one).now());
        server.ask("set test:things:tc 0 0 4\r\nnone\r\n", "STORED");

        long after = done(tags(two).change("t", Kind.REMOVED));

        assertThat(done(tags(one).now())).isEqualTo(after);
    }

    @Test
    void clockThatIsLostBeginsAnotherEpochForEverybody() {
        long before = done(tags(one).change("t", Kind.REMOVED));

        lose("tc");
        long after = done(tags(two).now());

        assertThat(TagReading.isSameEpoch(before, after)).isFalse();
        assertThat(done(tags(one).now())).isEqualTo(after);
        assertThat(moments(one, "t").removedAt()).isEqualTo(after);
        assertThat(done(tags(one).change("t", Kind.REMOVED))).isEqualTo(after + 1);
    }

    @Test
    void recordThatIsLostIsMadeFromTheLog() {
        long begun = done(tags(one).now());
        long at = done(tags(one).change("t", Kind.REMOVED));
        done(tags(one).change("u", Kind.REMOVED));

        lose("t:t");
        lose("t:never");

        assertThat(moments(two, "t").removedAt()).isEqualTo(at);
        assertThat(moments(two, "never").removedAt()).isEqualTo(begun);
    }

    @Test
    void recordThatIsLostAndNoLongerInTheLogCountsAsRemovedWithTheLastThatWasCut() {
        done(tags(one).read(List.of("seldom")));
        long at = done(tags(one).change("t", Kind.REMOVED));
        for (int i = 0; i < 2 * TagLog.MOST; i++) {
            done(tags(one).change("u" + i % 10, Kind.REMOVED));
        }
        long now = done(tags(one).now());

        lose("t:t");

        assertThat(moments(two, "t").removedAt()).isBetween(at, now - TagLog.KEPT + TagLog.MOST);
        assertThat(moments(two, "new").removedAt()).isEqualTo(moments(two, "t").removedAt());
        assertThat(moments(two, "seldom").removedAt()).isLessThan(at);
    }

    @Test
    void logThatIsLostTakesTheClockWithIt() {
        long before = done(tags(one).change("t", Kind.REMOVED));
        lose("tl:" + Long.toHexString(before >>> TagReading.COUNT_BITS));

        assertThat(done(tags(two).now())).as("nobody needs the log yet").isEqualTo(before);
        Moments made = moments(two, "new");
        long after = done(tags(two).now());

        assertThat(TagReading.isSameEpoch(before, after)).isFalse();
        assertThat(made.removedAt()).isEqualTo(after);
    }

    @Test
    void logThatIsLostIsMissedByAChangeToo() {
        long before = done(tags(one).change("t", Kind.REMOVED));
        lose("tl:" + Long.toHexString(before >>> TagReading.COUNT_BITS));

        long after = done(tags(two).change("t", Kind.REMOVED));

        assertThat(TagReading.isSameEpoch(before, after)).isFalse();
        assertThat(moments(one, "t").removedAt()).isEqualTo(after);
    }

    @Test
    void changeWhoseProcessDiedBeforeItRaisedTheClockIsEndedByAReader() {
        long now = done(tags(one).now());
        long epoch = now >>> TagReading.COUNT_BITS;
        byte[] record = new TagRecord(now + 1, 0).bytes();
        server.store("ms test:things:tl:" + Long.toHexString(epoch) + " 16 MA", TagLog.entry("t", now + 1));
        server.store("ms test:things:t:t " + record.length + " T1000", record);

        assertThat(moments(two, "t").removedAt()).as("void already").isEqualTo(now + 1);
        assertThat(done(tags(two).now())).isEqualTo(now);

        await().atMost(PATIENCE).until(() -> done(tags(two).now()) == now + 1);
        String told = RecordingBus.text(new TagChange("t", Kind.REMOVED, now + 1));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(one.heard()).contains(told));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.heard()).contains(told));
        assertThat(moments(one, "t").removedAt()).isEqualTo(now + 1);
    }

    @Test
    void unfinishedChangeIsEndedByTimeWhereTheServerWasAwayAtFirst() {
        FakeTicker ticker = new FakeTicker();
        try (FaultProxy proxy = server.proxy();
                Peers later = new Peers(new ManualScheduler(ticker), ticker)) {
            Peer reader = later.peer(proxy.port());
            long now = done(tags(reader).now());
            byte[] record = new TagRecord(now + 1, 0).bytes();
            server.store("ms test:things:t:t " + record.length + " T1000", record);
            assertThat(moments(reader, "t").removedAt()).isEqualTo(now + 1);

            proxy.refuse(true);
            proxy.cut();
            await().atMost(PATIENCE)
                    .until(() -> tags(reader).now().toCompletableFuture().isCompletedExceptionally());
            ticker.advance(Duration.ofSeconds(2));
            assertThat(clock()).isEqualTo(now);
            proxy.refuse(false);

            await().atMost(PATIENCE).until(() -> {
                ticker.advance(Duration.ofSeconds(1));
                return clock() == now + 1;
            });
        }
    }

    /** What the tag clock says on the server. */
    private long clock() {
        return Long.parseLong(
                server.ask("mg test:things:tc v\r\nmn\r\n", "MN").split("\n")[1].strip());
    }

    @Test
    void serverThatRestartsHasLostEverythingAndNothingOldIsTrue() {
        long before = done(tags(one).change("t", Kind.REMOVED));
        assertThat(done(tags(two).now())).isEqualTo(before);

        server.kill();
        assertThat(failure(tags(one).now())).isInstanceOf(TierException.class);
        server.startAgain();
        await().atMost(PATIENCE).untilAsserted(() -> done(one.tier().ping()));
        await().atMost(PATIENCE).untilAsserted(() -> done(two.tier().ping()));

        long after = done(tags(one).now());
        assertThat(TagReading.isSameEpoch(before, after)).isFalse();
        assertThat(done(tags(two).change("t", Kind.REMOVED))).isEqualTo(after + 1);
        assertThat(moments(one, "t").removedAt()).isEqualTo(after + 1);
    }

    @Test
    void removedTagIsNotReadInAnotherProcessAndLosingItsItemsBringsNothingBack() {
        AtomicInteger version = new AtomicInteger(1);
        try (Larder first = Larder.open("memory:1MiB", server.uri());
                Larder second = Larder.open("memory:1MiB", server.uri())) {
            Cache<String, String> here = cache(first, version);
            Cache<String, String> there = cache(second, version);
            assertThat(here.get("k")).isEqualTo("v1");
            assertThat(there.get("k")).isEqualTo("v1");

            version.set(2);
            here.removeTag("t");
            assertThat(here.get("k")).isEqualTo("v2");
            await().atMost(PATIENCE).until(() -> "v2".equals(there.get("k")));

            version.set(3);
            here.removeTag("t");
            server.ask("md larder:tagged:t:t\r\n", "");
            server.ask("md larder:tagged:tc\r\n", "");
            assertThat(here.get("k")).isEqualTo("v3");
        }
    }

    private static Cache<String, String> cache(Larder larder, AtomicInteger version) {
        return larder.cache("tagged", String.class, String.class)
                .timeToLive(Duration.ofMinutes(5))
                .tags((key, value) -> Set.of("t"))
                .loader(key -> "v" + version.get())
                .build();
    }

    private void lose(String item) {
        server.ask("md test:things:" + item + "\r\nmn\r\n", "MN");
    }

    private static Moments moments(Peer peer, String tag) {
        return Objects.requireNonNull(done(tags(peer).read(List.of(tag))).tags().get(tag));
    }
}
