package dev.larder.redis;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how to get in: {@code redis[s]://[[user]:password@]host[:port][/database][?option=value&…]}.
 * Immutable; never prints the password.
 *
 * <p>User and password are percent-decoded. Options: {@code connect-timeout} (such as {@code 500ms} or {@code 2s}, which
 * is the default) and, for {@code rediss}, {@code verify} ({@code full}, the default, checks the server's certificate and
 * name; {@code ca} the certificate only; {@code none} neither).
 */
final class RedisAddress {
    /** How a server's certificate is checked. */
    enum Verify {
        FULL,
        CA,
        NONE
    }

    static final int DEFAULT_PORT = 6379;
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,6})(ms|s)");
    private static final Pattern REST =
            Pattern.compile("//(?:(?<login>.*)@)?(?<host>\\[[^\\]]*\\]|[^:/?@\\[\\]]*)(?::(?<port>[^/?]*))?"
                    + "(?:/(?<database>[^?]*))?(?:\\?(?<options>.*))?");

    private final TierUri uri;
    private final String host;
    private final int port;
    private final int database;
    private final @Nullable String user;
    private final @Nullable String password;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Verify verify = Verify.FULL;

    private RedisAddress(TierUri uri, Matcher parts) {
        this.uri = uri;
        this.host = host(parts.group("host"));
        this.port = port(parts.group("port"));
        this.database = database(parts.group("database"));
        String login = parts.group("login");
        int colon = login == null ? -1 : login.indexOf(':');
        if (login != null && colon < 0) {
            throw wrong("the login", "must be user:password or :password, but has no ':'");
        }
        this.user = login == null || colon == 0 ? null : decoded(login.substring(0, colon));
        this.password = login == null || colon == login.length() - 1 ? null : decoded(login.substring(colon + 1));
        if (user != null && password == null) {
            throw wrong("the password", "must not be empty where a user is named");
        }
        options(parts.group("options"));
    }

    /** Reads {@code uri}; throws {@link IllegalArgumentException} naming the part that is wrong. */
    static RedisAddress of(TierUri uri) {
        Matcher parts = REST.matcher(uri.rest());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a Redis tier must be named like 'redis://[user:password@]host[:port][/database]' but was '" + uri
                            + "'");
        }
        return new RedisAddress(uri, parts);
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    int database() {
        return database;
    }

    @Nullable String user() {
        return user;
    }

    @Nullable String password() {
        return password;
    }

    boolean isTls() {
        return uri.scheme().equals("rediss");
    }

    Verify verify() {
        return verify;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** Scheme, host, port and, unless it is 0, the database. */
    @Override
    public String toString() {
        String shown = host.indexOf(':') < 0 ? host : '[' + host + ']';
        return uri.scheme() + "://" + shown + ':' + port + (database == 0 ? "" : "/" + database);
    }

    private String host(String text) {
        String bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        if (bare.isEmpty() || bare.chars().anyMatch(c -> c <= ' ')) {
            throw wrong("the host", "must be a name or an address but was '" + bare + "'");
        }
        return bare;
    }

    private int port(@Nullable String text) {
        int value = text == null ? DEFAULT_PORT : number(text, 5);
        if (value < 1 || value > 0xFFFF) {
            throw wrong("the port", "must be 1…65535 but was '" + text + "'");
        }
        return value;
    }

    private int database(@Nullable String text) {
        int value = text == null || text.isEmpty() ? 0 : number(text, 5);
        if (value < 0) {
            throw wrong("the database", "must be a number such as 0 but was '" + text + "'");
        }
        return value;
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
            } else {
                String known = isTls() ? "connect-timeout and verify" : "connect-timeout";
                throw wrong("the option '" + name + "'", "is unknown; known is " + known);
            }
        }
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

    private static int number(String text, int maxDigits) {
        return text.matches("[0-9]{1," + maxDigits + "}") ? Integer.parseInt(text) : -1;
    }

    private IllegalArgumentException wrong(String part, String rule) {
        return new IllegalArgumentException(part + " of a Redis tier " + rule + " (tier '" + uri + "')");
    }
}
