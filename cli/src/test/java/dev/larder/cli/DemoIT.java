package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code larder demo} from its start to its end, as processes. */
class DemoIT {
    private static final String PRODUCT = "/product/1000003";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void shopAnswersEndsOnATermAndStartsAgainWithWhatWasChanged() throws Exception {
        try (DemoProcess demo = small()) {
            String url = demo.awaitReady("Shop");
            assertThat(demo.get(url + "/status.json").body()).contains("\"stockRows\":500");
            demo.post(url + PRODUCT + "/edit", "name=Kept+over+a+restart&price=1.00&version=1");

            assertThat(demo.terminate()).isEqualTo(143);
        }
        try (DemoProcess again = small()) {
            assertThat(again.get(again.awaitReady("Shop") + PRODUCT).body()).contains("Kept over a restart");
        }
    }

    @Test
    void fillingThatWasKilledIsDoneAgain() throws Exception {
        try (DemoProcess demo = DemoProcess.start(log(), "--port", "0", "--data", data(), "--products", "5000")) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> Files.readString(log()).contains("Stock: 0 of"));
            demo.kill();
        }
        try (DemoProcess again = small()) {
            assertThat(again.get(again.awaitReady("Shop") + "/status.json").body())
                    .contains("\"products\":100,");
        }
    }

    @Test
    void secondShopOnTheSameFileIsRefused() throws Exception {
        try (DemoProcess demo = small()) {
            demo.awaitReady("Shop");

            Path secondLog = directory.resolve("second.log");
            try (DemoProcess second = DemoProcess.start(secondLog, "--port", "0", "--data", data())) {
                assertThat(second.awaitExit()).isEqualTo(4);
                assertThat(Files.readAllLines(secondLog)).hasSize(1);
                assertThat(Files.readString(secondLog)).contains("is open in another process");
            }
        }
    }

    @Test
    void threeInstancesAgreeOverRedisAndEndWithTheFirst() throws Exception {
        int port = freePort();
        Process redis = redis(port, "");
        try {
            threeInstancesAgree("redis://127.0.0.1:" + port);
        } finally {
            redis.destroyForcibly();
        }
    }

    @Test
    void threeInstancesAgreeOverAFolderAndEndWithTheFirst() throws Exception {
        threeInstancesAgree("file:" + directory.resolve("cache"));
    }

    private void threeInstancesAgree(String sharedTier) throws Exception {
        try (DemoProcess demo = DemoProcess.start(
                log(),
                "--port",
                "0",
                "--data",
                data(),
                "--products",
                "100",
                "--stores",
                "5",
                "--instances",
                "3",
                "--tiers",
                "memory:4MiB," + sharedTier)) {
            List<String> urls =
                    List.of(demo.awaitReady("Shop"), demo.awaitReady("Instance 2"), demo.awaitReady("Instance 3"));
            for (String url : urls) {
                assertThat(demo.get(url + PRODUCT).statusCode()).isEqualTo(200);
            }

            demo.post(urls.get(1) + PRODUCT + "/edit", "name=Seen+by+all&price=1.00&version=1");

            for (String url : urls) {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> demo.get(url + PRODUCT).body().contains("Seen by all"));
            }
            List<ProcessHandle> children = demo.children();
            assertThat(children).hasSize(2);
            demo.kill();
            Awaitility.await().atMost(PATIENCE).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void wrongPasswordIsRefusedWithoutShowingIt() throws Exception {
        int port = freePort();
        Process redis = redis(port, "the-right-one");
        try (DemoProcess demo = DemoProcess.start(
                log(),
                "--port",
                "0",
                "--data",
                data(),
                "--tiers",
                "memory:4MiB,redis://:the-wrong-one@127.0.0.1:" + port)) {
            assertThat(demo.awaitExit()).isEqualTo(3);
            String said = Files.readString(log());
            assertThat(said.lines()).as(said).hasSize(1);
            assertThat(said).contains("127.0.0.1:" + port).doesNotContain("the-wrong-one");
        } finally {
            redis.destroyForcibly();
        }
    }

    private DemoProcess small() throws IOException {
        return DemoProcess.start(log(), "--port", "0", "--data", data(), "--products", "100", "--stores", "5");
    }

    private Path log() {
        return directory.resolve("demo.log");
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private Process redis(int port, String password) throws IOException {
        Process redis = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--requirepass",
                        password,
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        Awaitility.await().atMost(PATIENCE).until(() -> answers(port));
        return redis;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
