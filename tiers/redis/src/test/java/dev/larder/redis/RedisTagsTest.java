package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.bus.TagChange.Kind;
import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import dev.larder.tier.FarTags;
import dev.larder.tier.TagReading;
import dev.larder.tier.TagReading.Moments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of tags when Redis loses a part of what it knows of them. */
class RedisTagsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String CONTROLS = "{test:things}:";

    private final List<Larder> larders = new ArrayList<>();
    private final RedisServer server = RedisServer.start();
    private final Peers peers = new Peers();

    @AfterEach
    void stop() {
        larders.forEach(Larder::close);
        peers.close();
        server.close();
    }

    private static FarTags tags(Peer peer) {
        return Objects.requireNonNull(peer.cache().tags());
    }

    private static Moments moments(Peer peer, String tag) {
        return Objects.requireNonNull(done(tags(peer).read(List.of(tag))).tags().get(tag));
    }

    private long remove(Peer peer, String tag) {
        return done(tags(peer).change(tag, Kind.REMOVED));
    }

    @Test
    void lostRecordIsMadeAnewFromTheListOfTheLastChanges() {
        Peer peer = peers.peer(server.port());
        long at = remove(peer, "t");
        remove(peer, "u");
        server.cli("DEL", CONTROLS + "t:t", CONTROLS + "t:v");

        assertThat(moments(peer, "t").removedAt()).isEqualTo(at);
        assertThat(moments(peer, "v").removedAt()).isEqualTo(at - 1);
    }

    @Test
    void lostRecordOfATagThatTheListNamesNoMoreMayHaveBeenRemovedBeforeTheList() {
        Peer peer = peers.peer(server.port());
        long at = remove(peer, "t");
        long last = at;
        for (int i = 0; i < 600; i++) {
            last = remove(peer, "u" + i % 7);
        }
        server.cli("DEL", CONTROLS + "t:t");

        assertThat(moments(peer, "t").removedAt()).isEqualTo(last - 512).isGreaterThan(at);
        assertThat(server.cli("LLEN", CONTROLS + "tl").strip()).isEqualTo("512");
    }

    @Test
    void withoutTheListEveryLostRecordCountsAsRemovedNow() {
        Peer peer = peers.peer(server.port());
        remove(peer, "t");
        long last = remove(peer, "u");
        server.cli("DEL", CONTROLS + "t:t", CONTROLS + "tl");

        assertThat(moments(peer, "t").removedAt()).isEqualTo(last);
        long next = remove(peer, "u");
        assertThat(moments(peer, "v").removedAt()).isEqualTo(next - 1);
    }

    @Test
    void lostClockBeginsAnEpochInWhichNothingIsKnown() {
        Peer peer = peers.peer(server.port());
        long before = remove(peer, "t");
        server.cli("DEL", CONTROLS + "tc");

        long after = done(tags(peer).now());

        assertThat(TagReading.isSameEpoch(before, after)).isFalse();
        assertThat(moments(peer, "t")).isEqualTo(new Moments(after, 0, 0));
        assertThat(done(tags(peer).change("t", Kind.STALE))).isEqualTo(after + 1);
    }

    @Test
    void clockThatIsNoneIsALostOne() {
        Peer peer = peers.peer(server.port());
        server.cli("SET", CONTROLS + "tc", "nonsense");

        assertThat(done(tags(peer).now())).isPositive();
        assertThat(done(tags(peer).now())).isEqualTo(done(tags(peer).now()));
    }

    @Test
    void epochEndsWhenItsCountDoes() {
        Peer peer = peers.peer(server.port());
        remove(peer, "t");
        server.cli("SET", CONTROLS + "tc", "00000007ffffffff");

        long after = remove(peer, "t");

        assertThat(TagReading.isSameEpoch(after, 7L << TagReading.COUNT_BITS)).isFalse();
        assertThat(after & 0xFFFFFFFFL).isEqualTo(1);
        assertThat(moments(peer, "t").removedAt()).isEqualTo(after);
    }

    @Test
    void recordsAndTheirListAreBounded() {
        Peer peer = peers.peer(server.port());
        remove(peer, "t");
        moments(peer, "u");

        for (String tag : List.of("t", "u")) {
            assertThat(Long.parseLong(server.cli("TTL", CONTROLS + "t:" + tag).strip()))
                    .isBetween(30L * 24 * 3600, 31L * 24 * 3600);
        }
    }

    @Test
    void serverThatComesBackOlderBeginsANewEpoch() {
        Peer peer = peers.peer(server.port());
        Peer other = peers.peer(server.port());
        long before = remove(peer, "t");
        server.cli("SAVE");
        remove(peer, "t");

        server.kill();
        server.startAgain();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                TagReading.isSameEpoch(before, done(tags(peer).now())))
                        .isFalse());
        assertThat(done(tags(other).now())).isEqualTo(done(tags(peer).now()));
    }

    @Test
    void noReadThatBeginsAfterARemovalGivesWhatWasReadBefore() {
        Seed seed = Seed.of("noReadThatBeginsAfterARemovalGivesWhatWasReadBefore");
        AtomicLong committed = new AtomicLong();
        AtomicLong acked = new AtomicLong();
        List<Cache<Integer, Long>> caches = List.of(cache(committed), cache(committed));

        Threads.run(4, thread -> {
            RandomGenerator random = seed.generator(thread);
            Cache<Integer, Long> mine = caches.get(0);
            for (int i = 0; i < 600; i++) {
                int key = random.nextInt(3);
                if (thread == 0) {
                    long version = committed.incrementAndGet();
                    mine.removeTag("all");
                    acked.set(version);
                } else if (thread == 3) {
                    caches.get(1).get(key); // fills the far tier, and takes leases
                } else {
                    long atLeast = acked.get();
                    assertThat(mine.get(key)).as("%s", seed).isGreaterThanOrEqualTo(atLeast);
                }
            }
        });

        for (int key = 0; key < 3; key++) {
            int asked = key;
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(caches.get(1).get(asked)).isEqualTo(committed.get()));
        }
    }

    private Cache<Integer, Long> cache(AtomicLong committed) {
        Larder larder = Larder.open("memory:1MiB", server.uri());
        larders.add(larder);
        return larder.cache("versions", Integer.class, Long.class)
                .tags((key, version) -> List.of("all", "of-" + key))
                .loader(key -> {
                    long version = committed.get();
                    Threads.letOthersRun();
                    return version;
                })
                .build();
    }
}
