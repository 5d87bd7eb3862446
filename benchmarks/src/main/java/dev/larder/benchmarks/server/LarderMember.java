package dev.larder.benchmarks.server;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A {@code larder server} in a process of its own; its arguments are the server's. It runs until it is killed. */
public final class LarderMember {
    private LarderMember() {}

    public static void main(String[] arguments) throws InterruptedException {
        try (LarderServer server = LarderServer.start(ServerOptions.parse(List.of(arguments)))) {
            System.out.println("Ready to accept connections on port " + server.port());
            new CountDownLatch(1).await();
        }
    }
}
