package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a {@link dev.larder.tier.FarTier} that keeps tags must do: the claims of {@link FarTags} and of
 * {@link dev.larder.tier.FarCache#retire}, as tests. A tier's own tests extend it, beside {@link TierContract}.
 */
public abstract class TierTagContract extends TierFixture {
    private static final int THREADS = 4;

    private static final List<String> AWKWARD_TAGS = List.of(
            "plain",
            "with space",
            "with:colon",
            "{braces}",
            "per%cent",
            "line\nbreak",
            "tab\t",
            "quote'\"",
            "ключ",
            "\uD83D\uDE00",
            "x".repeat(256));

    /** For subclasses, which JUnit makes. */
    protected TierTagContract() {}

    /** How long an old entry is kept. Default: 500 ms; a tier that counts in seconds needs several. */
    protected Duration shortWhile() {
        return Duration.ofMillis(500);
    }

    @Test
    void theClockStandsStillUntilATagIsChanged() {
        Peer one = peer();
        Peer two = peer();

        long first = done(tags(one).now());

        assertThat(first).isPositive();
        assertThat(done(tags(one).now())).isEqualTo(first);
        assertThat(done(tags(two).now())).isEqualTo(first);
    }

    @Test
    void aChangeRaisesTheClockByOneForEveryProcess() {
        Peer one = peer();
        Peer two = peer();
        long first = done(tags(one).now());

        long removed = done(tags(one).change("t", Kind.REMOVED));
        long stale = done(tags(two).change("u", Kind.STALE));

        assertThat(removed).isEqualTo(first + 1);
        assertThat(stale).isEqualTo(first + 2);
        assertThat(done(tags(one).now())).isEqualTo(stale);
    }

    @Test
    void cachesAndNamespacesHaveTheirOwnClocksAndTags() {
        Peer one = peer();
        Peer otherCache = peer("others");
        Peer otherSpace = peer(otherNamespace(), "things");
        long before = done(tags(otherCache).now());
        long beforeElsewhere = done(tags(otherSpace).now());
        moments(otherCache, "t");

        done(tags(one).change("t", Kind.REMOVED));

        assertThat(done(tags(otherCache).now())).isEqualTo(before);
        assertThat(done(tags(otherSpace).now())).isEqualTo(beforeElsewhere);
        assertThat(moments(otherCache, "t").removedAt()).isLessThanOrEqualTo(before);
    }

    @Test
    void aRemovalIsNotedForItsTagAlone() {
        Peer one = peer();
        Peer two = peer();
        Moments other = moments(two, "u");

        long at = done(tags(one).change("t", Kind.REMOVED));

        assertThat(moments(two, "t")).isEqualTo(new Moments(at, 0, 0));
        assertThat(moments(two, "u")).isEqualTo(other);
    }

    @Test
    void theReadingComesWithTheClockAndWithEveryTagAskedFor() {
        Peer one = peer();
        List<String> names = IntStream.range(0, 1_000).mapToObj(i -> "t" + i).toList();
        long at = done(tags(one).change("t500", Kind.REMOVED));

        TagReading reading = done(tags(one).read(names));

        assertThat(reading.clock()).isEqualTo(at);
        assertThat(reading.tags()).containsOnlyKeys(names);
        assertThat(moments(reading, "t500").removedAt()).isEqualTo(at);
        assertThat(done(tags(one).read(List.of())).clock()).isEqualTo(at);
    }

    @Test
    void aNewTagIsRememberedAsItWasFirstSeen() {
        Peer one = peer();
        Moments first = moments(one, "t");

        IntStream.range(0, 3).forEach(i -> done(tags(one).change("u" + i, Kind.REMOVED)));

        assertThat(moments(one, "t")).isEqualTo(first);
    }

    @Test
    void aNewTagIsNotHurtByWhatWasRemovedShortlyBefore() {
        Peer one = peer();
        long begun = done(tags(one).now());

        IntStream.range(0, 20).forEach(i -> done(tags(one).change("u" + i, Kind.REMOVED)));

        assertThat(moments(one, "t").removedAt()).isLessThanOrEqualTo(begun);
    }

    @Test
    void aTagThatWasRemovedBeforeAnybodySawItIsKnownToBe() {
        Peer one = peer();
        Peer two = peer();
        long at = done(tags(one).change("t", Kind.REMOVED));
        IntStream.range(0, 20).forEach(i -> done(tags(one).change("u" + i, Kind.REMOVED)));

        assertThat(moments(two, "t").removedAt()).isEqualTo(at);
    }

    @Test
    void aStaleTagTellsSinceWhen() {
        Peer one = peer();
        Peer two = peer();
        Moments before = moments(one, "t");

        long at = done(tags(one).change("t", Kind.STALE));
        pass(Duration.ofMillis(120));
        Moments after = moments(two, "t");

        assertThat(after.removedAt()).isEqualTo(before.removedAt());
        assertThat(after.staleAt()).isEqualTo(at);
        assertThat(after.staleForMillis()).isBetween(100L, LONG_MILLIS);
    }

    @Test
    void aTagCanBeStaleAndThenRemoved() {
        Peer one = peer();
        long stale = done(tags(one).change("t", Kind.STALE));
        long removed = done(tags(one).change("t", Kind.REMOVED));

        Moments moments = moments(one, "t");

        assertThat(moments.removedAt()).isEqualTo(removed);
        assertThat(moments.staleAt()).isEqualTo(stale);
    }

    @Test
    void awkwardNamesAreToldApart() {
        Peer one = peer();
        Peer two = peer();
        for (String tag : AWKWARD_TAGS) {
            long at = done(tags(one).change(tag, Kind.REMOVED));
            assertThat(moments(two, tag).removedAt()).as(tag).isEqualTo(at);
        }
        assertThat(AWKWARD_TAGS.stream().map(tag -> moments(two, tag).removedAt()))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyOtherProcessHearsOfChanges() {
        Peer one = peer();
        Peer two = peer();
        Peer three = peer();
        List<String> expected = AWKWARD_TAGS.stream()
                .map(tag -> RecordingBus.text(new TagChange(tag, kind(tag), 1L << 50)))
                .toList();

        for (String tag : AWKWARD_TAGS) {
            done(tags(one).publish(new TagChange(tag, kind(tag), 1L << 50)));
        }
        done(one.cache().publishInvalidated(List.of("k")));

        eventually("two has heard all", () -> two.heard().hasKey("k"));
        eventually("three has heard all", () -> three.heard().hasKey("k"));
        assertThat(two.heard().messages().subList(0, expected.size())).isEqualTo(expected);
        assertThat(three.heard().messages().subList(0, expected.size())).isEqualTo(expected);
        assertThat(one.heard().messages()).isEmpty();
    }

    private static Kind kind(String tag) {
        return tag.length() % 2 == 0 ? Kind.STALE : Kind.REMOVED;
    }

    @Test
    void clearingACacheTakesNoRemovalBack() {
        Peer one = peer();
        Peer two = peer();
        long at = done(tags(one).change("t", Kind.REMOVED));

        done(one.cache().clear());

        long now = done(tags(two).now());
        boolean isAnotherEpoch = !TagReading.isSameEpoch(at, now);
        assertThat(isAnotherEpoch || moments(two, "t").removedAt() >= at).isTrue();
    }

    @Test
    void changesAtOnceGetReadingsOfTheirOwn() {
        List<Peer> peers = List.of(peer(), peer());
        Set<Long> readings = ConcurrentHashMap.newKeySet();
        long before = done(tags(peers.get(0)).now());
        int each = rounds();

        Threads.run(THREADS, thread -> {
            for (int i = 0; i < each; i++) {
                readings.add(done(tags(peers.get(thread % 2)).change("t" + thread % 2, Kind.REMOVED)));
            }
        });

        assertThat(readings).hasSize(THREADS * each);
        assertThat(readings).allMatch(at -> at > before && at <= before + (long) THREADS * each);
        Set<Long> last = new HashSet<>();
        last.add(moments(peers.get(0), "t0").removedAt());
        last.add(moments(peers.get(1), "t1").removedAt());
        assertThat(last).contains(before + (long) THREADS * each);
    }

    @Test
    void noRemovalIsLostToSomebodyWhoMeetsTheTagForTheFirstTime() {
        List<Peer> peers = List.of(peer(), peer());
        for (int round = 0; round < rounds(); round++) {
            String tag = "t" + round;
            long[] at = new long[1];
            Threads.run(2, thread -> {
                if (thread == 0) {
                    at[0] = done(tags(peers.get(0)).change(tag, Kind.REMOVED));
                } else {
                    moments(peers.get(1), tag);
                }
            });
            assertThat(moments(peers.get(1), tag).removedAt()).isEqualTo(at[0]);
        }
    }

    @Test
    void anEntryOfNoUseIsRemovedAndTheLeaseStays() {
        Peer one = peer();
        Peer two = peer();
        store(one, "k", value("old"));
        done(one.cache().expire("k", LONG_MILLIS));
        String token = token();
        assertThat(done(one.cache().acquire("k", new LeaseRequest(token, LONG_MILLIS, 0))))
                .isInstanceOf(Acquired.Won.class);
        FarValue seen = Objects.requireNonNull(done(two.cache().get("k")));

        done(two.cache().retire("k", seen, 0));

        assertThat(read(two, "k")).isNull();
        assertThat(done(one.cache().fill("k", token, value("new")))).isTrue();
        assertThat(read(two, "k")).isEqualTo("new");
    }

    @Test
    void anOldEntryIsMarkedAndKeptForAWhile() {
        Peer one = peer();
        Peer two = peer();
        store(one, "k", value("old"));
        FarValue seen = Objects.requireNonNull(done(two.cache().get("k")));

        done(two.cache().retire("k", seen, shortWhile().toMillis()));

        FarValue marked = Objects.requireNonNull(done(one.cache().get("k")));
        assertThat(isSoftlyExpired(marked)).isTrue();
        assertThat(marked.leftMillis()).isBetween(1L, shortWhile().toMillis());
        assertThat(text(marked)).isEqualTo("old");
        assertThat(done(one.cache().acquire("k", new LeaseRequest(token(), LONG_MILLIS, 0))))
                .isInstanceOf(Acquired.Won.class);
        pass(shortWhile().multipliedBy(6).dividedBy(5));
        assertThat(read(one, "k")).isNull();
    }

    @Test
    void anOldEntryIsKeptNoLongerThanItWouldHaveLived() {
        Peer one = peer();
        store(one, "k", value("old", shortWhile().toMillis() * 3 / 5));
        FarValue seen = Objects.requireNonNull(done(one.cache().get("k")));

        done(one.cache().retire("k", seen, LONG_MILLIS));
        pass(shortWhile().multipliedBy(4).dividedBy(5));

        assertThat(read(one, "k")).isNull();
    }

    @Test
    void anEntryThatReplacedTheOneSeenIsLeftAlone() {
        Peer one = peer();
        Peer two = peer();
        store(one, "k", value("old"));
        FarValue seen = Objects.requireNonNull(done(two.cache().get("k")));
        store(one, "k", value("new"));

        done(two.cache().retire("k", seen, 0));
        done(two.cache().retire("k", seen, LONG_MILLIS));
        done(two.cache().retire("no such key", seen, LONG_MILLIS));

        FarValue left = Objects.requireNonNull(done(two.cache().get("k")));
        assertThat(text(left)).isEqualTo("new");
        assertThat(isSoftlyExpired(left)).isFalse();
        assertThat(read(two, "no such key")).isNull();
    }

    private static FarTags tags(Peer peer) {
        FarTags tags = peer.cache().tags();
        if (tags == null) {
            throw new AssertionError("the tier keeps no tags");
        }
        return tags;
    }

    private static Moments moments(Peer peer, String tag) {
        return moments(done(tags(peer).read(List.of(tag))), tag);
    }

    private static Moments moments(TagReading reading, String tag) {
        Moments moments = reading.tags().get(tag);
        if (moments == null) {
            throw new AssertionError("the tier did not answer for tag " + tag);
        }
        return moments;
    }
}
