package dev.larder.protocol.memcached.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.protocol.RealServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bytes to this parser and to a real memcached: complaints must be the same, and as many requests be left. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemcachedDifferentialTest {
    private static final int ROUNDS = 400;
    private static final String KEY = "k".repeat(251);

    /** What a client may get wrong; a bar stands for a line end. */
    private static final List<String> SAID = List.of(
            "|",
            "\n",
            "x|",
            "get|",
            "get  a|",
            "GET a|",
            "gat 10|",
            "gat x a|",
            "get " + KEY + "|",
            "get a " + KEY + " b|",
            "set a 0 0 1|xx|",
            "set a 0 0 3|x|version|",
            "set a 0 0 1|x\nversion|",
            "set a 0 0 -1|version|",
            "set a 0 0 abc|x|",
            "set a 0 0 abc noreply|x|",
            "set a 0 0 1 nope|x|",
            "set a -1 0 1|x|",
            "set a +5 +5 +1|x|",
            "set a 05 0 01|x|",
            "set " + KEY + " 0 0 1|x|",
            "set a 0 0 2000000|" + "x".repeat(2_000_000) + "|",
            "set a 0 0 2000000 noreply|" + "x".repeat(2_000_000) + "|",
            "set a 0 0 2147483646|x|",
            "set a 0 0 2147483647|x|",
            "set a 0 0|",
            "set a 0 0 1 noreply x|",
            "set a 1.5 0 1|x|",
            "cas a 0 0 1|",
            "cas a 0 0 1 x|y|",
            "cas a 0 0 1 5|y|",
            "delete|",
            "delete a 0|",
            "delete a 1|",
            "delete a noreply|",
            "delete a 0 noreply|",
            "delete a 1 noreply|",
            "delete a b c d|",
            "delete " + KEY + "|",
            "incr zz|",
            "incr zz x|",
            "incr zz -1|",
            "incr zz 1 x|",
            "incr zz x noreply|",
            "incr zz 99999999999999999999|",
            "touch a|",
            "touch a x|",
            "touch a 1 x|",
            "touch " + KEY + " 1|",
            "flush_all x|",
            "flush_all -1|",
            "flush_all 0 1 2|",
            "flush_all noreply x|",
            "flush_all x noreply|",
            "verbosity|",
            "verbosity 0|",
            "verbosity x|",
            "verbosity 0 2|",
            "verbosity 0 2 3|",
            "version x y|",
            "cache_memlimit|",
            "cache_memlimit x|",
            "mg|",
            "mg " + KEY + " v|",
            "mg a v v|",
            "mg a !|",
            "mg a Tx|",
            "mg a T|",
            "mg a O" + "1".repeat(31) + "|",
            "mg a O" + "1".repeat(32) + "|",
            "mg YQ= b k|",
            "mg **** b|",
            "mg Y b k|",
            "mg a S1|",
            "mg a x|",
            "mg a \u0080|",
            "mg a v t f c s l h k u q D1 J1 C1 MS F1 I P L|",
            "ms|",
            "ms a|",
            "ms a x|",
            "ms a -1|",
            "ms a 1|xx|",
            "ms a 1 q|xx|",
            "ms a 1 !|x|",
            "ms a 1 MX|x|",
            "ms a 1 MSS|x|",
            "ms a 1 M|x|",
            "ms a 1 Fx|x|",
            "ms a 1 F-1|x|",
            "ms a 1 Cx|x|",
            "ms " + KEY + " 1|x|",
            "ms a S1|x|",
            "ms a 1 S1|x|",
            "ms a 1 O" + "1".repeat(32) + "|x|",
            "ms a 2000000|" + "x".repeat(2_000_000) + "|",
            "ms a 1 T1 T2|x|",
            "ms YQ 1 b|x|",
            "ms YQ== 1 b k|x|",
            "md|",
            "md a !|",
            "md a v v|",
            "md a Cx|",
            "md " + KEY + "|",
            "ma a !|",
            "ma a MX|",
            "ma a Dx|",
            "ma a D-1|",
            "ma a MII|",
            "mn x y|",
            "me|",
            "me ** b|",
            "me " + KEY + "|",
            "mx a|",
            "m|",
            "get a\0b|",
            "ge\0t a|",
            "get\ta|",
            "version\rx|",
            "version\n",
            "  version|",
            "set a 0 0 1" + " 2".repeat(25) + "|");

    private RealServer memcached;

    @BeforeAll
    void start() {
        memcached = RealServer.memcached();
    }

    @AfterAll
    void stop() {
        memcached.close();
    }

    static Stream<String> said() {
        return SAID.stream();
    }

    @ParameterizedTest
    @MethodSource("said")
    void complaintsAreThoseOfMemcached(String said) {
        byte[] bytes = Spoken.bytes((said + "mn|").replace("|", "\r\n"));

        assertThat(theirs(memcached, bytes, 1 << 20, new SplittableRandom(1))).isEqualTo(ours(Spoken.parser(), bytes));
    }

    @Test
    void damagedStreamsAreComplainedOfAlike() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        String[] pieces = TextRequestParserTest.SPOKEN.split("(?<=\\|)", -1);
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(1, 10); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            for (int i = random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
                text.setCharAt(random.nextInt(text.length()), "a0 9q-Ivx+|".charAt(random.nextInt(11)));
            }
            text.append("mn|".repeat(500)); // ends any value: what is answered before an incomplete one may get lost
            String damaged = text.toString();
            byte[] bytes = Spoken.bytes(damaged.replace("|", "\r\n"));
            TextRequestParser parser = Spoken.parser();
            List<String> ours = ours(parser, bytes);
            if (isComparable(damaged) && parser.heldBytes() == 0) {
                compared++;
                assertThat(theirs(memcached, bytes, 1 + random.nextInt(bytes.length), random))
                        .as("seed %d, round %d: %s", seed, round, damaged)
                        .isEqualTo(ours);
            }
        }
        assertThat(compared).isGreaterThan(ROUNDS / 4);
    }

    @Test
    void loginsAreThoseOfMemcached(@TempDir Path folder) throws IOException {
        Path users = Files.writeString(folder.resolve("users"), "user:pass\n");
        try (RealServer guarded = RealServer.memcached("-Y", users.toString())) {
            for (String said : new String[] {
                "get a|",
                "version|",
                "set x 0 0|",
                "set x 0 0 9|user nope|",
                "set x 0 0 1|x|",
                "set x 0 0 2|a bc",
                "mn|"
            }) {
                byte[] bytes = Spoken.bytes(said.replace("|", "\r\n"));
                TextRequestParser parser = Spoken.parser();
                parser.needsLogin(true);

                List<String> ours = Spoken.heard(parser, bytes, Integer.MAX_VALUE, new SplittableRandom(1)).stream()
                        .map(each -> each.startsWith("LOGIN") ? "CLIENT_ERROR authentication failure" : each)
                        .toList();

                assertThat(theirs(guarded, bytes, 1 << 20, new SplittableRandom(1)))
                        .as(said)
                        .isEqualTo(ours);
            }
        }
    }

    /** Whether it has none of what closes, prints at length, or is read more strictly here than there. */
    private static boolean isComparable(String text) {
        return !text.matches("(?s).*(quit|shutdown|stats|cache_|E| b).*") && !text.matches("(?s).*[0-9]{10}.*");
    }

    private static List<String> ours(TextRequestParser parser, byte[] bytes) {
        return Spoken.heard(parser, bytes, Integer.MAX_VALUE, new SplittableRandom(1)).stream()
                .filter(heard -> heard.contains("ERROR") && !heard.endsWith(" quiet"))
                .map(heard -> heard.replaceAll("( a)? too large$", ""))
                .toList();
    }

    private static List<String> theirs(RealServer server, byte[] bytes, int maxPiece, SplittableRandom random) {
        return new String(server.answerTo(bytes, maxPiece, random), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line ->
                        line.contains("ERROR") && !line.contains("non-numeric") && !line.contains("invalid data"))
                .toList();
    }
}
