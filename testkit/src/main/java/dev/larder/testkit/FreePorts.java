package dev.larder.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports for servers that a test starts, and may start again on the same one.
 *
 * <p>They lie below those that systems give to outgoing connections (49152 and up by IANA, 32768 and up on Linux). A port
 * that the system chose, as {@code new ServerSocket(0)} does, is one of those: while the server is down any client of the
 * machine may be given it, and a client that keeps trying to reach the server may even be connected with itself.
 */
public final class FreePorts {
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 1_000;

    private FreePorts() {}

    /** A port that nobody listens on now. Two that ask at the same moment may be given the same one, with little chance. */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port in " + TRIES + " tries from " + LOWEST + " to " + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) { // taken
            return false;
        }
    }
}
