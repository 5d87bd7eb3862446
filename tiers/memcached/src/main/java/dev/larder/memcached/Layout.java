package dev.larder.memcached;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which server each key has: that of the ring, or, where that one is <em>out</em>, one that stands in for it: a server of the
 * gutter, or, where there is no gutter, of the rest of the ring. The other keys stay where they are. Immutable; pure.
 */
final class Layout {
    /** How long a value lives in the gutter, at most: that is small, and wanted for the time of an outage. */
    static final int GUTTER_SECONDS = 60;

    private static final String NONE = "-";
    private static final String SPACE = " ";
    private static final int FIELDS = 3;

    private final Ring ring;
    private final List<HostAndPort> gutter;
    private final List<HostAndPort> out;
    private final @Nullable Ring standingIn;

    private Layout(Ring ring, List<HostAndPort> gutter, List<HostAndPort> out) {
        this.ring = ring;
        this.gutter = List.copyOf(gutter);
        this.out = List.copyOf(out);
        List<HostAndPort> others = gutter.isEmpty() ? minus(ring.servers(), out) : gutter;
        this.standingIn = out.isEmpty() || others.isEmpty() ? null : new Ring(others);
    }

    /** All of {@code ring} are in. */
    static Layout of(Ring ring, List<HostAndPort> gutter) {
        return new Layout(ring, gutter, List.of());
    }

    /** The same servers, of which {@code now} are out. */
    Layout without(List<HostAndPort> now) {
        return new Layout(ring, gutter, now);
    }

    /** The server of {@code key}. */
    HostAndPort server(byte[] key) {
        HostAndPort own = ring.server(key);
        return standingIn != null && isIn(out, own) ? standingIn.server(key) : own;
    }

    /** How long {@code key} may be kept on its server; 0 for no limit. */
    int mostSeconds(byte[] key) {
        return standingIn != null && !gutter.isEmpty() && isIn(out, ring.server(key)) ? GUTTER_SECONDS : 0;
    }

    /** The ring, those included that are out. */
    Ring ring() {
        return ring;
    }

    List<HostAndPort> out() {
        return out;
    }

    List<HostAndPort> gutter() {
        return gutter;
    }

    /** Those that may have keys now. */
    List<HostAndPort> serving() {
        List<HostAndPort> all = new ArrayList<>(minus(ring.servers(), out));
        all.addAll(out.isEmpty() ? List.of() : gutter);
        return all;
    }

    /** Those that have keys now, or may have some later. */
    List<HostAndPort> servers() {
        List<HostAndPort> all = new ArrayList<>(ring.servers());
        all.addAll(gutter);
        return all;
    }

    /** Whether both have the same servers and the same gutter, whoever is out. */
    boolean isOfSameServers(Layout other) {
        return ring.fingerprint().equals(other.ring.fingerprint())
                && gutter.size() == other.gutter.size()
                && minus(gutter, other.gutter).isEmpty();
    }

    /** Whether the same are out. */
    boolean isOutAlike(Layout other) {
        return out.size() == other.out.size() && minus(out, other.out).isEmpty();
    }

    /** {@code all} without {@code some}. */
    static List<HostAndPort> minus(List<HostAndPort> all, List<HostAndPort> some) {
        return all.stream().filter(server -> !isIn(some, server)).toList();
    }

    private static boolean isIn(List<HostAndPort> servers, HostAndPort server) {
        return servers.stream().anyMatch(server::isSameServer);
    }

    /** What {@link #of(String)} reads: servers, gutter, and who is out. */
    @Override
    public String toString() {
        return text(ring.servers()) + SPACE + text(gutter) + SPACE + text(out);
    }

    /** Reads what {@link #toString()} wrote; fails with an {@link IllegalArgumentException} where it is something else. */
    static Layout of(String text) {
        String[] fields = text.split(SPACE, -1);
        if (fields.length != FIELDS || fields[0].equals(NONE)) {
            throw new IllegalArgumentException("a ring must be servers, gutter and who is out but was '" + text + "'");
        }
        return new Layout(new Ring(list(fields[0])), list(fields[1]), list(fields[2]));
    }

    private static List<HostAndPort> list(String text) {
        return text.equals(NONE) ? List.of() : HostAndPort.list(text);
    }

    private static String text(List<HostAndPort> servers) {
        return servers.isEmpty()
                ? NONE
                : servers.stream().map(HostAndPort::full).collect(Collectors.joining(","));
    }
}
