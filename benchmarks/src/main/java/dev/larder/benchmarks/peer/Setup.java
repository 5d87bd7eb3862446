package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import java.time.Duration;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is to be. Immutable.
 *
 * @param nearEntries the bound of the tier in this process
 * @param redisPort the port of the shared Redis on the loopback interface; 0 for none
 * @param origin what {@link Peer#get} loads from; null to load nothing
 */
public record Setup(
        int nearEntries, int redisPort, @Nullable LongFunction<Item> origin) {
    /** Long enough that nothing expires while it is measured, so that expiry costs its checks and no more. */
    static final Duration TIME_TO_LIVE = Duration.ofHours(1);

    /** How long a herd may queue at a client before that counts as a failure of the peer. */
    public static final Duration REDIS_TIMEOUT = Duration.ofSeconds(60);

    /** A near tier over Redis. */
    public static Setup shared(int nearEntries, int redisPort) {
        return new Setup(nearEntries, redisPort, null);
    }

    /** The same, reading through to {@code origin}. */
    public Setup loading(LongFunction<Item> newOrigin) {
        return new Setup(nearEntries, redisPort, newOrigin);
    }

    /** The URI of the shared Redis. */
    String redisUri() {
        if (redisPort == 0) {
            throw new IllegalArgumentException("this peer needs Redis, but redisPort was 0");
        }
        return "redis://127.0.0.1:" + redisPort;
    }
}
