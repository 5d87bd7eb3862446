package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code larder demo} refuses, and how it says so. */
class DemoCommandTest {
    @TempDir
    Path directory;

    private final CommandRun command = new CommandRun("demo");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--port 65536 | --port must be within 0…65535 but was 65536",
                "--port -1 | --port must be within 0…65535 but was -1",
                "--port 65534 --instances 3 | --port must be within 0…65533 but was 65534",
                "--port many | 'many' is not an int",
                "--instances 0 | --instances must be within 1…16 but was 0",
                "--instances 17 | --instances must be within 1…16 but was 17",
                "--products 0 | products must be within 1…200000 but was 0",
                "--products -3 | products must be within 1…200000 but was -3",
                "--stores 0 | stores must be within 1…2000 but was 0",
                "--strategy magic | a strategy must be one of no-cache, lazy",
                "--db jdbc:mysql://host/x | must be named by 'jdbc:postgresql://host/name'",
                "--data x --db jdbc:postgresql://host/x | give one of them",
                "--follower | LARDER_DEMO_TIERS is not set",
                "--unknown | Unknown option: '--unknown'"
            })
    void wrongOptionIsRefusedWithItsRule(String arguments, String because) {
        int code = command.with(arguments.split(" "));

        assertThat(code).isEqualTo(2);
        command.assertOneLine(because);
        assertThat(command.err.toString()).contains("larder demo --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo:bar | foo",
                "memory:0 | 0",
                "memory:-5MiB | -5",
                "memory:many | many",
                "redis:/// | redis",
                "memory:1MiB,redis://127.0.0.1:notaport | redis",
                "memory:1MiB,redis://127.0.0.1:99999 | redis",
                "64MiB | 64MiB",
                "memory:1MiB,, | tier"
            })
    void wrongTierIsRefusedByName(String tiers, String named) {
        int code = command.with("--port", "0", "--data", directory.toString(), "--tiers", tiers);

        assertThat(code).isEqualTo(3);
        command.assertOneLine(named);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void redisThatIsAwayIsRefusedBeforeTheDatabaseIsFilled() {
        int code = command.with(
                "--port", "0", "--data", directory.toString(), "--tiers", "memory:1MiB,redis://me:secret@127.0.0.1:1");

        assertThat(code).isEqualTo(3);
        command.assertOneLine("127.0.0.1:1");
        assertThat(command.err.toString()).doesNotContain("secret");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void portThatIsTakenIsRefused() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int code = command.with("--port", Integer.toString(taken.getLocalPort()), "--data", directory.toString());

            assertThat(code).isEqualTo(5);
            command.assertOneLine("port " + taken.getLocalPort() + " of 127.0.0.1 cannot be opened");
            assertThat(command.err.toString()).contains("--port");
        }
    }

    @Test
    void databaseOfSomeoneElseIsRefused() throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:h2:file:" + directory.resolve("shop"), "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE letters (id INT)");
        }

        int code = command.with("--port", "0", "--data", directory.toString());

        assertThat(code).isEqualTo(4);
        command.assertOneLine("holds tables that are not the shop's");
    }

    @Test
    void dataDirectoryThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        int code = command.with("--port", "0", "--data", file.toString());

        assertThat(code).isEqualTo(4);
        command.assertOneLine(file.toString());
    }

    @Test
    void helpNamesEveryOptionAndEveryExitCode() {
        assertThat(command.with("--help")).isZero();
        assertThat(command.out.toString())
                .contains("--port", "--data", "--tiers", "--db", "--instances", "--strategy", "Exit codes:")
                .doesNotContain("--follower");
    }
}
