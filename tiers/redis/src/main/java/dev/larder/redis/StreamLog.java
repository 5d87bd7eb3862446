package dev.larder.redis;

import dev.larder.tier.BusPosition;
import org.jspecify.annotations.Nullable;

/**
 * What the ids of a stream's messages say to other processes. A server that was restarted, or another one in its place, may
 * lack what the first one took, so its messages are another log. Thread-safe.
 */
final class StreamLog {
    /** Immutable. */
    private record Named(String server, String log) {}

    private final String stream;
    private volatile @Nullable Named last;

    StreamLog(String stream) {
        this.stream = stream;
    }

    /** The position of the message {@code id}, which the server with that identity has. */
    BusPosition position(String server, String id) {
        Named named = last;
        if (named == null || !named.server().equals(server)) {
            named = new Named(server, BusPosition.log("redis", server, stream));
            last = named;
        }
        int dash = id.indexOf('-');
        long millis = Long.parseUnsignedLong(id.substring(0, dash));
        return new BusPosition(named.log(), millis, Long.parseUnsignedLong(id.substring(dash + 1)));
    }
}
