package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Claims about races, with threads in several processes. Where an origin takes part it is a counter per key: a writer
 * raises it, invalidates, and only then raises {@code acked} to what it wrote; a reader that saw {@code acked} before it
 * began must not be given less.
 */
abstract class TierRaceClaims extends TierRebuildClaims {
    private static final int THREADS = 6;
    private static final int KEYS = 3;

    /** The origin of the races and what its readers may demand. */
    private static final class Versions {
        final AtomicLongArray committed = new AtomicLongArray(KEYS);
        final AtomicLongArray acked = new AtomicLongArray(KEYS);

        FarValue read(int key) {
            return value(Long.toString(committed.get(key)));
        }
    }

    @Test
    void ofManyWhoWantALeaseOneGetsIt() {
        List<Peer> peers = List.of(peer(), peer(), peer());

        for (int round = 0; round < rounds(); round++) {
            String key = "k" + round;
            List<Acquired> answers =
                    Threads.race(THREADS, number -> acquire(peers.get(number % 3), key, token(), LONG_MILLIS, 0));

            assertThat(answers).filteredOn(Acquired.Won.class::isInstance).hasSize(1);
            assertThat(answers).filteredOn(Acquired.Lost.class::isInstance).hasSize(THREADS - 1);
        }
    }

    @Test
    void noReadIsOlderThanAnInvalidationThatReturnedBefore() {
        List<Peer> peers = List.of(peer(), peer(), peer());
        Versions origin = new Versions();
        Seed seed = Seed.of("noReadIsOlderThanAnInvalidationThatReturnedBefore");
        int steps = rounds() * 5;

        Threads.run(THREADS, number -> {
            RandomGenerator random = seed.generator(number);
            Peer peer = peers.get(number % 3);
            for (int i = 0; i < steps; i++) {
                int key = random.nextInt(KEYS);
                if (number == 0 || random.nextInt(8) == 0) {
                    change(peer, origin, key);
                } else {
                    readOrLoad(peer, origin, key, seed);
                }
            }
        });
    }

    @Test
    void afterAllWritersReturnedTheLastCommitIsThereOrNothing() {
        List<Peer> peers = List.of(peer(), peer());
        Seed seed = Seed.of("afterAllWritersReturnedTheLastCommitIsThereOrNothing");
        AtomicLong committed = new AtomicLong();

        for (int round = 0; round < rounds(); round++) {
            int roundNumber = round;
            Threads.run(3, number -> {
                RandomGenerator random = seed.generator(roundNumber * 3 + number);
                if (number == 2) {
                    disturb(peers.get(random.nextInt(2)), committed, random);
                } else {
                    write(peers.get(number), committed);
                }
            });

            String last = read(peers.get(0), "k");
            assertThat(last).as("%s, round %d", seed, round).isIn(null, Long.toString(committed.get()));
        }
        store(peers.get(1), "k", value("quiet"));
        assertThat(read(peers.get(0), "k")).isEqualTo("quiet");
    }

    @Test
    void readersOfARebuildSeeNoGapAndNothingOlderThanAnInvalidation() {
        List<Peer> peers = List.of(peer(), peer(), peer());
        Versions origin = new Versions();
        Seed seed = Seed.of("readersOfARebuildSeeNoGapAndNothingOlderThanAnInvalidation");
        store(peers.get(0), "untouched", value("v"));
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(THREADS, number -> {
            RandomGenerator random = seed.generator(number);
            Peer peer = peers.get(number % 3);
            if (number == 0) {
                for (int i = 0; i < Math.max(2, rounds() / 25); i++) {
                    rebuildFrom(peer, origin);
                }
                over.set(true);
            }
            while (!over.get()) {
                int key = random.nextInt(KEYS);
                if (number == 1) {
                    change(peer, origin, key);
                } else {
                    readOrLoad(peer, origin, key, seed);
                    assertThat(read(peer, "untouched"))
                            .as("a key nobody changed")
                            .isEqualTo("v");
                }
            }
        });
    }

    @Test
    void nothingLoadedBeforeAClearIsReadAfterIt() {
        List<Peer> peers = List.of(peer(), peer(), peer());
        Versions origin = new Versions();
        Seed seed = Seed.of("nothingLoadedBeforeAClearIsReadAfterIt");
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(THREADS, number -> {
            RandomGenerator random = seed.generator(number);
            Peer peer = peers.get(number % 3);
            for (int i = 0; number == 0 && i < rounds(); i++) {
                int key = random.nextInt(KEYS);
                long version = origin.committed.incrementAndGet(key);
                done(peer.cache().clear());
                origin.acked.set(key, version);
            }
            if (number == 0) {
                over.set(true);
            }
            while (!over.get()) {
                readOrLoad(peer, origin, random.nextInt(KEYS), seed);
            }
        });
    }

    private static void change(Peer peer, Versions origin, int key) {
        long version = origin.committed.incrementAndGet(key);
        done(peer.cache().invalidate(List.of("k" + key)));
        origin.acked.accumulateAndGet(key, version, Math::max);
    }

    private static void readOrLoad(Peer peer, Versions origin, int key, Seed seed) {
        long atLeast = origin.acked.get(key);
        String token = token();
        Acquired answer = acquire(peer, "k" + key, token, LONG_MILLIS, 0);
        if (answer instanceof Acquired.Hit hit) {
            requireAtLeast(atLeast, text(hit.value()), seed);
        } else if (answer instanceof Acquired.Won) {
            FarValue loaded = origin.read(key);
            Threads.letOthersRun();
            done(peer.cache().fill("k" + key, token, loaded));
        } else {
            FarValue value = done(peer.cache().get("k" + key));
            requireAtLeast(atLeast, text(value), seed);
        }
    }

    private static void requireAtLeast(long atLeast, @Nullable String text, Seed seed) {
        if (text != null) {
            assertThat(Long.parseLong(text)).as("version read, %s", seed).isGreaterThanOrEqualTo(atLeast);
        }
    }

    private static void write(Peer peer, AtomicLong origin) {
        String token = token();
        done(peer.cache().beginWrite("k", token, LONG_MILLIS));
        long version = origin.incrementAndGet();
        Threads.letOthersRun();
        done(peer.cache().commitWrite("k", token, value(Long.toString(version))));
    }

    /** Loads the key, or drops it as a server short of memory may, while writers are at it. */
    private static void disturb(Peer peer, AtomicLong origin, RandomGenerator random) {
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                done(peer.cache().invalidate(List.of("k")));
                continue;
            }
            String token = token();
            if (acquire(peer, "k", token, LONG_MILLIS, 0) instanceof Acquired.Won) {
                FarValue loaded = value(Long.toString(origin.get()));
                Threads.letOthersRun();
                done(peer.cache().fill("k", token, loaded));
            }
        }
    }

    private static void rebuildFrom(Peer peer, Versions origin) {
        FarRebuild rebuild = done(peer.cache().rebuild());
        Map<String, FarValue> rows = new HashMap<>();
        rows.put("untouched", value("v"));
        for (int key = 0; key < KEYS; key++) {
            rows.put("k" + key, origin.read(key));
        }
        Threads.letOthersRun();
        done(rebuild.write(rows));
        assertThat(done(rebuild.commit())).isTrue();
    }
}
