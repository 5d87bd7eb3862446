package dev.larder.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server of this machine on a free port, to compare with; it has ended when it is closed. */
abstract class RealPeer implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Process process;
    private final int port;

    /**
     * Starts one, and waits until it answers.
     *
     * @param command what starts it, with an option behind which the port comes as its last word
     */
    RealPeer(List<String> command, List<String> more) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> whole = new ArrayList<>(command);
        whole.add(Integer.toString(port));
        whole.addAll(more);
        process = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!answers()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                close();
                throw new IllegalStateException(command.get(0) + " does not answer on port " + port);
            }
            Thread.onSpinWait();
        }
    }

    private boolean answers() {
        try {
            return answersOn(port);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Whether it answers on a port. Called before the object is made. */
    abstract boolean answersOn(int itsPort) throws IOException;

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
