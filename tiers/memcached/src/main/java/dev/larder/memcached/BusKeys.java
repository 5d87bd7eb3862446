package dev.larder.memcached;

import dev.larder.protocol.memcached.Key;
import dev.larder.tier.BusPosition;

/** How the items of one namespace's bus are called. All are on the server that {@link #head()} belongs to. Immutable. */
final class BusKeys {
    private static final int LOG_BITS = 32;

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

    /** The position of the message with that number. A head that was lost began at random, and far off: another log. */
    BusPosition position(long number) {
        return new BusPosition(BusPosition.log("memcached", prefix, Long.toHexString(number >>> LOG_BITS)), 0, number);
    }

    /** What tells it from other namespaces. */
    String name() {
        return prefix;
    }
}
