package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of Redis hear of changes by clients of Memcached, and by commands that Redis has not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemcachedEventsTest {
    private static final String OLD = "PUSH[$invalidate, ARRAY[$k]]";

    private LarderServer server;

    @BeforeAll
    void start() {
        server = LarderServer.start(ServerOptions.standard()
                .with("port", "0")
                .with("memcached-port", "-1")
                .with("io-threads", "2"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Wire tracking() throws IOException {
        Wire wire = new Wire(server.port());
        wire.ask("HELLO", "3");
        assertThat(wire.ask("CLIENT", "TRACKING", "ON")).isEqualTo("+OK");
        return wire;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set k 0 0 1|6|",
                "set k 0 0 1 noreply|6|version|",
                "replace k 0 100 1|6|",
                "append k 0 0 1|6|",
                "prepend k 0 0 1|6|",
                "incr k 1|",
                "decr k 1|",
                "touch k 100|",
                "gat 100 k|",
                "delete k|",
                "ms k 1|6|",
                "ms k 1 MA|6|",
                "ma k|",
                "mg k T100|",
                "md k I|",
                "md k|"
            })
    void changeByMemcachedIsToldToWhoCachesTheKey(String change) throws IOException {
        try (Wire reader = tracking();
                Wire writer = new Wire(server.port());
                TextWire text = new TextWire(server.memcachedPort())) {
            writer.ask("SET", "k", "5");
            assertThat(reader.ask("GET", "k")).isEqualTo("$5");

            text.ask(change);

            assertThat(reader.reply()).isEqualTo(OLD);
            assertThat(reader.ask("PING")).isEqualTo("+PONG");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get k|", "gets k|", "mg k v|", "add k 0 0 1|6|", "cas k 0 0 1 1|6|", "mn|"})
    void whatChangesNothingIsNotTold(String command) throws IOException {
        try (Wire reader = tracking();
                Wire writer = new Wire(server.port());
                TextWire text = new TextWire(server.memcachedPort())) {
            writer.ask("SET", "k", "5");
            assertThat(reader.ask("GET", "k")).isEqualTo("$5");

            text.ask(command);

            writer.ask("SET", "other", "1");
            assertThat(reader.ask("PING")).isEqualTo("+PONG");
            writer.ask("SET", "k", "6");
            assertThat(reader.reply()).isEqualTo(OLD);
        }
    }

    @Test
    void flushIsToldAsAFlush() throws IOException {
        try (Wire reader = tracking();
                TextWire text = new TextWire(server.memcachedPort())) {
            reader.ask("GET", "k");
            text.ask("flush_all|");
            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, nil]");
        }
    }

    @Test
    void invalidTagIsToldAsAFlush() throws IOException {
        try (Wire reader = tracking();
                Wire writer = new Wire(server.port())) {
            writer.ask("LARDER.SET", "k", "1", "TAG", "red");
            assertThat(reader.ask("GET", "k")).isEqualTo("$1");
            writer.ask("LARDER.SET", "k", "2", "EX", "100", "TAG", "red");
            assertThat(reader.reply()).isEqualTo(OLD);
            assertThat(reader.ask("GET", "k")).isEqualTo("$2");

            assertThat(writer.ask("LARDER.INVALIDATE", "red")).isEqualTo(":1");

            assertThat(reader.reply()).isEqualTo("PUSH[$invalidate, nil]");
            assertThat(reader.ask("GET", "k")).isEqualTo("nil");
        }
    }

    @Test
    void eventsAreThoseThatRedisHasForTheLike() throws IOException {
        try (Wire listener = new Wire(server.port());
                Wire writer = new Wire(server.port());
                TextWire text = new TextWire(server.memcachedPort())) {
            writer.ask("FLUSHALL");
            writer.ask("CONFIG", "SET", "notify-keyspace-events", "KAmn");
            listener.ask("PSUBSCRIBE", "__keyspace@0__:*");

            text.ask("set a 0 0 1|5|");
            text.ask("set a 0 100 1|5|");
            text.ask("incr a 1|");
            text.ask("ma a MD|");
            text.ask("append a 0 0 1|7|");
            text.ask("touch a 0|");
            text.ask("touch a 0|");
            text.ask("touch a 100|");
            text.ask("delete a|");
            text.ask("delete a|");
            text.ask("get a|");
            writer.ask("LARDER.SET", "a", "1", "EX", "100");
            writer.ask("PUBLISH", "__keyspace@0__:a", "the end");

            List<String> events = new ArrayList<>();
            for (String event = listener.reply(); !event.contains("the end"); event = listener.reply()) {
                events.add(event.substring(event.lastIndexOf('$') + 1, event.length() - 1));
            }
            assertThat(events)
                    .containsExactly(
                            "new", "set", "set", "expire", "incrby", "incrby", "append", "persist", "expire", "del",
                            "keymiss", "new", "set", "expire");
        } finally {
            try (Wire writer = new Wire(server.port())) {
                writer.ask("CONFIG", "SET", "notify-keyspace-events", "");
            }
        }
    }
}
