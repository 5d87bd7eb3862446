package dev.larder.server.warm;

import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server of Redis's protocol, and how it lets one in. Immutable.
 *
 * @param host its name or address
 * @param tls what encrypts the connection; null for none
 * @param login who asks
 */
public record Peer(String host, int port, @Nullable SSLSocketFactory tls, Login login) {
    private static final int MOST_PORT = 65_535;

    /**
     * A user and its password; both empty for a server that lets in whoever comes, the name empty for the user {@code
     * default}.
     */
    public record Login(String user, String password) {
        /** Nobody in particular. */
        public static final Login NONE = new Login("", "");

        /** Without the password. */
        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /**
     * The one at {@code HOST:PORT}, an IPv6 address in brackets. Throws {@link IllegalArgumentException} for another form.
     */
    public static Peer at(String place) {
        int colon = place.lastIndexOf(':');
        String host = colon < 0 ? "" : place.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (isBracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank() || host.contains("/") || host.contains("@") || (!isBracketed && host.contains(":"))) {
            throw wrong(place);
        }
        try {
            int port = Integer.parseInt(place.substring(colon + 1));
            if (port < 1 || port > MOST_PORT) {
                throw wrong(place);
            }
            return new Peer(host, port, null, Login.NONE);
        } catch (NumberFormatException e) {
            throw wrong(place);
        }
    }

    private static IllegalArgumentException wrong(String place) {
        int at = place.lastIndexOf('@'); // what stands before it may be a password
        return new IllegalArgumentException("a server must be named as HOST:PORT, with a port from 1 to " + MOST_PORT
                + ", but was '" + (at < 0 ? place : "…" + place.substring(at)) + "'");
    }

    /** The same for somebody. */
    public Peer as(Login other) {
        return new Peer(host, port, tls, other);
    }

    /** The same, encrypted. */
    public Peer over(SSLSocketFactory factory) {
        return new Peer(host, port, factory, login);
    }

    /** Host and port, for messages. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
