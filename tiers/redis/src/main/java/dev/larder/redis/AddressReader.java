package dev.larder.redis;

import dev.larder.redis.AddressOptions.Identity;
import dev.larder.redis.AddressOptions.Near;
import dev.larder.redis.AddressOptions.Tls;
import dev.larder.redis.AddressOptions.Verify;
import dev.larder.redis.RedisAddress.Kind;
import dev.larder.tier.TierUri;
import java.io.File;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the URI of a Redis tier. Pure but for a look whether the files named are there; for one thread.
 *
 * <pre>
 *  redis[s]://[LOGIN@]host[:port][/database]                                  one server
 *  redis-socket://[LOGIN@]/path/of/socket[?database=n]                        one server on this machine
 *  redis[s]-sentinel://[LOGIN@]host[:port][,host[:port]…]/master[/database]   the master that sentinels name
 *  redis[s]-cluster://[LOGIN@]host[:port][,host[:port]…]                      the nodes of a cluster, of which some are named
 *
 *  LOGIN: [user]:password                                                     percent-encoded, as are options' values
 *  options of all: connect-timeout=500ms|2s, near=stream|tracking
 *  of TLS: verify=full|ca|none, ca=FILE, certificate=FILE and key=FILE
 *  of sentinels: sentinel-user=U and sentinel-password=P
 * </pre>
 */
