package dev.larder.memcached;

import dev.larder.protocol.memcached.Key;

/** How the items of one namespace's bus are called. All are on the server that {@link #head()} belongs to. Immutable. */
final class BusKeys {
    private final String prefix;

    BusKeys(String namespace) {
        this.prefix = Keyspace.bus(namespace);
    }

    /** The number of the last message. */
    Key head() {
        return Key.of(prefix);
    }

    Key message(long number) {
        return Key.of(prefix + ":" + number);
    }

    /** What tells it from other namespaces. */
    String name() {
        return prefix;
    }
}
