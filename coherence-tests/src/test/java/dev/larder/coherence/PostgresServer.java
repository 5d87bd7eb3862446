package dev.larder.coherence;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL that can be killed and started again with what it had acknowledged. For the test's thread. */
final class PostgresServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    PostgresServer(Path data) throws IOException {
        this.data = data;
        this.server = start(0);
        this.port = server.getPort();
    }

    int port() {
        return port;
    }

    private EmbeddedPostgres start(int onPort) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("synchronous_commit", "on") // the jar's own setting forgets what was acknowledged
                .setPGStartupWait(Duration.ofSeconds(PATIENCE_SECONDS));
        return (onPort == 0 ? builder : builder.setPort(onPort)).start();
    }

    /** Ends all its processes at once, as {@code kill -9} does. */
    void kill() {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            ProcessHandle postmaster =
                    ProcessHandle.of(Long.parseLong(lines.get(0).strip())).orElseThrow();
            List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            await("PostgreSQL ends")
                    .atMost(PATIENCE_SECONDS, SECONDS)
                    .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        } catch (IOException e) {
            throw new UncheckedIOException("the server's number cannot be read", e);
        }
    }

    void startAgain() {
        try {
            server.close(); // of what was killed: lets go of the folder's lock
            server = start(port);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL cannot be started again", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
