package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The slow log, the monitor and the counts of commands: what a real Redis 7.0 shows of the same commands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchDifferentialTest {
    private static final String LONG = "x".repeat(300);

    private static final List<String[]> COMMANDS = List.of(
            words("set a 1"),
            words("SET b " + LONG),
            words("incr b"),
            words("get"),
            words("nonsense a"),
            words("get a"),
            words("config set requirepass secret"),
            words("auth secret"),
            words("auth default secret"),
            words("auth wrong"),
            words("hello 3 auth default secret setname me"),
            words("hello 2"),
            words("config set requirepass \"\""),
            words("multi"),
            words("set a 2"),
            words("incr b"),
            words("exec"),
            ("mset" + " k v".repeat(40)).split(" "),
            new String[] {"echo", "\"\\\n\r\t\u0007\b\u0000\u00ff'"},
            words("select 3"),
            words("get a"),
            words("select 0"),
            words("client setname other"),
            words("dbsize"));

    private RealRedis redis;
    private LarderServer server;

    private static String[] words(String line) {
        return Arrays.stream(line.split(" "))
                .map(word -> word.replace("\"\"", ""))
                .toArray(String[]::new);
    }

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard().with("port", "0"));
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    private static void run(Wire wire) throws IOException {
        for (String[] command : COMMANDS) {
            wire.ask(command);
        }
    }

    private static List<String> slow(int port) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.ask("CONFIG", "SET", "slowlog-log-slower-than", "0");
            wire.ask("SLOWLOG", "RESET");
            run(wire);
            List<String> shown = new ArrayList<>();
            for (String count : List.of("-1", "3", "0", "-2", "x")) {
                shown.add(wire.ask("SLOWLOG", "GET", count)
                        .replaceAll(":\\d+, :\\d+, :\\d+, ARRAY", "ARRAY")
                        .replaceAll("127.0.0.1:\\d+", "address"));
            }
            wire.ask("CONFIG", "SET", "slowlog-max-len", "4");
            shown.add(wire.ask("SLOWLOG", "LEN"));
            wire.ask("CONFIG", "SET", "slowlog-max-len", "128");
            wire.ask("CONFIG", "SET", "slowlog-log-slower-than", "-1");
            wire.ask("SLOWLOG", "RESET");
            shown.add(wire.ask("SLOWLOG", "LEN"));
            shown.add(wire.ask("SLOWLOG", "GET", "1", "2"));
            return shown;
        }
    }

    @Test
    void slowLogShowsWhatRedisShows() throws IOException {
        assertThat(slow(server.port())).isEqualTo(slow(redis.port()));
    }

    private static List<String> monitored(int port) throws IOException {
        try (Wire wire = new Wire(port);
                Wire monitor = new Wire(port)) {
            assertThat(monitor.ask("MONITOR")).isEqualTo("+OK");
            run(wire);
            wire.ask("ECHO", "end");
            List<String> lines = new ArrayList<>();
            String line;
            do {
                line = monitor.reply();
                lines.add(line.replaceAll("^\\+\\d+\\.\\d{6}", "+time").replaceAll("127.0.0.1:\\d+", "address"));
            } while (!line.endsWith("\"end\""));
            assertThat(wire.ask("CLIENT", "LIST")).contains("flags=O");
            assertThat(monitor.ask("RESET")).isEqualTo("+RESET");
            wire.ask("ECHO", "unseen");
            assertThat(monitor.ask("PING")).isEqualTo("+PONG");
            return lines;
        }
    }

    @Test
    void monitorShowsWhatRedisShows() throws IOException {
        assertThat(monitored(server.port())).isEqualTo(monitored(redis.port()));
    }

    private static List<String> counted(int port) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.ask("CONFIG", "RESETSTAT");
            run(wire);
            String text = wire.ask("INFO", "commandstats");
            return text.lines()
                    .filter(line -> line.startsWith("cmdstat_") && !line.contains("config|resetstat"))
                    .map(line -> line.replaceAll("usec=\\d+,usec_per_call=[0-9.]+", "usec"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void commandsAreCountedAsByRedis() throws IOException {
        assertThat(counted(server.port())).isEqualTo(counted(redis.port()));
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("INFO", "latencystats")).contains("latency_percentiles_usec_get:p50=");
            assertThat(wire.ask("INFO")).doesNotContain("cmdstat_");
            assertThat(wire.ask("INFO", "everything")).contains("cmdstat_get");
            assertThat(wire.ask("LATENCY", "HISTOGRAM", "set", "nonsense"))
                    .startsWith("ARRAY[$set, ARRAY[$calls, :")
                    .contains("$histogram_usec");
        }
    }

    @Test
    void whatTakesLongIsRecorded() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("LATENCY", "DOCTOR")).contains("Nothing is recorded");
            wire.ask("CONFIG", "SET", "latency-monitor-threshold", "1");
            wire.ask("SET", "a", "ab".repeat(1_800));
            wire.ask("SET", "b", "ba".repeat(1_800));
            wire.ask("LCS", "a", "b", "IDX");
            assertThat(wire.ask("LATENCY", "LATEST")).contains("$command, :");
            assertThat(wire.ask("LATENCY", "HISTORY", "command")).startsWith("ARRAY[ARRAY[:");
            assertThat(wire.ask("LATENCY", "HISTORY", "nonsense")).isEqualTo("ARRAY[]");
            assertThat(wire.ask("LATENCY", "GRAPH", "command")).contains("#");
            assertThat(wire.ask("LATENCY", "GRAPH", "nonsense"))
                    .isEqualTo("-ERR No samples available for event 'nonsense'");
            assertThat(wire.ask("LATENCY", "DOCTOR")).contains("command: ");
            wire.ask("CONFIG", "SET", "latency-monitor-threshold", "0");
            assertThat(wire.ask("LATENCY", "RESET", "command", "nonsense")).isEqualTo(":1");
            wire.ask("LATENCY", "RESET");
            assertThat(wire.ask("LATENCY", "LATEST")).isEqualTo("ARRAY[]");
        }
    }
}
