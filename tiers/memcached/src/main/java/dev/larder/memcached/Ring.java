package dev.larder.memcached;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which server a key belongs to: consistent hashing, placed exactly as libmemcached's {@code KETAMA_WEIGHTED} does, so
 * that its tools find what is stored here. A server that joins takes its share from all others, and no key moves between
 * those. Immutable; pure.
 *
 * <p>Each server has points on a circle of 32-bit numbers, 160 where all weigh the same: the four little-endian words of
 * {@code md5(name-i)}. A key belongs to the first point at or after the first word of its own MD5. The arithmetic on weights
 * is in {@code float}, as there, since its rounding decides on the number of points. Public to be measured.
 */
public final class Ring {
    private static final int POINTS = 160;
    private static final int POINTS_PER_DIGEST = 4;
    private static final float NEVER_JUST_BELOW = 1e-10F;

    private final long[] points;
    private final int[] owners;
    private final String fingerprint;
    private final List<HostAndPort> servers;

    /** The ring of {@code servers}, of which there is one at least. */
    public Ring(List<HostAndPort> servers) {
        this.servers = List.copyOf(servers);
        Map<Long, Integer> circle = new TreeMap<>();
        int total = servers.stream().mapToInt(HostAndPort::weight).sum();
        for (int server = 0; server < servers.size(); server++) {
            HostAndPort each = servers.get(server);
            int digests = digests(each.weight(), total, servers.size());
            for (int i = 0; i < digests; i++) {
                ByteBuffer words = md5((each.ringName() + "-" + i).getBytes(StandardCharsets.UTF_8));
                for (int word = 0; word < POINTS_PER_DIGEST; word++) {
                    circle.putIfAbsent(Integer.toUnsignedLong(words.getInt()), server);
                }
            }
        }
        String names = servers.stream()
                .map(server -> server.ringName() + "*" + server.weight())
                .sorted()
                .collect(Collectors.joining(","));
        this.fingerprint = HexFormat.of()
                .toHexDigits(md5(names.getBytes(StandardCharsets.UTF_8)).getLong());
        this.points = new long[circle.size()];
        this.owners = new int[circle.size()];
        int next = 0;
        for (Map.Entry<Long, Integer> point : circle.entrySet()) {
            points[next] = point.getKey();
            owners[next++] = point.getValue();
        }
    }

    /** The index of the server that {@code key} belongs to. */
    public int owner(byte[] key) {
        if (servers.size() == 1) {
            return 0;
        }
        long hash = Integer.toUnsignedLong(md5(key).getInt());
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points[middle] < hash) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return owners[low == points.length ? 0 : low];
    }

    /** The server that {@code key} belongs to. */
    HostAndPort server(byte[] key) {
        return servers.get(owner(key));
    }

    List<HostAndPort> servers() {
        return servers;
    }

    /** What tells it from rings of other servers or weights, whatever their order. */
    String fingerprint() {
        return fingerprint;
    }

    int points() {
        return points.length;
    }

    private static int digests(int weight, int total, int servers) {
        float share = (float) weight / (float) total;
        return (int) Math.floor(share * POINTS / POINTS_PER_DIGEST * servers + NEVER_JUST_BELOW);
    }

    private static ByteBuffer md5(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(bytes))
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without MD5", e);
        }
    }
}
