package dev.larder.memcached;

import static dev.larder.memcached.Peers.LONG_MILLIS;
import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static dev.larder.memcached.Peers.lease;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.TierException;
import dev.larder.memcached.Peers.Peer;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values larger than an item, in parts, on a real server with items of 1 MiB. */
class LargeValuesTest {
    private static final Pattern PART = Pattern.compile("key=(\\S+%3Ap%3A\\S+|\\S+:p:\\S+)");

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

    @Test
    void fiveMegabytesComeBackAsTheyWere() {
        String large = large("a", 5 << 20);
        store(one, "k", large);

        assertThat(read(two, "k")).isEqualTo(large);
        assertThat(done(two.cache().getAll(List.of("k", "none")))).containsOnlyKeys("k");
        Acquired acquired = acquire(two, "k");
        assertThat(acquired).isInstanceOf(Acquired.Hit.class);
        assertThat(Peers.text(Objects.requireNonNull(acquired.found()))).isEqualTo(large);
        assertThat(Objects.requireNonNull(acquired.found()).leftMillis()).isBetween(1L, LONG_MILLIS);
    }

    @Test
    void valueThatJustFitsIsOneItemAndTheNextLargerOneIsNot() {
        int header = value("").bytes().length;
        store(one, "fits", "x".repeat((1 << 20) - 512 - header));
        assertThat(parts()).isEmpty();

        store(one, "k", "x".repeat((1 << 20) - 511 - header));
        assertThat(parts()).hasSize(3);
        assertThat(read(two, "k")).hasSize((1 << 20) - 511 - header);
    }

    @Test
    void partThatIsLostMakesTheValueAMissAndTheNextLoadStores() {
        store(one, "k", large("a", 5 << 20));
        server.ask("md " + parts().get(4) + "\r\n", "HD");

        assertThat(read(two, "k")).isNull();
        assertThat(done(two.cache().getAll(List.of("k")))).isEmpty();
        String again = lease(two, "k", LONG_MILLIS);
        assertThat(done(two.cache().renew("k", again, LONG_MILLIS))).isTrue();
        assertThat(done(two.cache().fill("k", again, value(large("b", 2 << 20)))))
                .isTrue();
        assertThat(read(one, "k")).isEqualTo(large("b", 2 << 20));
    }

    @Test
    void partThatWasTamperedWithMakesTheValueAMiss() {
        store(one, "k", large("a", 2 << 20));
        server.ask("ms " + parts().get(0) + " 1 MP\r\nx\r\n", "HD");
        assertThat(read(two, "k")).isNull();

        List<String> before = parts();
        store(one, "l", large("a", 2 << 20));
        List<String> added = new ArrayList<>(parts());
        added.removeAll(before);
        String last = added.get(added.size() - 1);
        int length = value(large("a", 2 << 20)).bytes().length % ((1 << 19) - 512);
        server.ask("ms " + last + " " + length + "\r\n" + "y".repeat(length) + "\r\n", "HD");
        assertThat(read(two, "l")).isNull();
    }

    @Test
    void invalidationOfTheHeadIsEnough() {
        store(one, "k", large("a", 5 << 20));
        String stale = lease(two, "l", LONG_MILLIS);

        done(two.cache().invalidate(List.of("k", "l")));

        assertThat(read(one, "k")).isNull();
        assertThat(done(two.cache().fill("l", stale, value(large("old", 3 << 20)))))
                .isFalse();
        assertThat(read(one, "l")).isNull();
    }

    @Test
    void fillsThatRaceNeverMix() {
        for (int round = 0; round < 10; round++) {
            String key = "k" + round;
            String first = lease(one, key, LONG_MILLIS);
            done(two.cache().beginWrite(key, "w" + round, LONG_MILLIS));
            var slow = one.cache().fill(key, first, value(large("old", 3 << 20)));
            var quick = two.cache().commitWrite(key, "w" + round, value(large("new", 3 << 20)));

            assertThat(done(slow)).isFalse();
            assertThat(done(quick)).isTrue();
            assertThat(read(one, key)).isEqualTo(large("new", 3 << 20));
        }
    }

    @Test
    void largeValueExpiresSoftlyAndIsRetired() {
        store(one, "k", large("a", 2 << 20));
        done(one.cache().expire("k", LONG_MILLIS));
        Acquired acquired = acquire(two, "k");
        assertThat(acquired).isInstanceOf(Acquired.Won.class);
        FarValue stale = Objects.requireNonNull(acquired.found());
        assertThat(Peers.text(stale)).isEqualTo(large("a", 2 << 20));
        assertThat((char) stale.bytes()[0]).isEqualTo('S');

        done(one.cache().retire("k", value("another"), 0));
        assertThat(read(one, "k")).isNotNull();
        done(one.cache().retire("k", stale, 0));
        assertThat(read(one, "k")).isNull();
    }

    @Test
    void rebuildStoresLargeRows() {
        FarRebuild rebuild = done(one.cache().rebuild());
        assertThat(done(rebuild.write(
                        Map.of("k", value(large("a", 3 << 20)), "too large", value("x".repeat(17 << 20))))))
                .isOne();
        assertThat(done(rebuild.commit())).isTrue();

        assertThat(read(two, "k")).isEqualTo(large("a", 3 << 20));
        assertThat(read(two, "too large")).isNull();
    }

    @Test
    void valueLargerThanTheLimitIsRefusedAndTheLeaseIsFree() {
        String token = lease(one, "k", LONG_MILLIS);

        assertThat(failure(one.cache().fill("k", token, value("x".repeat(17 << 20)))))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("split-up-to");

        assertThat(parts()).isEmpty();
        assertThat(acquire(two, "k")).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void smallerItemsAreHeeded() {
        try (MemcachedServer small = MemcachedServer.start("-I", "512k")) {
            var tier = peers.tier(small.uri() + "?item-size=512KiB&split-up-to=1MiB");
            Peer peer = new Peer(tier, peers.cache(tier, "things", new CopyOnWriteArrayList<>()), List.of());

            store(peer, "k".repeat(400), large("a", 900_000));

            assertThat(read(peer, "k".repeat(400))).isEqualTo(large("a", 900_000));
        }
    }

    private List<String> parts() {
        String dump = server.ask("lru_crawler metadump all\r\n", "END");
        Matcher keys = PART.matcher(dump);
        return keys.results()
                .map(found -> found.group(1).replace("%3A", ":"))
                .sorted()
                .toList();
    }

    private static String large(String text, int length) {
        return text.repeat(length / text.length() + 1).substring(0, length);
    }

    private static Acquired acquire(Peer peer, String key) {
        return done(peer.cache().acquire(key, new LeaseRequest(Tokens.next(), LONG_MILLIS, 0)));
    }
}
