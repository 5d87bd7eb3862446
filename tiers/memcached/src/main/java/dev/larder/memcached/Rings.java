package dev.larder.memcached;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where one cache's values are, and were: the ring in use, and up to {@value #MOST_PAST} of those before it. Immutable.
 *
 * <p>Each ring has a random number, which is stored with every value as its <em>stamp</em> (Memcached's client flags). A
 * value counts only while its key has had the same server ever since that ring: what a server held before it left, or before
 * its keys went to another and came back, is not seen again, since nobody invalidated it there meanwhile.
 *
 * <p>A ring has a {@link Layout}: the same servers, of which another one is out, are another ring.
 *
 * <p>While the ring is <em>warming</em>, the last one before it still answers what its new servers do not have.
 */
final class Rings {
    static final int MOST_PAST = 8;

    private static final String FIELD = "\n";
    private static final String SPACE = " ";

    /** A layout and its number. */
    private record Numbered(int number, Layout layout) {}

    private final Numbered now;
    private final List<Numbered> past;
    private final boolean warming;

    private Rings(Numbered now, List<Numbered> past, boolean warming) {
        this.now = now;
        this.past = past;
        this.warming = warming;
    }

    /** The first ring of a cache. */
    static Rings first(Layout layout) {
        return new Rings(new Numbered(ThreadLocalRandom.current().nextInt(), layout), List.of(), false);
    }

    /** {@code layout} follows on this one; {@code warming}: and is answered for by this one. */
    Rings followedBy(Layout layout, boolean isWarming) {
        List<Numbered> before = new ArrayList<>(List.of(now));
        before.addAll(past.subList(0, Math.min(past.size(), MOST_PAST - 1)));
        int number = ThreadLocalRandom.current().nextInt();
        return new Rings(new Numbered(number, layout), List.copyOf(before), isWarming);
    }

    /** The same, warming or not. */
    Rings warming(boolean is) {
        return is == warming ? this : new Rings(now, past, is);
    }

    boolean isWarming() {
        return warming;
    }

    /** The number of the ring in use. */
    int number() {
        return now.number();
    }

    Layout layout() {
        return now.layout();
    }

    /** The server of {@code key}. */
    HostAndPort owner(byte[] key) {
        return now.layout().server(key);
    }

    /** The server that answers for the owner of {@code key} while that is warming up; null where there is none. */
    @Nullable HostAndPort ownerBefore(byte[] key) {
        if (!warming || past.isEmpty()) {
            return null;
        }
        HostAndPort before = past.get(0).layout().server(key);
        return before.isSameServer(owner(key)) ? null : before;
    }

    /** Whether what the owner of {@code key} holds with {@code stamp} counts. */
    boolean holds(byte[] key, long stamp) {
        return stamp == Integer.toUnsignedLong(now.number()) || isUnmoved(key, stamp, owner(key), 0);
    }

    /** Whether what the owner before holds with {@code stamp} counts. */
    boolean heldBefore(byte[] key, long stamp) {
        return !past.isEmpty() && isUnmoved(key, stamp, past.get(0).layout().server(key), 0);
    }

    private boolean isUnmoved(byte[] key, long stamp, HostAndPort owner, int from) {
        for (Numbered each : past.subList(from, past.size())) {
            if (!each.layout().server(key).isSameServer(owner)) {
                return false;
            }
            if (stamp == Integer.toUnsignedLong(each.number())) {
                return true;
            }
        }
        return false;
    }

    /** All servers that a process needs to know. */
    List<HostAndPort> servers() {
        List<HostAndPort> all = new ArrayList<>(now.layout().servers());
        all.addAll(serversBefore());
        return all;
    }

    /** Those that answer while others warm up. */
    List<HostAndPort> serversBefore() {
        return warming && !past.isEmpty() ? past.get(0).layout().serving() : List.of();
    }

    /** As the item of this ring has it, beside the pointer. */
    byte[] bytes() {
        StringBuilder text = new StringBuilder(line(now));
        past.forEach(each -> text.append(FIELD).append(line(each)));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #bytes()} wrote; null where it is something else. */
    static @Nullable Rings of(byte[] bytes) {
        try {
            List<Numbered> all = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(Rings::numbered)
                    .toList();
            return all.isEmpty() ? null : new Rings(all.get(0), all.subList(1, all.size()), false);
        } catch (IllegalArgumentException damaged) { // whoever reads it begins anew
            return null;
        }
    }

    private static String line(Numbered ring) {
        return Integer.toHexString(ring.number()) + SPACE + ring.layout();
    }

    private static Numbered numbered(String line) {
        int space = line.indexOf(SPACE);
        if (space < 0) {
            throw new IllegalArgumentException("a ring must be a number and servers but was '" + line + "'");
        }
        int number = Integer.parseUnsignedInt(line.substring(0, space), 16);
        return new Numbered(number, Layout.of(line.substring(space + 1)));
    }

    /** Whether both are the same ring, in the same phase. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Rings rings && rings.number() == number() && rings.warming == warming;
    }

    @Override
    public int hashCode() {
        return 2 * number() + (warming ? 1 : 0);
    }

    @Override
    public String toString() {
        return line(now) + (warming ? " (warming up)" : "");
    }
}
