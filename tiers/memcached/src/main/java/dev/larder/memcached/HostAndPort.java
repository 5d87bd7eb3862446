package dev.larder.memcached;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server of a ring. Immutable.
 *
 * @param host a name or an address, without brackets
 * @param port its TCP port
 * @param weight its share of the keys, relative to the others
 */
public record HostAndPort(String host, int port, int weight) {
    static final int DEFAULT_PORT = 11211;

    private static final int MAX_WEIGHT = 1_000;
    private static final Pattern SERVER = Pattern.compile(
            "(?<host>\\[[^\\]]+\\]|[^:*\\[\\]\\s]+)(?::(?<port>[0-9]{1,5}))?(?:\\*(?<weight>[0-9]{1,4}))?");

    /** Reads {@code host}, {@code host:port} or {@code host:port*weight}. */
    static HostAndPort of(String text) {
        Matcher matcher = SERVER.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a server must be host, host:port or host:port*weight but was '" + text + "'");
        }
        String host = matcher.group("host");
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String port = matcher.group("port");
        int portNumber = port == null ? DEFAULT_PORT : Integer.parseInt(port);
        if (portNumber < 1 || portNumber > 0xFFFF) {
            throw new IllegalArgumentException("the port must be 1…65535 but was '" + port + "'");
        }
        String weight = matcher.group("weight");
        int weightNumber = weight == null ? 1 : Integer.parseInt(weight);
        if (weightNumber < 1 || weightNumber > MAX_WEIGHT) {
            throw new IllegalArgumentException("the weight must be 1…" + MAX_WEIGHT + " but was '" + weight + "'");
        }
        return new HostAndPort(bare, portNumber, weightNumber);
    }

    /** Reads several, with commas between them; none may be there twice. */
    static List<HostAndPort> list(String text) {
        List<HostAndPort> read = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            HostAndPort server = of(part);
            if (read.stream().anyMatch(server::isSameServer)) {
                throw new IllegalArgumentException("the server '" + server + "' is there twice");
            }
            read.add(server);
        }
        return List.copyOf(read);
    }

    /** As the ring knows it: the port only where it is not the usual one, as libmemcached has it. */
    String ringName() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }

    boolean isSameServer(HostAndPort other) {
        return port == other.port && host.equals(other.host);
    }

    /** What {@link #of} reads. */
    String full() {
        return this + "*" + weight;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
