package dev.larder.memcached;

/**
 * One server of a ring. Immutable.
 *
 * @param host a name or an address, without brackets
 * @param port its TCP port
 * @param weight its share of the keys, relative to the others
 */
public record HostAndPort(String host, int port, int weight) {
    static final int DEFAULT_PORT = 11211;

    /** As the ring knows it: the port only where it is not the usual one, as libmemcached has it. */
    String ringName() {
        return port == DEFAULT_PORT ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
