package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Scripts answer here as on a real Redis 7.0: values, conversions, libraries, and what is said of mistakes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScriptsDifferentialTest {
    private RealRedis redis;
    private LarderServer server;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "64mb")
                .with("redis-version", "7.0.15"));
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    private static List<String> scripts() throws IOException {
        try (InputStream in = ScriptsDifferentialTest.class.getResourceAsStream("scripts.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.ISO_8859_1);
            return text.lines().filter(line -> !line.isBlank()).toList();
        }
    }

    @Test
    void scriptsAnswerAsOnRedis() throws IOException {
        for (String version : List.of("2", "3")) {
            try (Wire ours = new Wire(server.port());
                    Wire theirs = new Wire(redis.port())) {
                List<String> differences = new ArrayList<>();
                for (Wire each : List.of(ours, theirs)) {
                    each.ask("HELLO", version);
                    each.ask("FLUSHALL");
                    each.ask("SET", "s", "v");
                    each.ask("HSET", "l", "f", "v");
                }
                for (String script : scripts()) {
                    String[] words = {"EVAL", script, "2", "key1", "key2", "arg1", "arg2"};
                    String wanted = comparable(theirs.ask(words));
                    String got = comparable(ours.ask(words));
                    if (!got.equals(wanted)) {
                        differences.add(script + "\n  redis: " + wanted + "\n  larder: " + got);
                    }
                }
                assertThat(String.join("\n", differences)).isEmpty();
            }
        }
    }

    /** The interpreter's compiler does not say near what it met a mistake. */
    private static String comparable(String reply) {
        return reply.startsWith("-ERR Error compiling script") ? reply.replaceAll(" near '.*'$", "") : reply;
    }

    @Test
    void numbersThatAreNoneAreRefusedInRedissWords() throws IOException {
        List<String> texts = List.of(
                "return 8e",
                "8e{",
                "return 3..2",
                "x = 'a..b'\nreturn {x ..5, .5.5}",
                "return 1e+",
                "-- 7e\n\nlocal a = [[\n1e\n]] return 12ab\nreturn 9e",
                "return 1e5e");
        try (Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            for (String text : texts) {
                String wanted = theirs.ask("EVAL", text, "0");
                assertThat(wanted).contains("malformed number near");
                assertThat(ours.ask("EVAL", text, "0").strip()).as(text).isEqualTo(wanted.strip());
            }
        }
    }

    @Test
    void commandsOfScriptsAnswerAsOnRedis() throws IOException {
        String one = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        List<List<String>> requests = List.of(
                List.of("EVAL", "return 1"),
                List.of("EVAL", "return 1", "x"),
                List.of("EVAL", "return 1", "-1"),
                List.of("EVAL", "return 1", "2", "a"),
                List.of("EVALSHA", one, "0"),
                List.of("EVALSHA", "abc", "0"),
                List.of("EVALSHA", "abc", "x"),
                List.of("SCRIPT", "EXISTS", one, "zz"),
                List.of("SCRIPT", "LOAD", "return 1"),
                List.of("SCRIPT", "LOAD", "return ="),
                List.of("SCRIPT", "EXISTS", one, one.toUpperCase(java.util.Locale.ROOT)),
                List.of("EVALSHA", one, "0"),
                List.of("EVALSHA", one.toUpperCase(java.util.Locale.ROOT), "0"),
                List.of("EVALSHA_RO", one, "0"),
                List.of("EVAL_RO", "return redis.call('set','a',1)", "1", "a"),
                List.of("EVAL_RO", "return redis.call('get','a')", "1", "a"),
                List.of("EVAL", "#!lua flags=no-writes\nreturn redis.call('set','a',1)", "1", "a"),
                List.of("EVAL", "#!lua\nreturn redis.call('set','a',1)", "1", "a"),
                List.of("EVAL", "#!lua flags=foo\nreturn 1", "0"),
                List.of("EVAL", "#!lua2\nreturn 1", "0"),
                List.of("EVAL", "#!lua x=1\nreturn 1", "0"),
                List.of("EVAL", "#!lua", "0"),
                List.of("EVAL", "\n\nreturn nil + 1", "0"),
                List.of("SCRIPT", "FLUSH", "foo"),
                List.of("SCRIPT", "FLUSH", "async"),
                List.of("SCRIPT", "EXISTS", one),
                List.of("SCRIPT", "KILL"),
                List.of("SCRIPT", "NONSENSE"),
                List.of("MULTI"),
                List.of("EVAL", "redis.call('set', KEYS[1], 'x') return redis.call('get', 'other')", "1", "k"),
                List.of("GET", "k"),
                List.of("EXEC"),
                List.of("COMMAND", "GETKEYS", "EVAL", "return 1", "2", "a", "b", "c"));
        try (Wire ours = new Wire(server.port());
                Wire theirs = new Wire(redis.port())) {
            theirs.ask("SCRIPT", "FLUSH");
            ours.ask("SCRIPT", "FLUSH");
            for (List<String> request : requests) {
                String[] words = request.toArray(String[]::new);
                assertThat(comparable(ours.ask(words))).as(request.toString()).isEqualTo(comparable(theirs.ask(words)));
            }
        }
    }
}
