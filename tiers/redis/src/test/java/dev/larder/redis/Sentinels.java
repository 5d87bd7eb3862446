package dev.larder.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three real sentinels that watch over a master and hold it for dead after half a second. For one test at a time. */
final class Sentinels implements AutoCloseable {
    static final String MASTER = "main";
    private static final int NUMBER = 3;
    /** How often they look at servers and tell each other; it would be up to ten seconds. */
    private static final int PERIOD_MILLIS = 1000;

    private final List<RedisServer> sentinels = new ArrayList<>();

    Sentinels(RedisServer master, Path folder) {
        for (int i = 0; i < NUMBER; i++) {
            // A sentinel writes down in this file what it learns, and does not start without one.
            Path file = folder.resolve("sentinel" + i + ".conf");
            String settings = String.join(
                    "\n",
                    "sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " 500",
                    "sentinel failover-timeout " + MASTER + " 2000",
                    "");
            try {
                Files.writeString(file, settings);
            } catch (IOException e) {
                throw new UncheckedIOException("a sentinel's settings cannot be written", e);
            }
            RedisServer sentinel = RedisServer.startFrom(file, "--sentinel");
            sentinels.add(sentinel);
            for (String period : List.of("info-period", "publish-period", "ask-period")) {
                sentinel.cli("SENTINEL", "DEBUG", period, Integer.toString(PERIOD_MILLIS));
            }
        }
    }

    /** The sentinels to ask, for a tier's URI. */
    String hosts() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(","));
    }

    /** Whether all know the master's replica and each other, so that they can replace it. */
    boolean areReady() {
        return sentinels.stream().allMatch(sentinel -> {
            String known = sentinel.cli("SENTINEL", "MASTER", MASTER);
            return known.contains("num-slaves\n1\n") && known.contains("num-other-sentinels\n" + (NUMBER - 1));
        });
    }

    List<RedisServer> servers() {
        return sentinels;
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
    }
}
