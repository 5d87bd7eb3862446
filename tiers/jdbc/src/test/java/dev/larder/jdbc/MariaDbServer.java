package dev.larder.jdbc;

import dev.larder.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real MariaDB (the program {@code mariadbd}) on a free port of this machine, one for all tests of this process; it ends
 * with the process, and its folder with it.
 */
final class MariaDbServer {
    private static @Nullable MariaDbServer shared;

    private final Path folder;
    private final int port;
    private final Process process;

    private MariaDbServer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static synchronized MariaDbServer shared() {
        MariaDbServer running = shared;
        if (running == null) {
            running = start();
            shared = running;
            Runtime.getRuntime().addShutdownHook(new Thread(running::stop));
        }
        return running;
    }

    int port() {
        return port;
    }

    private static MariaDbServer start() {
        try {
            Path folder = Files.createTempDirectory("larder-mariadb");
            String user = "--user=" + System.getProperty("user.name");
            run(
                    folder,
                    "mariadb-install-db",
                    "--no-defaults",
                    "--datadir=" + folder.resolve("data"),
                    "--auth-root-authentication-method=normal",
                    "--skip-test-db",
                    user);
            int port = FreePorts.next();
            Process process = new ProcessBuilder(
                            "mariadbd",
                            "--no-defaults",
                            "--datadir=" + folder.resolve("data"),
                            "--socket=" + folder.resolve("socket"),
                            "--pid-file=" + folder.resolve("pid"),
                            "--bind-address=127.0.0.1",
                            "--port=" + port,
                            "--max-connections=400",
                            user)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            MariaDbServer server = new MariaDbServer(folder, port, process);
            server.createDatabase();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("MariaDB cannot be started; the tests need the package mariadb-server", e);
        }
    }

    private void createDatabase() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (Connection connection =
                            DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?user=root");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE IF NOT EXISTS larder");
                statement.execute("CREATE USER IF NOT EXISTS larder@'%' IDENTIFIED BY 'open-sesame'");
                statement.execute("GRANT ALL ON larder.* TO larder@'%'");
                return true;
            } catch (SQLException starting) {
                return false;
            }
        });
    }

    private static void run(Path folder, String... command) throws IOException {
        File log = folder.resolve("install-log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(List.of(command) + " failed: " + Files.readString(log.toPath()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while MariaDB was installed", e);
        }
    }

    private void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException | InterruptedException e) { // the process ends; the folder is in the system's own for such
            Thread.currentThread().interrupt();
        }
    }
}
