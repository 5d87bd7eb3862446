package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.LarderServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.JedisPooled;

/** The commands of libmemcached, among them its own test of what a server can. */
class LibmemcachedToolsTest {
    @TempDir
    private Path folder;

    private LarderServer server;

    @BeforeEach
    void start() {
        server = Servers.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Runs one to its end; what it printed. */
    private String run(String... words) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(process.exitValue()).as("%s: %s", List.of(words), text).isZero();
        return text;
    }

    private String tool(String name, String... more) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(name, "--servers=127.0.0.1:" + server.memcachedPort()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    @Test
    void serverPassesLibmemcachedsTestOfTheTextProtocol() throws Exception {
        String text = run("memccapable", "-h", "127.0.0.1", "-p", Integer.toString(server.memcachedPort()), "-a");

        assertThat(text).contains("All tests passed").doesNotContain("fail");
    }

    @Test
    void filesAreCopiedThereReadAndRemoved() throws Exception {
        Path file = folder.resolve("greeting");
        Files.writeString(file, "hello");

        tool("memcping");
        tool("memccp", file.toString());
        assertThat(tool("memccat", "greeting")).startsWith("hello");
        try (JedisPooled redis = new JedisPooled("127.0.0.1", server.port())) {
            assertThat(redis.get("greeting")).isEqualTo("hello");
        }
        tool("memctouch", "--expire=100", "greeting");
        tool("memcexist", "greeting");
        assertThat(tool("memcstat")).contains("curr_items: 1");
        tool("memcrm", "greeting");
        tool("memcflush");
        assertThat(tool("memcstat")).contains("curr_items: 0");
    }
}
