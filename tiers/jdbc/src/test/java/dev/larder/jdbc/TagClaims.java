package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange.Kind;
import dev.larder.jdbc.Peers.Peer;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about tags when clocks are lost, run out, or come back older; and about entries that tags made old. */
abstract class TagClaims extends DatabaseClaims {
    TagClaims(TestDatabase database) {
        super(database);
    }

    static FarTags tags(Peer peer) {
        return Objects.requireNonNull(peer.cache().tags());
    }

    static Moments moments(Peer peer, String tag) {
        return Objects.requireNonNull(
                Peers.done(tags(peer).read(List.of(tag))).tags().get(tag));
    }

    @Test
    void lostClockIsBegunInAnotherEpochAndNoRecordOfTheOldOneCounts() {
        Peer peer = peer();
        long removed = Peers.done(tags(peer).change("removed", Kind.REMOVED));
        Peers.done(tags(peer).change("stale", Kind.STALE));
        Peers.done(tags(peer).change("again", Kind.STALE));

        change("DELETE FROM $t_tag_clocks");

        long begun = Peers.done(tags(peer).now());
        assertThat(TagReading.isSameEpoch(begun, removed)).isFalse();
        assertThat(moments(peer, "removed")).isEqualTo(new Moments(begun, 0, 0));
        long stale = Peers.done(tags(peer).change("stale", Kind.STALE));
        assertThat(moments(peer, "stale").removedAt()).isEqualTo(begun);
        assertThat(moments(peer, "stale").staleAt()).isEqualTo(stale);
        long again = Peers.done(tags(peer).change("again", Kind.REMOVED));
        assertThat(moments(peer, "again")).isEqualTo(new Moments(again, 0, 0));
        assertThat(rows("tags", "1 = 1")).isEqualTo(3);
    }

    @Test
    void clockIsBegunByWhoeverNeedsItFirst() {
        Peer peer = peer();
        TagReading reading = Peers.done(tags(peer).read(List.of("t")));
        assertThat(reading.clock()).isPositive().isEqualTo(Peers.done(tags(peer).now()));

        change("DELETE FROM $t_tag_clocks");
        long changed = Peers.done(tags(peer).change("t", Kind.REMOVED));
        assertThat(Peers.done(tags(peer).now())).isEqualTo(changed);

        change("DELETE FROM $t_tag_clocks");
        TagReading empty = Peers.done(tags(peer).read(List.of()));
        assertThat(empty.clock()).isEqualTo(Peers.done(tags(peer).now()));
        assertThat(empty.tags()).isEmpty();
    }

    @Test
    void clockThatRunsOutOfNumbersBeginsAnotherEpoch() {
        Peer peer = peer();
        long first = Peers.done(tags(peer).change("t", Kind.REMOVED));
        change("UPDATE $t_tag_clocks SET tag_clock = " + TagTable.lastOfEpoch(first));

        long next = Peers.done(tags(peer).change("u", Kind.STALE));

        assertThat(next).isPositive();
        assertThat(TagReading.isSameEpoch(next, first)).isFalse();
        assertThat(moments(peer, "u").removedAt()).isEqualTo(next);
        assertThat(moments(peer, "t").removedAt()).isEqualTo(next);
    }

    @Test
    void olderCopyOfTheDatabaseBeginsAnotherEpoch() {
        Peer one = peer();
        Peer two = peer();
        long before = Peers.done(tags(one).change("t", Kind.REMOVED));
        Peers.done(one.cache().publishInvalidated(List.of("a")));
        await().atMost(Duration.ofSeconds(15)).until(() -> two.heard().contains("key a"));

        change("DELETE FROM $t_feeds");

        await().atMost(Duration.ofSeconds(15)).until(() -> two.heard().contains("gap"));
        await().atMost(Duration.ofSeconds(15))
                .until(() ->
                        !TagReading.isSameEpoch(before, Peers.done(tags(one).now())));
    }

    @Test
    void moreTagsThanAStatementNamesAreReadAtOnce() {
        Peer peer = peer();
        List<String> names = IntStream.range(0, 2 * TagTable.READ_AT_ONCE + 500)
                .mapToObj(i -> "t" + i)
                .toList();
        long at = Peers.done(tags(peer).change("t2400", Kind.REMOVED));

        TagReading reading = Peers.done(tags(peer).read(names));

        assertThat(reading.clock()).isEqualTo(at);
        assertThat(reading.tags()).containsOnlyKeys(names);
        assertThat(Objects.requireNonNull(reading.tags().get("t2400")).removedAt())
                .isEqualTo(at);
    }

    @Test
    void tagAskedForTwiceInOneQuestionIsAnsweredOnce() {
        Peer peer = peer();

        assertThat(Peers.done(tags(peer).read(List.of("t", "u", "t"))).tags()).containsOnlyKeys("t", "u");
    }

    @Test
    void databaseClockThatWentBackMakesNoStaleTimeNegative() {
        Peer peer = peer();
        Peers.done(tags(peer).change("t", Kind.STALE));

        change("UPDATE $t_tags SET stale_time = stale_time + 1000000");

        assertThat(moments(peer, "t").staleForMillis()).isZero();
    }

    @Test
    void entrySeenBeforeSomebodyMarkedItIsStillTheOneSeen() {
        Peer one = peer();
        Peers.store(one, "k", Peers.value("old"));
        FarValue seen = Objects.requireNonNull(Peers.done(one.cache().get("k")));
        Peers.done(one.cache().retire("k", seen, Peers.LONG_MILLIS));
        assertThat(Peers.read(one, "k")).isEqualTo("old");

        Peers.done(one.cache().retire("k", seen, 0));

        assertThat(Peers.read(one, "k")).isNull();
    }

    @Test
    void leaseTakenOnARetiredEntryShowsNothingOfIt() {
        Peer one = peer();
        Peers.store(one, "k", Peers.value("old"));
        FarValue seen = Objects.requireNonNull(Peers.done(one.cache().get("k")));

        Peers.done(one.cache().retire("k", seen, 0));

        assertThat(Peers.done(one.cache().acquire("k", new LeaseRequest(Tokens.next(), Peers.LONG_MILLIS, 0))))
                .isEqualTo(new Acquired.Won(null));
    }

    @Test
    void entryOfAClearedGenerationIsNotRetiredInTheNext() {
        Peer one = peer();
        Peers.store(one, "k", Peers.value("old"));
        FarValue seen = Objects.requireNonNull(Peers.done(one.cache().get("k")));
        Peers.done(one.cache().clear());
        Peers.store(one, "k", Peers.value("new"));

        Peers.done(one.cache().retire("k", seen, 0));

        assertThat(Peers.read(one, "k")).isEqualTo("new");
    }
}
