package dev.larder.memcached;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
 * the default. Options: {@code connect-timeout} (such as {@code 500ms} or {@code 2s}, which is the default);
 * {@code item-size}, the servers' largest item ({@code 1MiB}); {@code split-up-to}, the largest value that is stored in
 * parts where it does not fit into an item ({@code 16MiB}; {@code 0} for none); and, for {@code memcacheds}, {@code verify} ({@code full}, the default, checks the servers' certificates and names; {@code ca} the
 * certificates only; {@code none} neither).
 */
final class MemcachedAddress {
    /** How a server's certificate is checked. */
    enum Verify {
        FULL,
        CA,
        NONE
    }

    /** User and password; never printed. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return "***";
        }
    }

    static final int MAX_SERVERS = 256;
    private static final int MAX_WEIGHT = 1_000;
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,6})(ms|s)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})([km]?)(?:i?b)?");
    private static final Pattern REST =
            Pattern.compile("//(?:(?<login>.*)@)?(?<servers>[^/?@]*)/?(?:\\?(?<options>.*))?");
    private static final Pattern SERVER = Pattern.compile(
            "(?<host>\\[[^\\]]+\\]|[^:*\\[\\]\\s]+)(?::(?<port>[0-9]{1,5}))?(?:\\*(?<weight>[0-9]{1,4}))?");

    private final TierUri uri;
    private final List<HostAndPort> servers;
    private final @Nullable Login login;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Verify verify = Verify.FULL;
    private Parts.Limits partLimits = Parts.Limits.DEFAULT;

    private MemcachedAddress(TierUri uri, Matcher parts) {
        this.uri = uri;
        this.login = login(parts.group("login"));
        this.servers = servers(parts.group("servers"));
        options(parts.group("options"));
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

    List<HostAndPort> servers() {
        return servers;
    }

    @Nullable Login login() {
        return login;
    }

    boolean isTls() {
        return uri.scheme().equals("memcacheds");
    }

    Verify verify() {
        return verify;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    Parts.Limits partLimits() {
        return partLimits;
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
        List<HostAndPort> read = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = SERVER.matcher(part);
            if (!matcher.matches()) {
                throw wrong("a server", "must be host, host:port or host:port*weight but was '" + part + "'");
            }
            HostAndPort server = server(matcher);
            if (!seen.add(server.toString())) {
                throw wrong("the server '" + server + "'", "is there twice");
            }
            read.add(server);
        }
        if (read.size() > MAX_SERVERS) {
            throw wrong("the servers", "must be at most " + MAX_SERVERS + " but were " + read.size());
        }
        return List.copyOf(read);
    }

    private HostAndPort server(Matcher matcher) {
        String host = matcher.group("host");
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String port = matcher.group("port");
        int portNumber = port == null ? HostAndPort.DEFAULT_PORT : Integer.parseInt(port);
        if (portNumber < 1 || portNumber > 0xFFFF) {
            throw wrong("the port", "must be 1…65535 but was '" + port + "'");
        }
        String weight = matcher.group("weight");
        int weightNumber = weight == null ? 1 : Integer.parseInt(weight);
        if (weightNumber < 1 || weightNumber > MAX_WEIGHT) {
            throw wrong("the weight", "must be 1…" + MAX_WEIGHT + " but was '" + weight + "'");
        }
        return new HostAndPort(bare, portNumber, weightNumber);
    }

    private void options(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return;
        }
        for (String option : text.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            if (name.equals("connect-timeout")) {
                connectTimeout = duration(value);
            } else if (name.equals("verify") && isTls()) {
                verify = verify(value);
            } else if (name.equals("item-size")) {
                int bytes = bytes(name, value, Parts.Limits.LEAST_ITEM_BYTES, Parts.Limits.MOST_BYTES);
                partLimits = new Parts.Limits(bytes, partLimits.splitUpToBytes());
            } else if (name.equals("split-up-to")) {
                partLimits = new Parts.Limits(partLimits.itemBytes(), bytes(name, value, 0, Parts.Limits.MOST_BYTES));
            } else {
                String known =
                        "connect-timeout, item-size" + (isTls() ? ", split-up-to and verify" : " and split-up-to");
                throw wrong("the option '" + name + "'", "is unknown; known is " + known);
            }
        }
    }

    private int bytes(String option, String text, int least, int most) {
        Matcher form = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        String unit = form.matches() ? form.group(2) : "";
        long size = form.matches()
                ? Long.parseLong(form.group(1)) << (10 * " km".indexOf(unit.isEmpty() ? " " : unit))
                : -1;
        if (size < least || size > most) {
            throw wrong(
                    option,
                    "must be a size such as 1MiB, from " + least + " to " + most + " bytes, but was '" + text + "'");
        }
        return (int) size;
    }

    private Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw wrong("connect-timeout", "must be a duration such as 500ms or 2s but was '" + text + "'");
        }
        long count = Long.parseLong(parts.group(1));
        return parts.group(2).equals("s") ? Duration.ofSeconds(count) : Duration.ofMillis(count);
    }

    private Verify verify(String text) {
        return switch (text) {
            case "full" -> Verify.FULL;
            case "ca" -> Verify.CA;
            case "none" -> Verify.NONE;
            default -> throw wrong("verify", "must be full, ca or none but was '" + text + "'");
        };
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
