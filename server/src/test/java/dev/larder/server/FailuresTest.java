package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.server.store.StoreChecks;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clocks that are set, and clients that go away in the midst of something. */
class FailuresTest {
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicLong now = new AtomicLong(System.currentTimeMillis());

    private LarderServer start(String... directives) {
        ServerOptions options = ServerOptions.standard().with("port", "0").with("io-threads", "1");
        for (int i = 0; i < directives.length; i += 2) {
            options = options.with(directives[i], directives[i + 1].split(" "));
        }
        return LarderServer.start(options, now::get);
    }

    @Test
    void clockThatIsSetBackKeepsKeysLongerAndHoldsNobodyUp() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.ask("SET", "short", "v", "PX", "1000");
            wire.ask("SET", "long", "v", "EX", "7200");
            wire.ask("CLIENT", "PAUSE", "100", "ALL");
            now.addAndGet(-HOUR);

            assertThat(wire.ask("GET", "short")).as("what was paused for 0.1 s").isEqualTo("$v");
            assertThat(wire.ask("TTL", "long")).isEqualTo(":10800");
            wire.ask("SET", "later", "v", "PX", "1000");
            wire.send(Wire.request("BLPOP", "list", "0.01"));
            assertThat(wire.reply()).isEqualTo("nil");
            now.addAndGet(2000);
            await().atMost(PATIENCE).until(() -> wire.ask("DBSIZE").equals(":2"));
            now.addAndGet(HOUR);
            await().atMost(PATIENCE).until(() -> wire.ask("DBSIZE").equals(":1"));
            StoreChecks.check(server.store());
        }
    }

    @Test
    void whoBreaksOffWhileItWaitsLeavesNothingBehind() throws IOException {
        try (LarderServer server = start();
                Wire asking = new Wire(server.port())) {
            String[][] waits = {
                {"BLPOP", "a", "b", "0"},
                {"BLMOVE", "a", "b", "LEFT", "LEFT", "0"},
                {"BZMPOP", "0", "2", "a", "c", "MIN"},
                {"XREAD", "BLOCK", "0", "STREAMS", "a", "d", "$", "$"}
            };
            for (String[] wait : waits) {
                try (Wire going = new Wire(server.port())) {
                    going.ask("MULTI");
                    going.ask("SET", "never", "v");
                    going.ask("DISCARD");
                    going.send(Wire.request(wait));
                    going.send(Wire.request("SET", "never", "v"));
                    awaitWaiting(asking, 1);
                }
                awaitWaiting(asking, 0);
            }
            assertThat(asking.ask("RPUSH", "a", "x")).isEqualTo(":1");
            assertThat(asking.ask("ZADD", "c", "1", "x")).isEqualTo(":1");
            assertThat(asking.ask("BLPOP", "a", "0")).isEqualTo("ARRAY[$a, $x]");
            assertThat(asking.ask("BZPOPMIN", "c", "0")).isEqualTo("ARRAY[$c, $x, $1]");
            assertThat(asking.ask("EXISTS", "never")).isEqualTo(":0");
        }
    }

    private static void awaitWaiting(Wire asking, int count) {
        await().atMost(PATIENCE).until(() -> asking.ask("INFO", "clients").contains("blocked_clients:" + count + "\r"));
    }
}
