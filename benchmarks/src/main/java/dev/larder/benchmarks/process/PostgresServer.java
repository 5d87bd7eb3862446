package dev.larder.benchmarks.process;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A real PostgreSQL of this run alone, from a jar, on a free loopback port. {@link #fail} shuts it down, {@link #heal} starts
 * it on the same port with the data it had. It ends with this process. For one thread.
 */
public final class PostgresServer implements TierServer {
    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    /** Starts one. */
    public PostgresServer() throws IOException {
        data = Files.createTempDirectory("larder-bench-postgres");
        server = start(0);
        port = server.getPort();
    }

    @Override
    public String uri() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&password=postgres";
    }

    @Override
    public void fail() throws IOException {
        server.close();
    }

    @Override
    public void heal() throws IOException {
        server = start(port);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private EmbeddedPostgres start(int wanted) throws IOException {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        return (wanted == 0 ? builder : builder.setPort(wanted)).start();
    }
}
