package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.TierUri;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys are placed where libmemcached 1.1.4 places them with KETAMA_WEIGHTED, and few move when a server joins. */
class RingTest {
    private static final int KEYS = 20_000;

    @Test
    void keysArePlacedWhereLibmemcachedPlacesThem() {
        Ring ring = new Ring(servers(5));

        assertThat(IntStream.range(0, 10).mapToObj(i -> owner(ring, "key:" + i)))
                .containsExactly(3, 4, 4, 3, 3, 1, 4, 2, 3, 3);
        assertThat(ring.points()).isEqualTo(800);
    }

    @Test
    void everyKeyIsWhereLibmemcachedItselfSaidItIs() throws IOException {
        int keys = 0;
        Ring ring = new Ring(servers(1));
        for (String line : placements()) {
            if (line.startsWith("@")) {
                ring = new Ring(MemcachedAddress.of(TierUri.parse("memcached://" + line.substring(1)))
                        .servers());
            } else if (!line.startsWith("#")) {
                int space = line.indexOf(' ');
                String key = line.substring(space + 1);
                assertThat(owner(ring, key)).as(key).isEqualTo(Integer.parseInt(line.substring(0, space)));
                keys++;
            }
        }

        assertThat(keys).isEqualTo(600);
    }

    @Test
    void weightsGiveAsManyPointsAsInLibmemcached() {
        List<HostAndPort> servers = new ArrayList<>(servers(5));
        servers.replaceAll(server -> new HostAndPort(server.host(), server.port(), 600));
        servers.set(0, new HostAndPort("10.0.1.1", 11211, 300));

        assertThat(new Ring(servers).points()).isEqualTo(792);
    }

    @Test
    void serverWithTwiceTheWeightGetsAboutTwiceTheKeys() {
        Ring ring = new Ring(List.of(
                new HostAndPort("a", 11211, 2), new HostAndPort("b", 11212, 1), new HostAndPort("c", 11213, 1)));

        long heavy = IntStream.range(0, KEYS)
                .filter(i -> owner(ring, "key:" + i) == 0)
                .count();

        assertThat(heavy / (double) KEYS).isBetween(0.42, 0.58);
    }

    @Test
    void serverThatJoinsTakesItsShareAndNothingElseMoves() {
        Ring nine = new Ring(servers(9));
        Ring ten = new Ring(servers(10));

        long moved = 0;
        for (int i = 0; i < KEYS; i++) {
            int before = owner(nine, "key:" + i);
            int after = owner(ten, "key:" + i);
            if (before != after) {
                assertThat(after).as("where a key moved to").isEqualTo(9);
                moved++;
            }
        }

        System.out.println("moved when the tenth joined: " + moved + " of " + KEYS);
        assertThat(moved / (double) KEYS).isLessThanOrEqualTo(1.15 / 10);
    }

    @Test
    void fingerprintTellsRingsApartAndNotTheirOrder() {
        List<HostAndPort> turned = new ArrayList<>(servers(3));
        java.util.Collections.reverse(turned);

        assertThat(new Ring(turned).fingerprint()).isEqualTo(new Ring(servers(3)).fingerprint());
        assertThat(new Ring(servers(2)).fingerprint()).isNotEqualTo(new Ring(servers(3)).fingerprint());
    }

    private static List<String> placements() throws IOException {
        try (InputStream file = RingTest.class.getResourceAsStream("libmemcached-1.1.4-placement.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static List<HostAndPort> servers(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new HostAndPort("10.0.1." + i, 11211, 1))
                .toList();
    }

    private static int owner(Ring ring, String key) {
        return ring.owner(key.getBytes(StandardCharsets.UTF_8));
    }
}
