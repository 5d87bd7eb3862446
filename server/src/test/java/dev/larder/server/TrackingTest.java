package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Clients that cache what they read, where a Redis to compare with says nothing. */
class TrackingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static LarderServer start(String... directives) {
        ServerOptions options = ServerOptions.standard().with("port", "0");
        for (int i = 0; i < directives.length; i += 2) {
            options = options.with(directives[i], directives[i + 1]);
        }
        return LarderServer.start(options);
    }

    private static Wire tracking(LarderServer server) throws IOException {
        Wire wire = new Wire(server.port());
        wire.ask("HELLO", "3");
        assertThat(wire.ask("CLIENT", "TRACKING", "ON")).isEqualTo("+OK");
        return wire;
    }

    private static String info(Wire wire, String name) throws IOException {
        String text = wire.ask("INFO");
        int at = text.indexOf("\n" + name + ":") + name.length() + 2;
        return text.substring(at, text.indexOf('\r', at));
    }

    /** Redis 7.0 remembers the keys that a script declares instead; 7.2 does it so. */
    @Test
    void scriptsReadForTheirCallerWhatTheirCommandsReadDeclaredOrNot() throws IOException {
        try (LarderServer server = start();
                Wire reader = new Wire(server.port());
                Wire writer = new Wire(server.port())) {
            reader.ask("HELLO", "3");
            reader.ask("CLIENT", "TRACKING", "ON");
            reader.ask("EVAL_RO", "return redis.call('get', 'j')", "1", "k");
            writer.ask("MSET", "k", "1", "j", "1");
            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, ARRAY[$j]]");
            assertThat(reader.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void tableForgetsItsOldestKeysAndTellsTheirReaders() throws IOException {
        try (LarderServer server = start("tracking-table-max-keys", "100");
                Wire reader = tracking(server);
                Wire other = new Wire(server.port())) {
            Set<String> told = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                reader.send(Wire.request("GET", "key" + i));
                String reply = reader.reply();
                for (; reply.startsWith("PUSH"); reply = reader.reply()) {
                    told.add(reply);
                }
            }
            assertThat(Integer.parseInt(info(other, "tracking_total_keys"))).isBetween(1, 164);
            reader.send(Wire.request("PING"));
            for (String reply = reader.reply(); !reply.equals("+PONG"); reply = reader.reply()) {
                told.add(reply);
            }
            int left = Integer.parseInt(info(other, "tracking_total_keys"));
            assertThat(told).hasSize(1_000 - left);
            assertThat(told.stream().map(text -> text.replaceAll("key\\d+", "")))
                    .containsOnly("PUSH[$invalidate, ARRAY[$]]");
        }
    }

    @Test
    void whatExpiresIsTold() throws IOException {
        AtomicLong now = new AtomicLong(1_700_000_000_000L);
        ServerOptions options = ServerOptions.standard().with("port", "0");
        try (LarderServer server = LarderServer.start(options, now::get);
                Wire reader = tracking(server);
                Wire writer = new Wire(server.port())) {
            writer.ask("SET", "short", "1", "PX", "20");
            reader.ask("GET", "short");
            now.addAndGet(1_000);
            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, ARRAY[$short]]");
            writer.ask("HSET", "h", "f", "1", "g", "2");
            writer.ask("HPEXPIRE", "h", "20", "FIELDS", "1", "f");
            reader.ask("HGET", "h", "f");
            now.addAndGet(1_000);
            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, ARRAY[$h]]");
        }
    }

    @Test
    void whatIsEvictedIsTold() throws IOException {
        try (LarderServer server = start("maxmemory", "4mb");
                Wire reader = tracking(server);
                Wire writer = new Wire(server.port())) {
            for (int i = 0; i < 60; i++) {
                writer.ask("SET", "key" + i, "x".repeat(100_000));
                reader.send(Wire.request("STRLEN", "key" + i));
                if (reader.reply().startsWith("PUSH")) {
                    return;
                }
            }
            assertThat(reader.reply()).startsWith("PUSH[$invalidate, ARRAY[$key");
        }
    }

    @Test
    void readerThatHasGoneIsForgottenAndItsRedirectionIsReported() throws IOException {
        try (LarderServer server = start();
                Wire reader = new Wire(server.port());
                Wire writer = new Wire(server.port())) {
            reader.ask("HELLO", "3");
            String id;
            try (Wire target = new Wire(server.port())) {
                id = target.ask("CLIENT", "ID").substring(1);
                reader.ask("CLIENT", "TRACKING", "ON", "REDIRECT", id);
                reader.ask("GET", "k");
            }
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(info(writer, "connected_clients")).isEqualTo("2"));
            writer.ask("SET", "k", "1");
            assertThat(reader.reply()).isEqualTo("PUSH[$tracking-redir-broken, :" + id + "]");
            assertThat(reader.ask("CLIENT", "TRACKINGINFO")).contains("broken_redirect");
            try (Wire other = tracking(server)) {
                other.ask("GET", "k");
            }
            reader.ask("CLIENT", "TRACKING", "OFF");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(info(writer, "tracking_clients")).isEqualTo("0"));
            assertThat(writer.ask("SET", "k", "2")).isEqualTo("+OK");
        }
    }

    @Test
    void changeThatFoundNoRoomInItsMidstIsTold() throws IOException {
        try (LarderServer server = start("maxmemory", "3mb", "maxmemory-policy", "noeviction");
                Wire reader = tracking(server);
                Wire writer = new Wire(server.port())) {
            writer.ask("HSET", "h", "f", "old");
            assertThat(reader.ask("HGET", "h", "f")).isEqualTo("$old");
            assertThat(writer.ask("HSET", "h", "f", "new", "g", "x".repeat(4_000_000)))
                    .startsWith("-OOM");
            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, ARRAY[$h]]");
        }
    }

    @Test
    void lettucesClientSideCacheSeesEveryChange() {
        try (LarderServer server = start()) {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
            try (StatefulRedisConnection<String, String> cached = client.connect();
                    StatefulRedisConnection<String, String> writer = client.connect()) {
                Map<String, String> near = new ConcurrentHashMap<>();
                CacheFrontend<String, String> frontend =
                        ClientSideCaching.enable(CacheAccessor.forMap(near), cached, TrackingArgs.Builder.enabled());
                writer.sync().set("k", "1");
                assertThat(frontend.get("k")).isEqualTo("1");
                assertThat(near).containsEntry("k", "1");
                for (int i = 2; i < 50; i++) {
                    String value = Integer.toString(i);
                    writer.sync().set("k", value);
                    await().atMost(PATIENCE)
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> value.equals(frontend.get("k")));
                }
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void whateverRacesACachedValueIsNeverOldForLong() throws Exception {
        try (LarderServer server = start("io-threads", "3");
                Wire reader = tracking(server);
                Wire writer = new Wire(server.port())) {
            AtomicBoolean isDone = new AtomicBoolean();
            Thread writing = new Thread(() -> {
                try {
                    for (int i = 1; i <= 5_000; i++) {
                        writer.ask("SET", "k", Integer.toString(i));
                    }
                    isDone.set(true);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writing.start();
            String cached = null;
            while (!isDone.get() || cached == null) {
                if (cached == null) {
                    reader.send(Wire.request("GET", "k"));
                } else {
                    reader.send(Wire.request("PING"));
                }
                for (String reply = reader.reply(); ; reply = reader.reply()) {
                    if (reply.startsWith("PUSH")) {
                        cached = null;
                    } else {
                        cached = reply.equals("+PONG") ? cached : reply;
                        break;
                    }
                }
            }
            writing.join();
            String seen = cached;
            String last = seen;
            if (!last.equals("$5000")) {
                assertThat(reader.reply()).startsWith("PUSH"); // what is cached is old, so that must have been told
            }
        }
    }
}
