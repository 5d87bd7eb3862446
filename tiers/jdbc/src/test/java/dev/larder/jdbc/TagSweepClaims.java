package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange.Kind;
import dev.larder.jdbc.Peers.Peer;
import dev.larder.testkit.Threads;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading.Moments;
import dev.larder.time.Ticker;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about forgetting tags: in bounded steps, and never what the floor does not know. */
abstract class TagSweepClaims extends DatabaseClaims {
    private static final int SOME = Rubbish.ROWS_PER_STEP + 100;

    TagSweepClaims(TestDatabase database) {
        super(database);
    }

    @Test
    void whatWasForgottenOfATagCountsAsARemovalNoEarlier() {
        Peer peer = peer();
        FarTags tags = TagClaims.tags(peer);
        long removed = Peers.done(tags.change("removed", Kind.REMOVED));
        long stale = Peers.done(tags.change("stale", Kind.STALE));
        long last = Peers.done(tags.change("used", Kind.REMOVED));
        change("UPDATE $t_tags SET used_at = 1 WHERE removed_at <> " + last);

        assertThat(step(peer)).isFalse();

        assertThat(rows("tags", "1 = 1")).isOne();
        assertThat(Peers.done(tags.now())).isEqualTo(last);
        assertThat(TagClaims.moments(peer, "removed").removedAt()).isGreaterThanOrEqualTo(removed);
        assertThat(TagClaims.moments(peer, "stale").removedAt()).isEqualTo(stale);
        assertThat(TagClaims.moments(peer, "used").removedAt()).isEqualTo(last);
        assertThat(TagClaims.moments(peer, "new").removedAt()).isLessThanOrEqualTo(last);
    }

    @Test
    void tagsAreForgottenNotBeforeAnyEntryThatHasThemIsGone() {
        Peer peer = peer();
        Moments first = TagClaims.moments(peer, "t");
        long almost = TagSweep.KEPT_MILLIS - 60_000;
        change("UPDATE $t_tags SET used_at = used_at - " + almost);

        step(peer);
        assertThat(rows("tags", "1 = 1")).isOne();
        assertThat(TagClaims.moments(peer, "t")).isEqualTo(first); // which is a use
        change("UPDATE $t_tags SET used_at = used_at - " + almost);
        step(peer);

        assertThat(rows("tags", "1 = 1")).isOne();
        change("UPDATE $t_tags SET used_at = used_at - 60000");
        step(peer);
        assertThat(rows("tags", "1 = 1")).isZero();
    }

    @Test
    void useIsWrittenOnceADayAtMost() {
        Peer peer = peer();
        TagClaims.moments(peer, "t");
        long written = usedAt();

        TagClaims.moments(peer, "t");
        assertThat(usedAt()).isEqualTo(written);
        change("UPDATE $t_tags SET used_at = used_at - " + (TagSnapshot.COARSE_MILLIS + 1_000));
        TagClaims.moments(peer, "t");

        assertThat(usedAt()).isGreaterThanOrEqualTo(written);
    }

    @Test
    void manyTagsAreForgottenInBoundedSteps() {
        Peer peer = peer();
        Peers.done(TagClaims.tags(peer).read(names(SOME)));
        change("UPDATE $t_tags SET used_at = 1");

        TagSweep sweep = sweep(peer);
        assertThat(peer.tier().database().callNow(sweep::step)).isTrue();
        assertThat(rows("tags", "1 = 1")).isEqualTo(SOME - Rubbish.ROWS_PER_STEP);
        assertThat(peer.tier().database().callNow(sweep::step)).isFalse();

        assertThat(rows("tags", "1 = 1")).isZero();
    }

    @Test
    void ofTooManyTagsThoseUsedLeastRecentlyAreForgotten() {
        Peer peer = peer("larder.maxRows=100");
        FarTags tags = TagClaims.tags(peer);
        long at = Peers.done(tags.change("t0", Kind.REMOVED));
        Peers.done(tags.read(names(149)));
        change("UPDATE $t_tags SET used_at = used_at - 1000");
        long last = Peers.done(tags.change("u", Kind.REMOVED));

        assertThat(step(peer)).isFalse();

        assertThat(rows("tags", "1 = 1")).isEqualTo(95);
        assertThat(TagClaims.moments(peer, "t0").removedAt()).isGreaterThanOrEqualTo(at);
        assertThat(TagClaims.moments(peer, "u").removedAt()).isEqualTo(last);
    }

    @Test
    void recordsOfALostClockAreForgottenWithoutRaisingTheFloorOfTheNext() {
        Peer peer = peer();
        Peers.done(TagClaims.tags(peer).change("t", Kind.REMOVED));
        change("DELETE FROM $t_tag_clocks");
        change("UPDATE $t_tags SET used_at = 1");
        long begun = Peers.done(TagClaims.tags(peer).now());

        step(peer);

        assertThat(rows("tags", "1 = 1")).isZero();
        assertThat(rows("tag_clocks", "tag_clock = " + begun + " AND tag_floor = " + begun))
                .isOne();
    }

    @Test
    void noRemovalIsLostToAForgetfulSweeper() {
        Peer one = peer();
        Peer two = peer();
        TagSweep sweep = sweep(one);
        Peers.done(TagClaims.tags(two).now());

        Threads.run(3, thread -> {
            for (int round = 0; round < 60; round++) {
                if (thread == 0) {
                    change("UPDATE $t_tags SET used_at = 1");
                    one.tier().database().callNow(sweep::step);
                    continue;
                }
                Kind kind = round % 2 == 0 ? Kind.REMOVED : Kind.STALE;
                String tag = "t" + thread;
                long at = Peers.done(TagClaims.tags(two).change(tag, kind));
                Moments moments = TagClaims.moments(two, tag);
                assertThat(Math.max(moments.removedAt(), moments.staleAt())).isGreaterThanOrEqualTo(at);
            }
        });
    }

    private long usedAt() {
        return database().number("SELECT MAX(used_at) FROM " + prefix + "_tags");
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "t" + i).toList();
    }

    private static TagSweep sweep(Peer peer) {
        return new TagSweep(
                peer.tier().address().dialect(), peer.tier().address().options(), Ticker.system());
    }

    private static boolean step(Peer peer) {
        return peer.tier().database().callNow(sweep(peer)::step);
    }
}
