package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases, stale values, tags and jitter for Redis clients. */
class LarderCommandsTest {
    private static final String NEVER_GIVEN = "0123456789abcdef0123456789abcdef";

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private LarderServer server;
    private Wire wire;
    private Wire other;

    @BeforeEach
    void start() throws IOException {
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("memcached-port", "-1"), now::get);
        wire = new Wire(server.port());
        other = new Wire(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        other.close();
        server.close();
    }

    private String token(String... words) throws IOException {
        String reply = wire.ask(words);
        assertThat(reply).startsWith("ARRAY[$load, ");
        return reply.replaceAll(".*\\$([0-9a-f]{32})]", "$1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void oneOfAllLoadsAndTheOthersWait(String version) throws IOException {
        wire.ask("HELLO", version);
        other.ask("HELLO", version);

        String token = token("LARDER.GET", "k");

        assertThat(other.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$wait, nil, nil]");
        assertThat(wire.ask("LARDER.SET", "k", "v", "TOKEN", token, "EX", "10")).isEqualTo("+OK");
        assertThat(other.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$hit, $v, nil]");
        assertThat(other.ask("GET", "k")).isEqualTo("$v");
        assertThat(wire.ask("LARDER.SET", "k", "again", "TOKEN", token)).isEqualTo("nil");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "DEL k",
                "UNLINK k",
                "SET k x",
                "APPEND k x",
                "INCR k",
                "HSET k f v",
                "GETDEL k",
                "FLUSHDB",
                "FLUSHALL",
                "LARDER.SET k x",
                "RENAME from k",
                "COPY from k REPLACE"
            })
    void changeOfTheKeyEndsTheLease(String change) throws IOException {
        other.ask("SET", "from", "1");
        String token = token("LARDER.GET", "k");

        other.ask(change.split(" "));

        assertThat(wire.ask("LARDER.SET", "k", "old", "TOKEN", token)).isEqualTo("nil");
        assertThat(wire.ask("GET", "k")).isNotEqualTo("$old");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set k 0 0 1|x|",
                "delete k|",
                "ms k 1|x|",
                "md k q|",
                "mg k N30|",
                "add k 0 0 1|x|",
                "flush_all|"
            })
    void changeByMemcachedClientEndsTheLease(String change) throws IOException {
        String token = token("LARDER.GET", "k");

        try (TextWire text = new TextWire(server.memcachedPort())) {
            text.ask(change);
        }

        assertThat(wire.ask("LARDER.SET", "k", "old", "TOKEN", token)).isEqualTo("nil");
    }

    @Test
    void leaseEndsByTimeAndAnotherOneLoads() throws IOException {
        String first = token("LARDER.GET", "k", "500");
        now.addAndGet(499);
        assertThat(other.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$wait, nil, nil]");
        now.addAndGet(1);

        String second = token("LARDER.GET", "k", "500");

        assertThat(wire.ask("LARDER.SET", "k", "late", "TOKEN", first)).isEqualTo("nil");
        assertThat(wire.ask("LARDER.SET", "k", "v", "TOKEN", second)).isEqualTo("+OK");
    }

    @Test
    void clockThatIsSetBackKeepsNoLeaseForEver() throws IOException {
        token("LARDER.GET", "k");
        now.addAndGet(-86_400_000);

        token("LARDER.GET", "k");
    }

    @Test
    void leaseGivenBackIsForTheNextOne() throws IOException {
        String token = token("LARDER.GET", "k");

        assertThat(wire.ask("LARDER.RELEASE", "k", NEVER_GIVEN)).isEqualTo(":0");
        assertThat(wire.ask("LARDER.RELEASE", "k", token)).isEqualTo(":1");
        token("LARDER.GET", "k");
    }

    @Test
    void staleValueIsServedWhileOneRenewsIt() throws IOException {
        wire.ask("LARDER.SET", "k", "old", "EX", "10", "STALE", "60");
        assertThat(wire.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$hit, $old, nil]");
        assertThat(wire.ask("TTL", "k")).isEqualTo(":70");
        now.addAndGet(10_000);

        String reply = wire.ask("LARDER.GET", "k");

        assertThat(reply).matches("ARRAY\\[\\$load, \\$old, \\$[0-9a-f]{32}]");
        assertThat(other.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$wait, $old, nil]");
        assertThat(other.ask("GET", "k")).isEqualTo("$old");
        String token = reply.replaceAll(".*\\$([0-9a-f]{32})]", "$1");
        assertThat(wire.ask("LARDER.SET", "k", "new", "TOKEN", token, "EX", "10"))
                .isEqualTo("+OK");
        assertThat(other.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$hit, $new, nil]");
    }

    @Test
    void staleValueGoesWhenItsStaleTimeIsOver() throws IOException {
        wire.ask("LARDER.SET", "k", "old", "PX", "1500", "STALE", "1");
        now.addAndGet(2_500);

        assertThat(wire.ask("GET", "k")).isEqualTo("nil");
        assertThat(wire.ask("LARDER.GET", "k")).startsWith("ARRAY[$load, nil, $");
    }

    @Test
    void tagTakesAllItsEntriesAtOnceInAllDatabases() throws IOException {
        for (int i = 0; i < 100; i++) {
            wire.ask("LARDER.SET", "k" + i, "v", "TAG", "all", i % 2 == 0 ? "even" : "odd");
        }
        other.ask("SELECT", "3");
        other.ask("LARDER.SET", "far", "v", "TAG", "even");
        other.ask("SET", "plain", "v");

        assertThat(wire.ask("LARDER.INVALIDATE", "even")).isEqualTo(":1");

        assertThat(wire.ask("GET", "k4")).isEqualTo("nil");
        assertThat(wire.ask("EXISTS", "k5", "k6")).isEqualTo(":1");
        assertThat(other.ask("MGET", "far", "plain")).isEqualTo("ARRAY[nil, $v]");
        assertThat(wire.ask("LARDER.INVALIDATE", "all", "none")).isEqualTo(":2");
        assertThat(wire.ask("KEYS", "*")).isEqualTo("ARRAY[]");
        assertThat(wire.ask("LARDER.SET", "k4", "w", "TAG", "even")).isEqualTo("+OK");
        assertThat(wire.ask("GET", "k4")).isEqualTo("$w");
    }

    @Test
    void loadBegunBeforeAnInvalidationIsNotStoredAfterIt() throws IOException {
        String token = token("LARDER.GET", "k");
        other.ask("LARDER.INVALIDATE", "t");

        assertThat(wire.ask("LARDER.SET", "k", "old", "TOKEN", token, "TAG", "s", "t"))
                .isEqualTo("nil");
        assertThat(wire.ask("LARDER.GET", "k")).startsWith("ARRAY[$load, nil, $");
    }

    @Test
    void invalidationOfAnotherTagLeavesTheLoad() throws IOException {
        String token = token("LARDER.GET", "k");
        other.ask("LARDER.INVALIDATE", "elsewhere");

        assertThat(wire.ask("LARDER.SET", "k", "v", "TOKEN", token, "TAG", "t")).isEqualTo("+OK");
        assertThat(wire.ask("GET", "k")).isEqualTo("$v");
    }

    @Test
    void tagsAreAddedToAnyKey() throws IOException {
        wire.ask("HSET", "h", "f", "v");
        wire.ask("EXPIRE", "h", "100");

        assertThat(wire.ask("LARDER.TAG", "h", "a", "b", "a")).isEqualTo(":2");
        assertThat(wire.ask("LARDER.TAG", "h", "b", "c")).isEqualTo(":1");
        assertThat(wire.ask("LARDER.TAG", "none", "a")).isEqualTo(":0");
        assertThat(wire.ask("TTL", "h")).isEqualTo(":100");
        for (int i = 0; i < 200; i++) {
            wire.ask("HSET", "h", "f" + i, "v".repeat(i));
        }
        assertThat(wire.ask("HLEN", "h")).isEqualTo(":201");
        wire.ask("LARDER.INVALIDATE", "c");
        assertThat(wire.ask("EXISTS", "h")).isEqualTo(":0");
    }

    @Test
    void tagsStayWithWhatIsChangedInPlaceAndGoWithWhatIsSet() throws IOException {
        wire.ask("LARDER.SET", "n", "1", "EX", "100", "TAG", "t");
        wire.ask("LARDER.SET", "s", "x", "TAG", "t");
        wire.ask("LARDER.SET", "moved", "x", "TAG", "t");
        wire.ask("LARDER.SET", "set", "x", "TAG", "t");
        wire.ask("INCR", "n");
        wire.ask("APPEND", "s", "y".repeat(20_000));
        wire.ask("PERSIST", "n");
        wire.ask("RENAME", "moved", "there");
        wire.ask("SET", "set", "untagged");

        wire.ask("LARDER.INVALIDATE", "t");

        assertThat(wire.ask("MGET", "n", "s", "there", "set")).isEqualTo("ARRAY[nil, nil, nil, $untagged]");
    }

    @Test
    void moreTagsThanAreRememberedTakeMoreThanTheyMust() throws IOException {
        wire.ask("LARDER.SET", "k", "v", "TAG", "t");
        wire.ask("SET", "plain", "v");
        String[] tags = new String[1_001];
        tags[0] = "LARDER.INVALIDATE";
        for (int i = 0; i < 66; i++) {
            for (int j = 1; j < tags.length; j++) {
                tags[j] = i + "-" + j;
            }
            assertThat(wire.ask(tags)).isEqualTo(":1000");
        }

        assertThat(wire.ask("MGET", "k", "plain")).isEqualTo("ARRAY[nil, $v]");
        wire.ask("LARDER.SET", "k", "v", "TAG", "t");
        assertThat(wire.ask("GET", "k")).isEqualTo("$v");
    }

    @Test
    void moreLeasesThanThereMayBeEndTheOldest() throws IOException {
        String first = token("LARDER.GET", "first");
        for (int i = 0; i < 20; i++) {
            StringBuilder many = new StringBuilder();
            for (int j = 0; j < 1_000; j++) {
                many.append("LARDER.GET k").append(i).append('-').append(j).append("\r\n");
            }
            wire.send(Wire.latin(many.toString()));
            wire.replies(1_000);
        }

        assertThat(wire.ask("LARDER.SET", "first", "v", "TOKEN", first)).isEqualTo("nil");
        String leases = wire.ask("INFO", "stats").replaceAll("(?s).*larder_leases:(\\d+).*", "$1");
        assertThat(Integer.parseInt(leases)).isBetween(10_000, 16_384);
    }

    @Test
    void memcachedWinAndLeaseAreOneThing() throws IOException {
        try (TextWire text = new TextWire(server.memcachedPort())) {
            assertThat(text.ask("mg k N30 v|")).isEqualTo("VA 0 W||");
            assertThat(wire.ask("LARDER.GET", "k")).isEqualTo("ARRAY[$wait, nil, nil]");
            assertThat(text.ask("ms k 1 T0|x|md k I|")).isEqualTo("HD|HD|");
            assertThat(wire.ask("LARDER.GET", "k")).matches("ARRAY\\[\\$load, \\$x, \\$[0-9a-f]{32}]");
            assertThat(text.ask("mg k v|")).isEqualTo("VA 1 Z X|x|");
        }
    }

    @Test
    void jitterShortensTimesToLive() throws IOException {
        assertThat(wire.ask("CONFIG", "SET", "expiry-jitter", "0 50%")).isEqualTo("+OK");
        assertThat(wire.ask("CONFIG", "GET", "expiry-jitter")).contains("$0 50%");
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 200; i++) {
            wire.ask("SET", "k", "v", "EX", "1000");
            long left = Long.parseLong(wire.ask("PTTL", "k").substring(1));
            least = Math.min(least, left);
            most = Math.max(most, left);
        }
        assertThat(least).isBetween(500_000L, 650_000L);
        assertThat(most).isBetween(850_000L, 1_000_000L);
        wire.ask("SET", "k", "v", "PXAT", Long.toString(now.get() + 5_000));
        assertThat(wire.ask("PTTL", "k")).isEqualTo(":5000");
        wire.ask("LARDER.SET", "k", "v", "EX", "1000", "JITTER", "0");
        assertThat(wire.ask("PTTL", "k")).isEqualTo(":1000000");
        other.ask("SELECT", "1");
        other.ask("SETEX", "k", "1000", "v");
        assertThat(other.ask("PTTL", "k")).isEqualTo(":1000000");
        assertThat(wire.ask("CONFIG", "SET", "expiry-jitter", "0 91%")).startsWith("-ERR CONFIG SET failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "LARDER.GET k 0;-ERR value is not an integer or out of range",
                "LARDER.GET k 1 2;-ERR syntax error",
                "LARDER.SET k v EX;-ERR syntax error",
                "LARDER.SET k v EX 1 PX 1;-ERR syntax error",
                "LARDER.SET k v EX 0;-ERR invalid expire time in 'larder.set' command",
                "LARDER.SET k v STALE 5;-ERR STALE needs EX or PX",
                "LARDER.SET k v TOKEN 12;-ERR a token has 32 hexadecimal digits",
                "LARDER.SET k v TOKEN 0123456789abcdef0123456789abcdeg;-ERR a token has 32 hexadecimal digits",
                "LARDER.SET k v JITTER 91;-ERR value is not an integer or out of range",
                "LARDER.SET k v TAG 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17;"
                        + "-ERR an entry must have at most 16 tags but had 17",
                "LARDER.INVALIDATE;-ERR wrong number of arguments for 'larder.invalidate' command"
            })
    void wrongWordsAreRefused(String said, String answer) throws IOException {
        assertThat(wire.ask(said.split(" "))).isEqualTo(answer);
    }

    @Test
    void anotherTypeIsRefused() throws IOException {
        wire.ask("HSET", "h", "f", "v");
        assertThat(wire.ask("LARDER.GET", "h")).startsWith("-WRONGTYPE");
    }
}
