package dev.larder.redis;

import dev.larder.tier.TierUri;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how to get in. Immutable; never prints a password. {@link AddressReader} reads it from a URI.
 *
 * @param endpoints the server, or those to ask for it: sentinels, or some nodes of a cluster; none for a socket
 * @param path the socket's file, or the name by which sentinels know the master; empty else
 */
record RedisAddress(
        Kind kind, List<Endpoint> endpoints, String path, int database, AddressLogin login, AddressOptions options) {
    /** What there is at the address. */
    enum Kind {
        SERVER("redis", "rediss", 6379),
        SOCKET("redis-socket", null, 0),
        SENTINEL("redis-sentinel", "rediss-sentinel", 26379),
        CLUSTER("redis-cluster", "rediss-cluster", 6379);

        private final String plain;
        private final @Nullable String tls;
        private final int defaultPort;

        Kind(String plain, @Nullable String tls, int defaultPort) {
            this.plain = plain;
            this.tls = tls;
            this.defaultPort = defaultPort;
        }

        boolean isNamed(String scheme) {
            return scheme.equals(plain) || scheme.equals(tls);
        }

        boolean isTls(String scheme) {
            return scheme.equals(tls);
        }

        int defaultPort() {
            return defaultPort;
        }
    }

    /** Reads {@code uri}; throws {@link IllegalArgumentException} naming the part that is wrong. */
    static RedisAddress of(TierUri uri) {
        return new AddressReader(uri).read();
    }

    boolean isTls() {
        return options.tls() != null;
    }

    /** Scheme, place and, unless it is 0, the database. */
    @Override
    public String toString() {
        String scheme = isTls() ? kind.tls : kind.plain;
        String hosts = endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(","));
        String number = database == 0 ? "" : Integer.toString(database);
        return scheme + "://"
                + switch (kind) {
                    case CLUSTER -> hosts;
                    case SERVER -> hosts + (number.isEmpty() ? "" : "/" + number);
                    case SOCKET -> path + (number.isEmpty() ? "" : "?database=" + number);
                    case SENTINEL -> hosts + "/" + path + (number.isEmpty() ? "" : "/" + number);
                };
    }
}
