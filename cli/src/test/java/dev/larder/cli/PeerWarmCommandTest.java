package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code larder warm --from} as a user starts it, and what it refuses. */
class PeerWarmCommandTest {
    @TempDir
    Path directory;

    private final CommandRun command = new CommandRun("warm");

    private static LarderServer server() {
        return LarderServer.start(ServerOptions.standard().with("port", "0").with("maxmemory", "64mb"));
    }

    private static String at(LarderServer server) {
        return "127.0.0.1:" + server.port();
    }

    private static void fill(LarderServer server, int keys) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < keys; i++) {
            lines.append("SET k").append(i).append(" v\r\n");
        }
        ask(server, lines.toString());
    }

    private static String ask(LarderServer server, String lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void serverIsFilledAndTheLastLineTellsOfIt() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "sesame\n");
        try (LarderServer from = server();
                LarderServer to = server()) {
            fill(from, 300);
            ask(to, "SET k1 newer\r\nCONFIG SET requirepass sesame\r\n");

            int code = command.with(
                    "--from", at(from), "--to", at(to), "--to-password-file", password.toString(), "--rate", "50mb/s");

            assertThat(code).as(command.err.toString()).isZero();
            assertThat(command.out.toString())
                    .startsWith("299 keys copied (0.0 MiB), 1 were there already, 0 had gone; 0 not taken")
                    .hasLineCount(1);
            assertThat(ask(to, "AUTH sesame\r\nDBSIZE\r\nGET k1\r\n")).endsWith(":300\r\n$5\r\nnewer\r\n");
        }
    }

    @Test
    void whoIsFullOrDoesNotLetInIsTold() throws IOException {
        try (LarderServer from = server();
                LarderServer to = server()) {
            fill(from, 300);
            ask(to, "CONFIG SET maxmemory 1mb\r\n");

            assertThat(command.with("--from", at(from), "--to", at(to))).isEqualTo(1);
            command.assertOneLine(at(to) + " is full");

            ask(from, "CONFIG SET requirepass sesame\r\n");
            CommandRun second = new CommandRun("warm");
            assertThat(second.with("--from", at(from), "--to", at(to))).isEqualTo(3);
            second.assertOneLine(at(from) + " does not let the program in: NOAUTH");
            assertThat(second.out.toString()).startsWith("0 keys copied");
        }
    }

    @Test
    void whoeverEndsTheProcessGetsTheSummary() throws IOException, InterruptedException {
        try (LarderServer from = server();
                LarderServer to = server()) {
            fill(from, 2_000);
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx100m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "warm",
                            "--from",
                            at(from),
                            "--to",
                            at(to),
                            "--rate",
                            "20/s"))
                    .start();
            try (BufferedReader out = reader(process.getInputStream());
                    BufferedReader err = reader(process.getErrorStream())) {
                String line = err.readLine();
                while (line != null && !line.startsWith("Keys copied")) {
                    line = err.readLine();
                }

                process.toHandle().destroy(); // the process's own method would close what is read below

                assertThat(out.readLine()).matches("[0-9,]+ keys copied .*");
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--from a | --from: a server must be named as HOST:PORT",
                "--from a:1 --to b | --to: a server must be named as HOST:PORT",
                "--from a:1 --to a:1 | --from and --to must name two servers but both are a:1",
                "--from a:1 --tiers redis://a | --tiers and --from cannot be given together",
                "--from a:1 --passes 2 | --passes and --from cannot be given together",
                "--from a:1 --limit many | --limit must be a number of keys",
                "--from a:1 --rate 5000/m | --rate must be a number of keys, such as 5000",
                "--from a:1 --database -1 | --database must be a number from 0",
                "--from a:1 --from-user u | --from-user needs a password",
                "--from a:1 --to-user u | or the variable LARDER_TO_PASSWORD",
                "--from a:1 --from-password-file nowhere | must name a file that can be read but was 'nowhere'",
                "--from a:1 --from-password-file EMPTY | has none in its first line",
                "--from a:1 --from-tls --tls-cert EMPTY | --tls-cert and --tls-key must be given together",
                "--from a:1 --from-tls --tls-ca EMPTY | the files for TLS cannot be used",
                "--tiers redis://a --cache c --keys EMPTY --match x | --match means something only with --from",
                "--to a:1 | Missing required option: '--tiers=URI', or '--from=HOST:PORT'"
            })
    void wrongOptionIsRefusedWithItsRule(String arguments, String because) throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));

        int code = command.with(arguments.replace("EMPTY", empty.toString()).split(" "));

        assertThat(code).as(command.err.toString()).isEqualTo(2);
        command.assertOneLine(because);
    }
}
