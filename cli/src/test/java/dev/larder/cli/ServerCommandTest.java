package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
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

/** {@code larder server} as a user starts it, and what it refuses. */
class ServerCommandTest {
    @TempDir
    Path directory;

    private final CommandRun command = new CommandRun("server");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense 1 | no directive has the name 'nonsense' (the command line)",
                "--port many | the directive 'port' cannot be 'many': argument couldn't be parsed into an integer",
                "--port 65536 | the directive 'port' cannot be '65536': argument must be between 0 and 65535 inclusive",
                "--maxmemory lots | the directive 'maxmemory' cannot be 'lots': argument must be a memory value",
                "--maxmemory-policy best | the directive 'maxmemory-policy' cannot be 'best': argument(s) must be one of",
                "--replicaof here | the directive 'replicaof' cannot be passed over, and there are no replicas.",
                "--tls-port 6380 | tls-cert-file and tls-key-file must be given where tls-port or memcached-tls asks",
                "--bind 0.0.0.0 | set requirepass, or protected-mode no",
                "--warm-from here | warm-from: a server must be named as HOST:PORT",
                "missing.conf | the file missing.conf cannot be read",
                "--port 1 extra --daemonize | the directive 'port' cannot be '1 extra': wrong number of arguments"
            })
    void whatIsWrongIsRefusedByName(String arguments, String because) {
        assertThat(command.with(arguments.split(" "))).isEqualTo(2);
        assertThat(command.err.toString()).contains(because).hasLineCount(1);
    }

    @Test
    void portThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int code = command.with("--port", Integer.toString(taken.getLocalPort()), "--bind", "127.0.0.1");

            assertThat(code).isEqualTo(5);
            assertThat(command.err.toString())
                    .contains("the server cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void servesByItsFileUntilTerminated() throws IOException, InterruptedException {
        Path file = directory.resolve("larder.conf");
        Files.writeString(
                file, "# a cache\nport 0\nmaxmemory 64mb\nappendonly no\nsave 3600 1\ndir " + directory + "\n");
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx200m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "server",
                        file.toString(),
                        "--maxmemory",
                        "32mb"))
                .redirectError(log.toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String first = String.valueOf(out.readLine());
            assertThat(out.readLine()).isEqualTo("Ready to accept connections");
            assertThat(first).startsWith("larder server: process " + process.pid() + ", port ");
            int port = Integer.parseInt(first.substring(first.lastIndexOf(' ') + 1));
            assertThat(ask(port, "CONFIG GET maxmemory\r\n")).contains("33554432");
            assertThat(directory.resolve("dump.larder")).doesNotExist();

            process.destroy();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(directory.resolve("dump.larder")).exists();
            assertThat(Files.readString(log))
                    .contains("'appendonly' means nothing here: there is no log of commands. (" + file + ", line 4)")
                    .doesNotContain("WARNING: ");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String ask(int port, String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
