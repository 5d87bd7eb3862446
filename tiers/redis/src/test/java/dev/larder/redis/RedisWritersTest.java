package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.Seed;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Two writers of one key, in every order of their steps. */
class RedisWritersTest {
    private static final int STEPS = 3;
    private static final int ROUNDS = 4;
    private static final int NOTHING = 5;

    /** One writer: begins, commits to the database, commits to the tier. */
    private static final class Writing {
        final Peer peer;
        final String name;
        final String token = Tokens.next();
        int next;

        Writing(Peer peer, String name) {
            this.peer = peer;
            this.name = name;
        }

        /** Takes the next step; what the database holds after it. */
        String step(String key, String database) {
            return switch (next++) {
                case 0 -> {
                    done(peer.cache().beginWrite(key, token, 60_000));
                    yield database;
                }
                case 1 -> name;
                default -> {
                    done(peer.cache().commitWrite(key, token, value(name)));
                    yield database;
                }
            };
        }
    }

    @Test
    void scenario9AfterEveryInterleavingTheLastCommitIsThereOrNothing() {
        Seed seed = Seed.of("scenario9AfterEveryInterleavingTheLastCommitIsThereOrNothing");
        RandomGenerator random = seed.generator(0);
        int kept = 0;
        try (RedisServer server = RedisServer.start();
                Peers peers = new Peers()) {
            Peer one = peers.peer(server.port());
            Peer two = peers.peer(server.port());
            for (String order : interleavings("", 0, 0)) {
                for (int round = 0; round < ROUNDS; round++) {
                    String key = order + round;
                    String database = "before";
                    Writing[] writers = {new Writing(one, "one"), new Writing(two, "two")};
                    for (int step = 0; step < order.length(); step++) {
                        disturb(round == 0 ? NOTHING : random.nextInt(NOTHING + 1), server, one, key);
                        database = writers[order.charAt(step) - 'a'].step(key, database);
                    }
                    assertThat(read(one, key)).as("%s, %s", seed, key).isIn(null, database);
                    kept += read(one, key) == null ? 0 : 1;
                }
            }
        }
        assertThat(kept).isPositive();
    }

    /** Evicts the value or the lease, as a server short of memory may, or lets the lease be lost to a reader. */
    private static void disturb(int kind, RedisServer server, Peer peer, String key) {
        if (kind <= 1) {
            String pattern = (kind == 0 ? "*:v:" : "*:l:") + key;
            server.cli(
                    "EVAL", "for _,k in ipairs(redis.call('KEYS',ARGV[1])) do redis.call('DEL',k) end", "0", pattern);
        } else if (kind == 2) {
            done(peer.cache().invalidate(List.of(key)));
        }
    }

    private static List<String> interleavings(String begun, int ofOne, int ofTwo) {
        List<String> all = new ArrayList<>();
        if (ofOne == STEPS && ofTwo == STEPS) {
            all.add(begun);
        }
        if (ofOne < STEPS) {
            all.addAll(interleavings(begun + 'a', ofOne + 1, ofTwo));
        }
        if (ofTwo < STEPS) {
            all.addAll(interleavings(begun + 'b', ofOne, ofTwo + 1));
        }
        return all;
    }
}
