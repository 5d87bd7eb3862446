package dev.larder.server;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The {@code redis-server} of this machine. */
final class RealRedis extends RealPeer {
    RealRedis(String... settings) throws IOException {
        super(
                List.of("redis-server", "--port"),
                Stream.concat(
                                Stream.of("--bind", "127.0.0.1", "--save", "", "--proto-max-bulk-len", "64mb"),
                                Stream.of(settings))
                        .toList());
    }

    @Override
    boolean answersOn(int itsPort) throws IOException {
        try (Wire wire = new Wire(itsPort)) {
            return !wire.ask("PING").equals("closed");
        }
    }
}