final class AddressReader {
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_ENDPOINTS = 100;
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,6})(ms|s)");
    private static final Pattern REST =
            Pattern.compile("//(?:(?<login>.*)@)?(?<hosts>[^/?@]*)(?:/(?<path>[^?]*))?(?:\\?(?<options>.*))?");
    private static final Pattern ENDPOINT = Pattern.compile("(?<host>\\[[^\\]]*\\]|[^:\\[\\]]*)(?::(?<port>.*))?");

    private final TierUri uri;
    private final Kind kind;
    private final boolean isTls;

    AddressReader(TierUri uri) {
        this.uri = uri;
        this.kind = kind(uri.scheme());
        this.isTls = kind.isTls(uri.scheme());
    }

    RedisAddress read() {
        Matcher parts = REST.matcher(uri.rest());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a Redis tier must be named like 'redis://[[user]:password@]host[:port][/database]' but was '" + uri
                            + "'");
        }
        Map<String, String> options = options(parts.group("options"));
        List<Endpoint> endpoints = endpoints(parts.group("hosts"));
        String path = parts.group("path") == null ? "" : parts.group("path");
        String place = "";
        String database = path;
        if (kind == Kind.SOCKET) {
            place = socket(path);
            database = options.getOrDefault("database", "");
        } else if (kind == Kind.SENTINEL) {
            int slash = path.indexOf('/');
            place = master(slash < 0 ? path : path.substring(0, slash));
            database = slash < 0 ? "" : path.substring(slash + 1);
        }
        if (kind == Kind.CLUSTER && !path.isEmpty()) {
            throw wrong("the database", "must not be given: a cluster has one only");
        }
        return new RedisAddress(
                kind, endpoints, place, database(database), login(parts.group("login")), options(options));
    }

    private static Kind kind(String scheme) {
        for (Kind kind : Kind.values()) {
            if (kind.isNamed(scheme)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no Redis tier is named by the scheme '" + scheme + "'");
    }

    private List<Endpoint> endpoints(String text) {
        if (kind == Kind.SOCKET) {
            if (!text.isEmpty()) {
                throw wrong("the socket", "must be named by its whole path, as in 'redis-socket:///run/redis.sock'");
            }
            return List.of();
        }
        String[] names = text.split(",", -1);
        if (kind == Kind.SERVER && names.length > 1) {
            throw wrong("the host", "must be one; several are for redis-sentinel: and redis-cluster:");
        }
        if (names.length > MAX_ENDPOINTS) {
            throw wrong("the hosts", "must be " + MAX_ENDPOINTS + " at most; name a few, the others will be found");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (String name : names) {
            Matcher parts = ENDPOINT.matcher(name);
            if (!parts.matches()) {
                throw wrong("the host", "must be a name or an address but was '" + name + "'");
            }
            endpoints.add(new Endpoint(host(parts.group("host")), port(parts.group("port"))));
        }
        return List.copyOf(endpoints);
    }

    private String host(String text) {
        String bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        if (bare.isEmpty() || bare.chars().anyMatch(c -> c <= ' ')) {
            throw wrong("the host", "must be a name or an address but was '" + bare + "'");
        }
        return bare;
    }

    private int port(@Nullable String text) {
        int value = text == null ? kind.defaultPort() : number(text);
        if (value < 1 || value > 0xFFFF) {
            throw wrong("the port", "must be 1…65535 but was '" + text + "'");
        }
        return value;
    }

    private String socket(String path) {
        if (path.isEmpty()) {
            throw wrong("the socket", "must be named by its whole path, as in 'redis-socket:///run/redis.sock'");
        }
        return "/" + decoded("the socket", path);
    }

    private String master(String name) {
        if (name.isEmpty()) {
            throw wrong("the master", "must be named as the sentinels know it, as in 'redis-sentinel://host/mymaster'");
        }
        return decoded("the master", name);
    }

    private int database(String text) {
        int value = text.isEmpty() ? 0 : number(text);
        if (value < 0) {
            throw wrong("the database", "must be a number such as 0 but was '" + text + "'");
        }
        return value;
    }

    private AddressLogin login(@Nullable String text) {
        if (text == null) {
            return AddressLogin.NONE;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw wrong("the login", "must be user:password or :password, but has no ':'");
        }
        return login("the password", text.substring(0, colon), text.substring(colon + 1));
    }

    private AddressLogin login(String part, String user, String password) {
        if (!user.isEmpty() && password.isEmpty()) {
            throw wrong(part, "must not be empty where a user is named");
        }
        return new AddressLogin(
                user.isEmpty() ? null : decoded("the login", user),
                password.isEmpty() ? null : decoded("the login", password));
    }

    private Map<String, String> options(@Nullable String text) {
        Map<String, String> options = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return options;
        }
        List<String> known = known();
        for (String option : text.split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!known.contains(name)) {
                throw wrong("the option '" + name + "'", "is unknown; known is " + String.join(", ", known));
            }
            if (options.put(name, equals < 0 ? "" : option.substring(equals + 1)) != null) {
                throw wrong("the option '" + name + "'", "must be given once");
            }
        }
        return options;
    }

    private List<String> known() {
        List<String> known = new ArrayList<>(List.of("connect-timeout", "near"));
        if (isTls) {
            known.addAll(List.of("verify", "ca", "certificate", "key"));
        }
        if (kind == Kind.SOCKET) {
            known.add("database");
        }
        if (kind == Kind.SENTINEL) {
            known.addAll(List.of("sentinel-user", "sentinel-password"));
        }
        return known;
    }

    private AddressOptions options(Map<String, String> options) {
        String timeout = options.get("connect-timeout");
        AddressLogin sentinels = login(
                "sentinel-password",
                options.getOrDefault("sentinel-user", ""),
                options.getOrDefault("sentinel-password", ""));
        return new AddressOptions(
                timeout == null ? DEFAULT_CONNECT_TIMEOUT : duration(timeout),
                isTls ? tls(options) : null,
                sentinels,
                near(options.getOrDefault("near", "stream")));
    }

    private Near near(String text) {
        return switch (text) {
            case "stream" -> Near.STREAM;
            case "tracking" -> Near.TRACKING;
            default -> throw wrong("near", "must be stream or tracking but was '" + text + "'");
        };
    }

    private Tls tls(Map<String, String> options) {
        Verify verify = verify(options.getOrDefault("verify", "full"));
        File authorities = file("ca", options);
        if (verify == Verify.NONE && authorities != null) {
            throw wrong("ca", "must not be given where verify=none asks nobody");
        }
        File certificate = file("certificate", options);
        File key = file("key", options);
        if (certificate == null || key == null) {
            if (certificate != null || key != null) {
                throw wrong("certificate and key", "must both be given, or neither");
            }
            return new Tls(verify, authorities, null);
        }
        return new Tls(verify, authorities, new Identity(certificate, key));
    }

    private Verify verify(String text) {
        return switch (text) {
            case "full" -> Verify.FULL;
            case "ca" -> Verify.CA;
            case "none" -> Verify.NONE;
            default -> throw wrong("verify", "must be full, ca or none but was '" + text + "'");
        };
    }

    private @Nullable File file(String option, Map<String, String> options) {
        String text = options.get(option);
        if (text == null) {
            return null;
        }
        File file = new File(decoded(option, text));
        if (!file.isFile() || !file.canRead()) {
            throw wrong(option, "must be a file that can be read but was '" + file + "'");
        }
        return file;
    }

    private Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw wrong("connect-timeout", "must be a duration such as 500ms or 2s but was '" + text + "'");
        }
        long count = Long.parseLong(parts.group(1));
        return parts.group(2).equals("s") ? Duration.ofSeconds(count) : Duration.ofMillis(count);
    }

    private String decoded(String part, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // The cause would print a part of the password.
            throw wrong(part, "must have its special characters percent-encoded, as two hex digits each");
        }
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    }

    private IllegalArgumentException wrong(String part, String rule) {
        return new IllegalArgumentException(part + " of a Redis tier " + rule + " (tier '" + uri + "')");
    }
}
