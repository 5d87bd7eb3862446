package dev.larder.memcached;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the servers are and how to get in:
 * {@code memcached[s]://[user:password@]host[:port][*weight][,host…][?option=value&…]}. Immutable; never prints the
 * password.
 *
 * <p>User and password are percent-decoded. A server with weight 3 gets three times the keys of one with weight 1, which is
 * the default. {@link AddressOptions} are the options.
 */
final class MemcachedAddress {
    /** User and password; never printed. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return "***";
        }
    }

    static final int MAX_SERVERS = 256;
    private static final Pattern REST =
            Pattern.compile("//(?:(?<login>.*)@)?(?<servers>[^/?@]*)/?(?:\\?(?<options>.*))?");

    private final TierUri uri;
    private final List<HostAndPort> servers;
    private final List<HostAndPort> ring;
    private final @Nullable Login login;
    private final AddressOptions options;

    private MemcachedAddress(TierUri uri, Matcher parts) {
        this.uri = uri;
        this.login = login(parts.group("login"));
        this.servers = servers(parts.group("servers"));
        this.options = options(parts.group("options"));
        this.ring = merged(options.more(), options.without());
    }

    /** Reads {@code uri}; throws {@link IllegalArgumentException} naming the part that is wrong. */
    static MemcachedAddress of(TierUri uri) {
        Matcher parts = REST.matcher(uri.rest());
        if (!parts.matches()) {
            throw new IllegalArgumentException("a Memcached tier must be named like"
                    + " 'memcached://[user:password@]host[:port][,host[:port]…]' but was '" + uri + "'");
        }
        return new MemcachedAddress(uri, parts);
    }

    /** Those before the options: the anchors, see {@link Servers}. */
    List<HostAndPort> servers() {
        return servers;
    }

    /** Those that hold values, as far as the URI says: without some of the anchors, and with more. */
    List<HostAndPort> ring() {
        return ring;
    }

    /** What stands behind the question mark. */
    AddressOptions options() {
        return options;
    }

    @Nullable Login login() {
        return login;
    }

    boolean isTls() {
        return uri.scheme().equals("memcacheds");
    }

    /** The name of one server in messages. */
    String name(HostAndPort server) {
        return uri.scheme() + "://" + server;
    }

    /** Scheme, hosts and ports. */
    @Override
    public String toString() {
        return uri.scheme() + "://"
                + servers.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }

    private @Nullable Login login(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        if (colon <= 0 || colon == text.length() - 1) {
            throw wrong("the login", "must be user:password");
        }
        Login read = new Login(decoded(text.substring(0, colon)), decoded(text.substring(colon + 1)));
        if (read.user().contains(" ")) {
            throw wrong("the user", "must have no space: Memcached separates user and password by one");
        }
        return read;
    }

    private List<HostAndPort> servers(String text) {
        List<HostAndPort> read;
        try {
            read = HostAndPort.list(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (tier '" + uri + "')", e);
        }
        if (read.size() > MAX_SERVERS) {
            throw wrong("the servers", "must be at most " + MAX_SERVERS + " but were " + read.size());
        }
        return read;
    }

    private AddressOptions options(@Nullable String text) {
        try {
            return AddressOptions.of(text, isTls());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (tier '" + uri + "')", e);
        }
    }

    private List<HostAndPort> merged(List<HostAndPort> more, List<HostAndPort> without) {
        for (HostAndPort server : without) {
            if (servers.stream().noneMatch(server::isSameServer)) {
                throw wrong("without", "must name servers that are before the options but named '" + server + "'");
            }
        }
        List<HostAndPort> all = new ArrayList<>(servers);
        all.removeIf(server -> without.stream().anyMatch(server::isSameServer));
        for (HostAndPort server : more) {
            if (servers.stream().anyMatch(server::isSameServer)) {
                throw wrong("more", "must name other servers than those before the options but named '" + server + "'");
            }
            all.add(server);
        }
        for (HostAndPort server : options.gutter()) {
            if (all.stream().anyMatch(server::isSameServer)) {
                throw wrong("gutter", "must name other servers than those that hold values but named '" + server + "'");
            }
        }
        if (all.isEmpty() || all.size() > MAX_SERVERS) {
            throw wrong("the servers", "must be 1…" + MAX_SERVERS + " but were " + all.size());
        }
        return List.copyOf(all);
    }

    private String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // The cause would print a part of the password.
            throw wrong("the login", "must have its special characters percent-encoded, as two hex digits each");
        }
    }

    private IllegalArgumentException wrong(String part, String rule) {
        return new IllegalArgumentException(part + " of a Memcached tier " + rule + " (tier '" + uri + "')");
    }
}
