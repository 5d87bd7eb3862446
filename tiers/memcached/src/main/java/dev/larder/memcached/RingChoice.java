package dev.larder.memcached;

import dev.larder.memcached.ServerList.Wish;
import org.jspecify.annotations.Nullable;

/**
 * Which ring is to follow on the one that a cache's pointer names, if any, as this process sees it. Thread-safe.
 *
 * <p>Each {@linkplain ServerList#wish() wish} is put into the pointer once; then whoever comes with another one is followed.
 */
final class RingChoice {
    private static final long NONE = -1;

    private final Servers servers;

    /** The last wish that the pointer once had. */
    private volatile long had = NONE;

    RingChoice(Servers servers) {
        this.servers = servers;
    }

    /** What is to follow on {@code now}; null where it may stay. */
    @Nullable Rings wanted(Rings now) {
        Wish wish = servers.wish();
        if (had == wish.number()) {
            return null;
        }
        if (isIn(now, wish)) {
            had = wish.number();
            return null;
        }
        return now.followedBy(wish.ring(), isWarm(now, wish.ring()));
    }

    /** The pointer has taken {@code rings}. */
    void taken(Rings rings) {
        Wish wish = servers.wish();
        if (isIn(rings, wish)) {
            had = wish.number();
        }
    }

    private static boolean isIn(Rings rings, Wish wish) {
        return rings.ring().fingerprint().equals(wish.ring().fingerprint());
    }

    /** Those before are needed while a ring warms up, so it does not where one of those that leave is away. */
    private boolean isWarm(Rings now, Ring next) {
        return servers.warmUpNanos() > 0
                && now.ring().servers().stream()
                        .filter(server -> next.servers().stream().noneMatch(server::isSameServer))
                        .allMatch(server -> servers.link(server).ready() != null);
    }
}
