package dev.larder.server;

import java.io.IOException;
import java.util.List;

/** The {@code memcached} of this machine. */
final class RealMemcached extends RealPeer {
    RealMemcached() throws IOException {
        super(
                List.of("memcached", "-U", "0", "-l", "127.0.0.1", "-u", System.getProperty("user.name"), "-p"),
                List.of());
    }

    @Override
    boolean answersOn(int itsPort) throws IOException {
        try (TextWire wire = new TextWire(itsPort)) {
            return wire.ask("").isEmpty();
        }
    }
}
