package dev.larder.clients;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import dev.larder.testkit.FreePorts;
import java.nio.file.Path;

/** Servers of this process for clients to talk to, on free ports. */
final class Servers {
    /** How long a client waits for an answer, in milliseconds: this machine may be busy. */
    static final int PATIENCE_MILLIS = 30_000;

    private Servers() {}

    /** One with both ports and little memory. */
    static LarderServer start() {
        return LarderServer.start(options());
    }

    static ServerOptions options() {
        return ServerOptions.standard()
                .with("port", "0")
                .with("memcached-port", "-1")
                .with("maxmemory", "64mb");
    }

    /** One that speaks TLS only, with a certificate that stands in {@code certificates}. */
    static ServerOptions encrypted(Path certificates) {
        return options()
                .with("tls-port", Integer.toString(FreePorts.next()))
                .with("tls-auth-clients", "no")
                .with("tls-cert-file", certificates.resolve("server.pem").toString())
                .with("tls-key-file", certificates.resolve("server.key").toString());
    }
}
