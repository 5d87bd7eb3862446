package dev.larder.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses as Redis writes them. Pure but for the look-up of names. */
final class Addresses {
    private Addresses() {}

    /** Address and port; of a Unix socket its path and 0. */
    static String text(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            String host = inet.getAddress().getHostAddress();
            return (inet.getAddress() instanceof Inet6Address ? "[" + shortened(host) + "]" : host) + ":"
                    + inet.getPort();
        }
        return (address == null || address.toString().isEmpty() ? "/unix" : address) + ":0";
    }

    private static String shortened(String host) {
        return host.equals("0:0:0:0:0:0:0:1") ? "::1" : host;
    }

    /** The address that a word of {@code bind} means. */
    static InetAddress of(String word) throws UnknownHostException {
        return switch (word) {
            case "*" -> InetAddress.getByName("0.0.0.0");
            case "::*" -> InetAddress.getByName("::");
            default -> InetAddress.getByName(word);
        };
    }
}
