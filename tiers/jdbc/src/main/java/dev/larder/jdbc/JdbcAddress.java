package dev.larder.jdbc;

import dev.larder.tier.TierUri;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Which database a tier is in and how to get in: the driver's own URL, with the tier's parameters among the driver's.
 * Immutable; never prints a parameter of the driver's, for it may be a password.
 *
 * <p>The driver is given the URL without parameters, and the parameters as properties: so no message of a pool or driver
 * that quotes the URL can quote a password.
 */
final class JdbcAddress {
    private static final Pattern SECRET = Pattern.compile("(?i).*(pass|secret|token).*");
    private static final Pattern SERVER = Pattern.compile("//(?<hosts>[^/?]*)/(?<database>[^/?]+)");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]]+)(:(?<port>[^:]*))?");

    private final Dialect dialect;
    private final String base;
    private final Map<String, String> parameters;
    private final JdbcOptions options;

    private JdbcAddress(Dialect dialect, String base, Map<String, String> parameters, JdbcOptions options) {
        this.dialect = dialect;
        this.base = base;
        this.parameters = parameters;
        this.options = options;
    }

    /** Reads {@code uri}; throws {@link IllegalArgumentException} naming the part that is wrong, and no secret. */
    static JdbcAddress of(TierUri uri) {
        String rest = uri.rest();
        int colon = rest.indexOf(':');
        Dialect dialect = colon < 0 ? null : Dialect.ofScheme(rest.substring(0, colon));
        if (dialect == null) {
            String found = rest.substring(0, colon < 0 ? Math.min(rest.length(), 16) : Math.min(colon, 16));
            throw new IllegalArgumentException("the database of a SQL tier must be one of " + Dialect.known()
                    + ", as in 'jdbc:postgresql://host/db?user=u&password=p', but was '" + found + "'");
        }
        List<String> parts = parts(dialect, rest);
        String base = parts.get(0);
        if (dialect != Dialect.H2) {
            requireServer(dialect, base.substring(colon + 1));
        } else if (base.length() == colon + 1) {
            throw new IllegalArgumentException("the name of an H2 database is missing, as in 'jdbc:h2:mem:test'");
        }
        Map<String, String> own = new LinkedHashMap<>();
        Map<String, String> drivers = new LinkedHashMap<>();
        for (String part : parts.subList(1, parts.size())) {
            if (!part.isEmpty()) {
                parameter(dialect, part, own, drivers);
            }
        }
        return new JdbcAddress(dialect, "jdbc:" + base, drivers, JdbcOptions.of(own));
    }

    Dialect dialect() {
        return dialect;
    }

    JdbcOptions options() {
        return options;
    }

    /** The URL for the driver, without parameters. */
    String driverUrl() {
        return base;
    }

    /** The schema that the URL asks for; nothing where it names none. */
    String schema() {
        return parameters.getOrDefault("currentSchema", parameters.getOrDefault("SCHEMA", ""));
    }

    /** The parameters for the driver, and what Larder would have set where they say nothing of it. */
    Properties driverProperties() {
        Properties properties = new Properties();
        if (dialect == Dialect.POSTGRESQL) {
            properties.setProperty("connectTimeout", "3");
            properties.setProperty("socketTimeout", "20");
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "larder");
        }
        if (dialect == Dialect.MARIADB) {
            properties.setProperty("connectTimeout", "3000");
            properties.setProperty("socketTimeout", "20000");
            properties.setProperty("tcpKeepAlive", "true");
        }
        properties.putAll(parameters);
        if (dialect == Dialect.MARIADB) {
            // Rows that meet a condition count, whether they change or not.
            properties.setProperty("useAffectedRows", "false");
            // Batches that count the rows of each statement.
            properties.setProperty("useBulkStmts", "false");
            properties.setProperty("useBulkStmtsForInserts", "false");
        }
        return properties;
    }

    /** The longest first, so that one within another leaves nothing. */
    List<String> secrets() {
        return parameters.entrySet().stream()
                .filter(parameter -> SECRET.matcher(parameter.getKey()).matches())
                .map(Map.Entry::getValue)
                .filter(secret -> !secret.isEmpty())
                .sorted((a, b) -> b.length() - a.length())
                .toList();
    }

    /** The URL without parameters. */
    @Override
    public String toString() {
        return base;
    }

    private static void requireServer(Dialect dialect, String server) {
        var parts = SERVER.matcher(server);
        if (!parts.matches()) {
            throw new IllegalArgumentException("the address in a SQL tier's URI must be like '" + dialect.scheme()
                    + "://host[:port]/database'; host or database is missing");
        }
        if (parts.group("hosts").indexOf('@') >= 0) {
            throw new IllegalArgumentException("user and password of a SQL tier belong behind the '?', as in"
                    + " '?user=u&password=p', not before the host");
        }
        for (String host : parts.group("hosts").split(",", -1)) {
            var found = HOST.matcher(host);
            if (!found.matches()) {
                throw new IllegalArgumentException(
                        "the host of a SQL tier must be a name or an address but was '" + host + "'");
            }
            String port = found.group("port");
            if (port != null && !isPort(port)) {
                throw new IllegalArgumentException("the port of a SQL tier must be 1…65535 but was '" + port + "'");
            }
        }
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 0xFFFF;
    }

    /** The URL up to the parameters, then each parameter. */
    private static List<String> parts(Dialect dialect, String rest) {
        if (dialect == Dialect.H2) {
            return List.of(rest.split("(?<!\\\\);", -1));
        }
        int question = rest.indexOf('?');
        List<String> parts = new ArrayList<>();
        parts.add(question < 0 ? rest : rest.substring(0, question));
        if (question >= 0) {
            parts.addAll(List.of(rest.substring(question + 1).split("&", -1)));
        }
        return parts;
    }

    private static void parameter(Dialect dialect, String part, Map<String, String> own, Map<String, String> drivers) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? part : part.substring(0, equals);
        String value = equals < 0 ? "" : part.substring(equals + 1);
        if (name.startsWith("larder.")) {
            if (own.put(name, value) != null) {
                throw new IllegalArgumentException("the parameter '" + name + "' of a SQL tier is given twice");
            }
        } else if (dialect == Dialect.H2) {
            String key = name.equalsIgnoreCase("user") || name.equalsIgnoreCase("password")
                    ? name.toLowerCase(Locale.ROOT)
                    : name;
            drivers.put(key, value);
        } else {
            drivers.put(name, dialect == Dialect.MARIADB ? value : decoded(name, value)); // as its driver does
        }
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // The cause would print a part of what may be a password.
            throw new IllegalArgumentException("the parameter '" + name
                    + "' of a SQL tier must have its special characters percent-encoded, as two hex digits each");
        }
    }
}
