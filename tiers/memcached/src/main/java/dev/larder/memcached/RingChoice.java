package dev.larder.memcached;

import dev.larder.memcached.AddressOptions.OnFailure;
import dev.larder.memcached.ServerList.Wish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which layout is to follow on the one that a cache's pointer names, if any, as this process sees it. Thread-safe.
 *
 * <p>Each {@linkplain ServerList#wish() wish} is put into the pointer once; then whoever comes with another one is followed.
 * A server that is away goes {@linkplain Layout#out() out}, where the URI says so, and whoever reaches it again for a while
 * takes it in. So what happens to the keys of a server that is away is a change of the ring like any other, with the same
 * proof that nothing old is read.
 *
 * <p>Whoever cannot reach more than a third of the servers takes it for trouble of his own, and puts none of them out.
 */
final class RingChoice {
    private static final long NONE = -1;
    private static final int MOST_OUT = 3;

    private final Servers servers;

    /** The last wish that the pointer once had. */
    private volatile long had = NONE;

    RingChoice(Servers servers) {
        this.servers = servers;
    }

    /** What is to follow on {@code now}, which this process has known for {@code knownNanos}; null where it may stay. */
    @Nullable Rings wanted(Rings now, long knownNanos) {
        Layout present = now.layout();
        Wish wish = servers.wish();
        boolean isWished = had == wish.number() || present.isOfSameServers(wish.layout());
        if (isWished) {
            had = wish.number();
        }
        Layout base = isWished ? present : wish.layout();
        List<HostAndPort> kept = stillOut(present, base, knownNanos);
        List<HostAndPort> lost = lost(base, kept);
        Layout next = base.without(concat(kept, lost));
        if (isWished && next.isOutAlike(present)) {
            return null;
        }
        return now.followedBy(next, lost.isEmpty() && isWarm(present, next));
    }

    /** The pointer has taken {@code rings}. */
    void taken(Rings rings) {
        Wish wish = servers.wish();
        if (rings.layout().isOfSameServers(wish.layout())) {
            had = wish.number();
        }
    }

    /** Of those that are out, the ones that were not reached all the time since that was known, or not for long enough. */
    private List<HostAndPort> stillOut(Layout present, Layout base, long knownNanos) {
        return present.out().stream()
                .filter(server -> base.ring().servers().stream().anyMatch(server::isSameServer))
                .filter(server -> Math.min(knownNanos, servers.link(server).readyNanos()) < servers.backNanos())
                .toList();
    }

    /** Those that go out now. */
    private List<HostAndPort> lost(Layout base, List<HostAndPort> out) {
        if (servers.onFailure() == OnFailure.MISS) {
            return List.of();
        }
        List<HostAndPort> in = Layout.minus(base.ring().servers(), out);
        List<HostAndPort> away = in.stream()
                .filter(server -> servers.link(server).awayNanos() >= servers.outNanos())
                .toList();
        int most = Math.max(1, base.ring().servers().size() / MOST_OUT);
        boolean isSomebodyLeft = away.size() < in.size() || !base.gutter().isEmpty();
        return away.size() + out.size() <= most && isSomebodyLeft ? away : List.of();
    }

    /** Those before are needed while a ring warms up, so it does not where one that has keys no more is away. */
    private boolean isWarm(Layout present, Layout next) {
        return servers.warmUpNanos() > 0
                && Layout.minus(present.serving(), next.serving()).stream()
                        .allMatch(server -> servers.link(server).ready() != null);
    }

    private static List<HostAndPort> concat(List<HostAndPort> some, List<HostAndPort> others) {
        List<HostAndPort> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
