package dev.larder.benchmarks.ring;

import dev.larder.memcached.HostAndPort;
import dev.larder.memcached.Ring;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one server's joining did to the places of keys. Immutable.
 *
 * @param servers how many there are with the new one
 * @param moved keys that changed their server, as a share of all
 * @param strays keys that moved from one old server to another
 * @param fullest keys of the fullest server after it, as a multiple of the mean
 */
record Join(int servers, double moved, long strays, double fullest) {
    private static final int PORT = 11_211;

    /** Places {@code keys} keys on {@code servers - 1} servers and on {@code servers}; other addresses in each round. */
    static Join of(int servers, int keys, int round) {
        List<HostAndPort> all = IntStream.range(0, servers)
                .mapToObj(server -> new HostAndPort("10." + servers + "." + round + "." + (server + 1), PORT, 1))
                .toList();
        Ring before = new Ring(all.subList(0, servers - 1));
        Ring after = new Ring(all);
        long moved = 0;
        long strays = 0;
        long[] held = new long[servers];
        for (int i = 0; i < keys; i++) {
            byte[] key = ("larder:products:v:" + i).getBytes(StandardCharsets.UTF_8);
            int from = before.owner(key);
            int to = after.owner(key);
            held[to]++;
            if (from != to) {
                moved++;
                strays += to == servers - 1 ? 0 : 1;
            }
        }
        double fullest = Arrays.stream(held).max().orElse(0) * (double) servers / keys;
        return new Join(servers, (double) moved / keys, strays, fullest);
    }

    /** The share that a new server must take if all hold the same. */
    double ideal() {
        return 1.0 / servers;
    }

    double timesIdeal() {
        return moved / ideal();
    }
}
