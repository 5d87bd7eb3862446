package dev.larder.memcached;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * the default. Options: {@code connect-timeout} (such as {@code 500ms} or {@code 2s}, which is the default); {@code more} and
 * {@code without}, servers that the ring has besides, or no longer; {@code warm-up} (such as {@code 10m}, the default);
 * {@code item-size}, the servers' largest item ({@code 1MiB}); {@code split-up-to}, the largest value that is stored in
 * parts where it does not fit into an item ({@code 16MiB}; {@code 0} for none); and, for {@code memcacheds},
 * {@code verify} ({@code full}, the default, checks the servers' certificates and names; {@code ca} the
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
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration DEFAULT_WARM_UP = Duration.ofMinutes(10);
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,6})(ms|s)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})([km]?)(?:i?b)?");
    private static final Pattern WARM_UP = Pattern.compile("0s|([1-9][0-9]{0,6})(s|m)");
    private static final Pattern REST =
            Pattern.compile("//(?:(?<login>.*)@)?(?<servers>[^/?@]*)/?(?:\\?(?<options>.*))?");

    private final TierUri uri;
    private final List<HostAndPort> servers;
    private final List<HostAndPort> ring;
    private final @Nullable Login login;
    private List<HostAndPort> more = List.of();
    private List<HostAndPort> without = List.of();
    private Duration warmUp = DEFAULT_WARM_UP;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Verify verify = Verify.FULL;
    private Parts.Limits partLimits = Parts.Limits.DEFAULT;

    private MemcachedAddress(TierUri uri, Matcher parts) {
        this.uri = uri;
        this.login = login(parts.group("login"));
        this.servers = servers(parts.group("servers"));
        options(parts.group("options"));
        this.ring = merged();
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

    /** Those that hold values: without some of the anchors, and with more. */
    List<HostAndPort> ring() {
        return ring;
    }

    /** How long a new ring may be answered for by the one before it; 0 for not at all. */
    Duration warmUp() {
        return warmUp;
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

    private List<HostAndPort> merged() {
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
        if (all.isEmpty() || all.size() > MAX_SERVERS) {
            throw wrong("the servers", "must be 1…" + MAX_SERVERS + " but were " + all.size());
        }
        return List.copyOf(all);
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
            } else if (name.equals("more")) {
                more = servers(value);
            } else if (name.equals("without")) {
                without = servers(value);
            } else if (name.equals("warm-up")) {
                warmUp = warmUp(value);
            } else if (name.equals("verify") && isTls()) {
                verify = verify(value);
            } else if (name.equals("item-size")) {
                int bytes = bytes(name, value, Parts.Limits.LEAST_ITEM_BYTES, Parts.Limits.MOST_BYTES);
                partLimits = new Parts.Limits(bytes, partLimits.splitUpToBytes());
            } else if (name.equals("split-up-to")) {
                partLimits = new Parts.Limits(partLimits.itemBytes(), bytes(name, value, 0, Parts.Limits.MOST_BYTES));
            } else {
                String known = "connect-timeout, item-size, more, split-up-to, " + (isTls() ? "verify, " : "")
                        + "warm-up and without";
                throw wrong("the option '" + name + "'", "is unknown; known are " + known);
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

    private Duration warmUp(String text) {
        Matcher parts = WARM_UP.matcher(text);
        if (!parts.matches()) {
            throw wrong("warm-up", "must be a duration such as 90s or 10m, or 0s, but was '" + text + "'");
        }
        long count = parts.group(1) == null ? 0 : Long.parseLong(parts.group(1));
        return "m".equals(parts.group(2)) ? Duration.ofMinutes(count) : Duration.ofSeconds(count);
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
