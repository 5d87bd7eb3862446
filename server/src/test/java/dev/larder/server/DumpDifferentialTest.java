package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.protocol.resp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and dump files that go from a real Redis 7.0 to this server and back. */
class DumpDifferentialTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long NOW = System.currentTimeMillis();

    @TempDir
    private Path folder;

    /** Values in all forms that Redis 7.0 has for strings and hashes. */
    private static List<String[]> values() {
        List<String[]> commands = new ArrayList<>(List.of(
                new String[] {"SET", "empty", ""},
                new String[] {"SET", "int8", "-7"},
                new String[] {"SET", "int16", "3000"},
                new String[] {"SET", "int32", "-300000"},
                new String[] {"SET", "int64", "9223372036854775807"},
                new String[] {"SET", "text", "\u0000\u00ff\r\n"},
                new String[] {"SET", "compressed", "abc".repeat(10_000)},
                new String[] {"SET", "expiring", "1", "PXAT", Long.toString(NOW + 100_000_000)},
                new String[] {
                    "HSET", "packed", "f", "1", "g", "-300", "h", "70000", "i", "x".repeat(50), "j", "4000000000"
                },
                new String[] {"HSET", "table", "f", "y".repeat(500), "g", "z"}));
        List<String> many = new ArrayList<>(List.of("HSET", "many"));
        for (int i = 0; i < 2_000; i++) {
            many.addAll(List.of("field" + i, "value" + i * 7919));
        }
        commands.add(many.toArray(String[]::new));
        commands.add(new String[] {"RPUSH", "queue", "a", "-7", "a", "b".repeat(100)});
        List<String> elements = new ArrayList<>(List.of("RPUSH", "long"));
        for (int i = 0; i < 500; i++) {
            elements.add("element" + i + "e".repeat(i % 90));
        }
        elements.add("f".repeat(20_000));
        commands.add(elements.toArray(String[]::new));
        commands.add(new String[] {"SADD", "ints", "1", "-2", "70000"});
        commands.add(new String[] {"SADD", "words", "a", "b"});
        commands.add(new String[] {"ZADD", "scores", "1.5", "a", "-inf", "b", "7", "c"});
        commands.addAll(streams());
        return commands;
    }

    /** Of entries with the same fields and others, some deleted; and one without any. */
    private static List<String[]> streams() {
        List<String[]> commands = new ArrayList<>();
        for (int i = 1; i < 400; i++) {
            String id = i % 7 == 0 ? i + "-*" : i + "-" + (i % 3 == 0 ? "18446744073709551615" : i);
            commands.add(
                    new String[] {"XADD", "events", id, "same", "value" + i, i % 10 == 0 ? "other" : "field", "7"});
        }
        commands.add(new String[] {"XDEL", "events", "5-5", "100-100", "98-0"});
        commands.add(new String[] {"XADD", "events", "18446744073709551615-1", "long", "g".repeat(20_000), "", ""});
        commands.add(new String[] {"XADD", "gone", "MAXLEN", "0", "5-1", "f", "v"});
        commands.add(new String[] {"XSETID", "gone", "9-9", "ENTRIESADDED", "70", "MAXDELETEDID", "6-1"});
        return commands;
    }

    private static Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        values().forEach(command -> keys.add(command[1]));
        return keys;
    }

    private static void fill(Wire wire) throws IOException {
        for (String[] command : values()) {
            assertThat(wire.ask(command)).doesNotStartWith("-");
        }
    }

    private static String content(Wire wire) throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> keys = new ArrayList<>();
        for (Reply key : wire.elements("KEYS", "*")) {
            keys.add(Wire.shown(key).substring(1));
        }
        keys.sort(null);
        for (String key : keys) {
            String value = switch (wire.ask("TYPE", key)) {
                case "+hash" -> sortedPairs(wire.ask("HGETALL", key));
                case "+list" -> wire.ask("LRANGE", key, "0", "-1");
                case "+set" -> wire.ask("SORT", key, "ALPHA");
                case "+zset" -> wire.ask("ZRANGE", key, "0", "-1", "WITHSCORES");
                case "+stream" -> wire.ask("XRANGE", key, "-", "+") + stream(wire.ask("XINFO", "STREAM", key));
                default -> wire.ask("GET", key);
            };
            text.append(key)
                    .append(' ')
                    .append(value)
                    .append(' ')
                    .append(wire.ask("PEXPIRETIME", key))
                    .append('\n');
        }
        return text.toString();
    }

    /** What is known of a stream, but for the nodes that it is kept in. */
    private static String stream(String info) {
        return info.replaceAll("radix-tree-[a-z]+, :[0-9]+", "");
    }

    private static String sortedPairs(String reply) {
        String[] parts = reply.replaceAll("ARRAY\\[|]$", "").split(", ");
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < parts.length; i += 2) {
            pairs.add(parts[i] + "=" + parts[i + 1]);
        }
        pairs.sort(null);
        return pairs.toString();
    }

    private static String dump(Wire wire, String key) throws IOException {
        return wire.ask("DUMP", key).substring(1);
    }

    @Test
    void valuesGoFromRedisAndBack() throws IOException {
        try (RealRedis redis = new RealRedis();
                LarderServer server =
                        LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            theirs.ask("CONFIG", "SET", "sanitize-dump-payload", "yes");
            fill(theirs);
            String wanted = content(theirs);
            for (String key : keys()) {
                String ttl = key.equals("expiring") ? Long.toString(NOW + 100_000_000) : "0";
                assertThat(ours.ask("RESTORE", key, ttl, dump(theirs, key), "ABSTTL"))
                        .as(key)
                        .isEqualTo("+OK");
            }
            assertThat(content(ours)).isEqualTo(wanted);
            theirs.ask("FLUSHALL");
            for (String key : keys()) {
                String ttl = key.equals("expiring") ? Long.toString(NOW + 100_000_000) : "0";
                assertThat(theirs.ask("RESTORE", key, ttl, dump(ours, key), "ABSTTL"))
                        .as(key)
                        .isEqualTo("+OK");
            }
            assertThat(content(theirs)).isEqualTo(wanted);
        }
    }

    @Test
    void fieldsKeepTheirTimesToLive() throws IOException {
        try (LarderServer server = LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire wire = new Wire(server.port())) {
            wire.ask("HSET", "h", "f", "1", "g", "2");
            wire.ask("HPEXPIREAT", "h", Long.toString(NOW + 100_000_000), "FIELDS", "1", "f");
            assertThat(wire.ask("RESTORE", "copy", "0", dump(wire, "h"))).isEqualTo("+OK");
            assertThat(wire.ask("HPEXPIRETIME", "copy", "FIELDS", "2", "f", "g"))
                    .isEqualTo("ARRAY[:" + (NOW + 100_000_000) + ", :-1]");
        }
    }

    @Test
    void wrongPayloadsAreRefusedAsByRedis() throws IOException {
        try (RealRedis redis = new RealRedis();
                LarderServer server =
                        LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            theirs.ask("SET", "k", "v");
            ours.ask("SET", "k", "v");
            theirs.ask("XGROUP", "CREATE", "x", "group", "0", "MKSTREAM");
            String good = dump(theirs, "k");
            List<String[]> commands = List.of(
                    new String[] {"RESTORE", "n", "0", "nonsense"},
                    new String[] {"RESTORE", "n", "0", good.substring(1)},
                    new String[] {"RESTORE", "n", "0", good + "x"},
                    new String[] {"RESTORE", "k", "0", good},
                    new String[] {"RESTORE", "n", "-1", good},
                    new String[] {"RESTORE", "n", "x", good},
                    new String[] {"RESTORE", "n", "0", good, "NONSENSE"},
                    new String[] {"RESTORE", "n", "0", good, "IDLETIME", "-1"},
                    new String[] {"RESTORE", "n", "0", good, "FREQ", "256"},
                    new String[] {"RESTORE", "n", "0", good, "FREQ", "1", "IDLETIME", "1"},
                    new String[] {"RESTORE", "n", "0", good, "FREQ"},
                    new String[] {"RESTORE", "k", "1", good, "REPLACE", "ABSTTL"},
                    new String[] {"EXISTS", "k"},
                    new String[] {"RESTORE", "k", "100000", good, "REPLACE", "IDLETIME", "5"},
                    new String[] {"GET", "k"},
                    new String[] {"DUMP", "none"});
            for (String[] command : commands) {
                assertThat(ours.ask(command)).as(Arrays.toString(command)).isEqualTo(theirs.ask(command));
            }
            assertThat(ours.ask("RESTORE", "x", "0", dump(theirs, "x")))
                    .isEqualTo("-ERR this server keeps no streams with groups");
        }
    }

    @Test
    void damagedPayloadsHarmNothing() throws IOException {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (LarderServer server = LarderServer.start(ServerOptions.standard().with("port", "0"));
                Wire wire = new Wire(server.port())) {
            fill(wire);
            List<String> keys = List.copyOf(keys());
            for (int i = 0; i < 500; i++) {
                byte[] bytes = Wire.latin(dump(wire, keys.get(random.nextInt(keys.size()))));
                for (int j = random.nextInt(4); j >= 0; j--) {
                    bytes[random.nextInt(bytes.length - 10)] ^= (byte) (1 << random.nextInt(8));
                }
                long sum = dev.larder.server.rdb.Crc64.of(0, bytes, 0, bytes.length - 8);
                for (int j = 0; j < 8; j++) {
                    bytes[bytes.length - 8 + j] = (byte) (sum >>> (8 * j));
                }
                String payload = new String(bytes, StandardCharsets.ISO_8859_1);
                assertThat(wire.ask("RESTORE", "damaged", "0", payload, "REPLACE"))
                        .as("seed %d, round %d", seed, i)
                        .matches("\\+OK|-ERR Bad data format|-ERR this server keeps no .*");
            }
            assertThat(wire.ask("PING")).isEqualTo("+PONG");
        }
    }

    private void saveByRedis() throws IOException {
        try (RealRedis redis = new RealRedis("--dir", folder.toString());
                Wire theirs = new Wire(redis.port())) {
            fill(theirs);
            theirs.ask("RPUSH", "list", "a", "b");
            theirs.ask("XADD", "stream", "1-1", "f", "v");
            theirs.ask("XGROUP", "CREATE", "stream", "group", "0");
            theirs.ask("XREADGROUP", "GROUP", "group", "reader", "STREAMS", "stream", ">");
            theirs.ask("SELECT", "3");
            theirs.ask("SET", "other", "1");
            theirs.ask("SADD", "ints", "1", "-2", "70000");
            theirs.ask("SADD", "words", "a", "b");
            theirs.ask("ZADD", "packed", "1.5", "a", "-inf", "b", "7", "c");
            for (int i = 0; i < 300; i++) {
                theirs.ask("ZADD", "tree", Double.toString(i * 0.5), "member" + i);
            }
            assertThat(theirs.ask("SAVE")).isEqualTo("+OK");
        }
    }

    private LarderServer start() {
        return LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("dir", folder.toString())
                .with("dbfilename", "dump.rdb"));
    }

    private static String persistence(Wire wire, String name) throws IOException {
        String text = wire.ask("INFO", "persistence");
        int at = text.indexOf("\n" + name + ":") + name.length() + 2;
        return text.substring(at, text.indexOf('\r', at));
    }

    private static void awaitLoaded(Wire wire, String count) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(persistence(wire, "rdb_last_load_keys_loaded")).isEqualTo(count);
            assertThat(persistence(wire, "async_loading")).isEqualTo("0");
        });
    }

    @Test
    void serverTakesOverRedissDumpAndSavesBesideIt() throws IOException {
        saveByRedis();
        byte[] dump = Files.readAllBytes(folder.resolve("dump.rdb"));
        String wanted;
        try (RealRedis redis = new RealRedis("--dir", folder.toString());
                Wire theirs = new Wire(redis.port())) {
            theirs.ask("DEL", "stream");
            wanted = content(theirs);
        }
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitLoaded(wire, "24");
            assertThat(content(wire)).isEqualTo(wanted);
            wire.ask("SELECT", "3");
            assertThat(wire.ask("GET", "other")).isEqualTo("$1");
            assertThat(wire.ask("TYPE", "list")).isEqualTo("+none");
            wire.ask("SET", "since", "1");
            assertThat(wire.ask("SAVE")).isEqualTo("+OK");
        }
        assertThat(folder.resolve("dump.larder")).exists();
        assertThat(folder.resolve("dump.rdb")).hasBinaryContent(dump);
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            awaitLoaded(wire, "25");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip", "cut", "version"})
    void damagedDumpBringsNothingIn(String damage) throws IOException {
        saveByRedis();
        Path file = folder.resolve("dump.rdb");
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case "flip" -> bytes[bytes.length / 2] ^= 1;
            case "cut" -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
            default -> bytes[8] = '9';
        }
        Files.write(file, bytes);
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(persistence(wire, "async_loading")).isEqualTo("0"));
            assertThat(wire.ask("DBSIZE")).isEqualTo(":0");
        }
    }
}
