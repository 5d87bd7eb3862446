package dev.larder.redis;

/**
 * A host and a port. Immutable.
 *
 * @param host a name or an address, an IPv6 one without brackets
 */
record Endpoint(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
