package dev.larder.protocol.memcached.server;

import static dev.larder.protocol.memcached.server.Spoken.bytes;
import static dev.larder.protocol.memcached.server.Spoken.heard;
import static dev.larder.protocol.memcached.server.Spoken.parser;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.protocol.bytes.Scratch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextRequestParserTest {
    static final String SPOKEN = "get a|gets a b  c|gat 10 a|gats -1 a b|set k 5 60 3|a||add k 0 0 0||"
            + "replace k 4294967295 0 2 noreply|ab|append k 0 0 1|x|prepend k 0 0 1|y|cas k 1 2 1 18446744073709551615|z|"
            + "delete k|delete k 0 noreply|incr k 5|decr k 18446744073709551615 noreply|touch k 9|flush_all|"
            + "flush_all 10 noreply|version|verbosity 1|stats|stats items|cache_memlimit 64|quit|shutdown graceful|"
            + "mg k v t f O123 q|ms k 3 T60 F7 C9 MS I|abc|md k I T5|ma k N30 J7 D2 MD v|mn|me k|mg a2V5 b k|"
            + "nonsense|set k 0 0 x|get a\nset k 0 0 1 \nb\r\n";
    private static final String BAD_FORMAT = "CLIENT_ERROR bad command line format";
    private static final String LONG_KEY = "k".repeat(251);

    @Test
    void everyCommandIsRead() {
        assertThat(heard(parser(), SPOKEN))
                .containsExactly(
                        "GET a",
                        "GETS a b c",
                        "GAT a T10",
                        "GATS a b T-1",
                        "SET k F5 T60 'a\r\n'",
                        "ADD k T0 ''",
                        "REPLACE k F4294967295 T0 'ab' quiet",
                        "APPEND k T0 'x'",
                        "PREPEND k T0 'y'",
                        "CAS k F1 T2 C18446744073709551615 'z'",
                        "DELETE k",
                        "DELETE k quiet",
                        "INCR k D5",
                        "DECR k D18446744073709551615 quiet",
                        "TOUCH k T9",
                        "FLUSH_ALL",
                        "FLUSH_ALL T10 quiet",
                        "VERSION",
                        "VERBOSITY D1",
                        "STATS",
                        "STATS",
                        "CACHE_MEMLIMIT D64",
                        "QUIT",
                        "SHUTDOWN",
                        "MG k D1 /vtfOq quiet",
                        "MS k F7 T60 C9 /TFCMI 'abc'",
                        "MD k T5 D1 /IT",
                        "MA k D2 /NJDMv",
                        "MN",
                        "ME k",
                        "MG key D1 /bk",
                        "ERROR",
                        BAD_FORMAT,
                        "GET a",
                        "SET k T0 'b'");
    }

    @Test
    void aSplitAtAnyByteChangesNothing() {
        List<String> whole = heard(parser(), SPOKEN);
        byte[] all = bytes(SPOKEN.replace("|", "\r\n"));
        for (int cut = 0; cut < all.length; cut++) {
            TextRequestParser parser = parser();
            SplittableRandom random = new SplittableRandom(1);
            List<String> halves = heard(parser, Arrays.copyOf(all, cut), Integer.MAX_VALUE, random);
            halves.addAll(heard(parser, Arrays.copyOfRange(all, cut, all.length), Integer.MAX_VALUE, random));

            assertThat(halves).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void wordsAndFlagsKeepTheirOrderAndTokens() {
        TextRequestParser parser = parser();
        parser.input().take(ByteBuffer.wrap(bytes("mg key O12 N30 R5 E7 J9 k\r\nstats detail on\r\n")));

        assertThat(parser.next()).isTrue();
        MetaOptions meta = parser.request().meta();
        assertThat(meta.count()).isEqualTo(6);
        assertThat(meta.flag(0)).isEqualTo('O');
        assertThat(parser.request().word(meta.word(0))).isEqualTo("O12");
        assertThat(meta.has('k')).isTrue();
        assertThat(meta.has('v')).isFalse();
        assertThat(meta.autoVivifyExpiry()).isEqualTo(30);
        assertThat(meta.recacheExpiry()).isEqualTo(5);
        assertThat(meta.newCas()).isEqualTo(7);
        assertThat(meta.initial()).isEqualTo(9);

        assertThat(parser.next()).isTrue();
        assertThat(parser.request().wordCount()).isEqualTo(2);
        assertThat(parser.request().word(0) + parser.request().word(1)).isEqualTo("detailon");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "'|'~ERROR",
                "get|~ERROR",
                "GET a|~ERROR",
                "gat x a|~CLIENT_ERROR invalid exptime argument",
                "set a 0 0|~ERROR",
                "cas a 0 0 1|~ERROR",
                "set a 0 0 -1|~CLIENT_ERROR bad command line format",
                "set a 4294967296 0 1|~CLIENT_ERROR bad command line format",
                "set a 0 0 2147483647|~CLIENT_ERROR bad command line format",
                "set a 0 0 99999999999999999999|~CLIENT_ERROR bad command line format",
                "set a 0 0 x noreply|~CLIENT_ERROR bad command line format quiet",
                "delete a 1|~CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]",
                "delete a b c d|~ERROR",
                "incr a|~ERROR",
                "incr a -1|~CLIENT_ERROR invalid numeric delta argument",
                "incr a 18446744073709551616|~CLIENT_ERROR invalid numeric delta argument",
                "touch a x|~CLIENT_ERROR invalid exptime argument",
                "flush_all x|~CLIENT_ERROR invalid exptime argument",
                "flush_all 0 1 2|~ERROR",
                "verbosity x|~CLIENT_ERROR bad command line format",
                "cache_memlimit x|~ERROR",
                "mg|~ERROR",
                "mg a v v|~CLIENT_ERROR duplicate flag",
                "mg a !|~CLIENT_ERROR invalid flag",
                "mg a Tx|~CLIENT_ERROR bad token in command line format",
                "mg *** b|~CLIENT_ERROR error decoding key",
                "mg a O12345678901234567890123456789012|~CLIENT_ERROR opaque token too long",
                "mg a v t f c s l h k u q D1 J1 C1 MS F1 I P L|~CLIENT_ERROR options flags are too long",
                "ms a|~CLIENT_ERROR bad command line format",
                "ms a x|~CLIENT_ERROR bad command line format",
                "md a !|~CLIENT_ERROR invalid or duplicate flag",
                "ma a MX|~CLIENT_ERROR invalid mode for ma M token",
                "me|~CLIENT_ERROR bad command line format",
            })
    void whatIsWrongIsAnsweredInMemcachedsWordsAndTheConnectionGoesOn(String said, String answer) {
        assertThat(heard(parser(), said + "mn|")).containsExactly(answer, "MN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "ms a 1 !|x|~CLIENT_ERROR invalid flag",
                "ms a 1 MX|x|~CLIENT_ERROR invalid mode for ms M token",
                "ms a 1 MSS|x|~CLIENT_ERROR incorrect length for M token",
                "ms a 1 F-1|x|~CLIENT_ERROR bad command line format",
                "ms a 1 T1 T2|x|~CLIENT_ERROR duplicate flag",
                "ms YQ 1 b q|x|~CLIENT_ERROR error decoding key",
            })
    void theValueOfARefusedMetaSetIsPassedOver(String said, String answer) {
        assertThat(heard(parser(), said + "mn|")).containsExactly(answer, "MN");
    }

    @Test
    void aKeyOfMoreThan250BytesIsRefused() {
        for (String said : new String[] {
            "get a %s|", "delete %s|", "incr %s 1|", "touch %s 1|", "mg %s|", "md %s|", "me %s|", "set %s 0 0 1|"
        }) {
            assertThat(heard(parser(), said.replace("%s", LONG_KEY))).as(said).containsExactly(BAD_FORMAT);
        }
        assertThat(heard(parser(), "get " + "k".repeat(250) + "|")).containsExactly("GET " + "k".repeat(250));
    }

    @Test
    void aValueMustEndWhereItWasAnnounced() {
        assertThat(heard(parser(), "set a 0 0 1|xx|version|"))
                .containsExactly("CLIENT_ERROR bad data chunk", "ERROR", "VERSION");
        assertThat(heard(parser(), "set a 0 0 1 noreply|xx|")).startsWith("CLIENT_ERROR bad data chunk quiet");
        assertThat(heard(parser(), "ms a 1 q|xx|")).startsWith("CLIENT_ERROR bad data chunk");
    }

    @Test
    void aValueThatIsTooLongIsPassedOverWithoutKeepingIt() {
        TextRequestParser parser = parser(new TextLimits(2_048, 10_000, 1_000));
        byte[] bytes = bytes("set a 0 0 1000000\r\n" + "x".repeat(1_000_000) + "\r\nms b 1001\r\n" + "y".repeat(1_001)
                + "\r\nmn\r\n");

        List<String> heard = heard(parser, bytes, 700, new SplittableRandom(1));

        assertThat(heard)
                .containsExactly(
                        "SERVER_ERROR object too large for cache a too large",
                        "SERVER_ERROR object too large for cache b too large",
                        "MN");
        assertThat(parser.heldBytes()).isLessThan(1_000);
    }

    @Test
    void announcedLengthsTakeNoMemoryAndALargeValueIsItsOwnArray() {
        TextRequestParser parser = new TextRequestParser(new TextLimits(2_048, 10_000, 100 << 20), new Scratch());
        byte[] value = new byte[300_000];
        new SplittableRandom(1).nextBytes(value);
        assertThat(heard(parser, "set k 7 0 " + value.length + "|")).isEmpty();
        assertThat(parser.heldBytes()).isLessThan(70_000);

        ByteBuffer in = ByteBuffer.wrap(value);
        while (in.hasRemaining()) {
            parser.input().take(in);
            assertThat(parser.next()).isFalse();
        }
        parser.input().take(ByteBuffer.wrap(bytes("\r\nmn\r\n")));

        assertThat(parser.next()).isTrue();
        assertThat(parser.request().isOwnArray()).isTrue();
        assertThat(parser.request().value()).isEqualTo(value);
        assertThat(parser.request().key(0)).isEqualTo(bytes("k"));
        assertThat(parser.next()).isTrue();
        assertThat(parser.next()).isFalse();
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void linesHaveALimitAndThoseOfGetAWiderOne() {
        TextLimits limits = new TextLimits(100, 1_000, 100);

        assertThat(heard(parser(limits), "x".repeat(102))).containsExactly("hang up: a line has more than 100 bytes");
        assertThat(heard(parser(limits), "x".repeat(101) + "|"))
                .containsExactly("hang up: a line has more than 100 bytes");
        assertThat(heard(parser(limits), "x".repeat(100) + "|")).containsExactly("ERROR");
        assertThat(heard(parser(limits), "get" + " a".repeat(490) + "|"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("GET a");
        assertThat(heard(parser(limits), "gets" + " a".repeat(500)))
                .containsExactly("hang up: a line has more than 1000 bytes");
        assertThat(heard(parser(limits), " ".repeat(101) + "get" + " a".repeat(100)))
                .containsExactly("hang up: a line has more than 100 bytes");
    }

    @Test
    void aNulEndsALineAsInC() {
        assertThat(heard(parser(), "get a\0b|ge\0t a|")).containsExactly("GET a", "ERROR");
    }

    @Test
    void browsersAreHungUpOn() {
        assertThat(heard(parser(), "POST / HTTP/1.1|mn|")).containsExactly("hang up: a browser speaks");
        assertThat(heard(parser(), "mn|")).containsExactly("MN");
    }

    @Test
    void whoMustLogInDoesSoByTheFirstSet() {
        TextRequestParser parser = parser();
        parser.needsLogin(true);

        assertThat(heard(parser, "get a|version|set x 0 0|set x 0 0 9|user pass|set x 0 0 1|x|set x 0 0 3|a bc\r\n"))
                .containsExactly(
                        "CLIENT_ERROR unauthenticated",
                        "CLIENT_ERROR unauthenticated",
                        "CLIENT_ERROR unauthenticated",
                        "LOGIN user pass",
                        "CLIENT_ERROR bad authentication token format",
                        "CLIENT_ERROR bad command line termination",
                        "CLIENT_ERROR unauthenticated");
        parser.needsLogin(false);
    }

    @Test
    void whoMustLogInCannotHoldMuch() {
        TextRequestParser parser = parser();
        parser.needsLogin(true);

        assertThat(heard(parser, "set x 0 0 2049|")).containsExactly("hang up: a login has more than 2048 bytes");

        TextRequestParser other = parser();
        other.needsLogin(true);
        assertThat(heard(other, "get" + " a".repeat(1_100)))
                .containsExactly("hang up: a line has more than 2048 bytes");
    }

    @Test
    void piecesNeverChangeWhatIsReadAndMemoryStaysWithinItsLimit() {
        long seed = Long.getLong("larder.seed", System.nanoTime());
        System.out.println("seed " + seed);
        TextLimits limits = new TextLimits(200, 2_000, 5_000);
        String[] pieces = SPOKEN.split("(?<=\\|)", -1);
        for (int round = 0; round < 10_000; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            byte[] bytes = damaged(pieces, random);

            List<String> whole = heard(parser(limits), bytes, Integer.MAX_VALUE, random);
            TextRequestParser parser = parser(limits);
            List<String> split = heard(parser, bytes, 1 + random.nextInt(40), random);

            assertThat(split).as("seed %d, round %d", seed, round).isEqualTo(whole);
            assertThat(parser.heldBytes()).isLessThanOrEqualTo(64 << 10);
        }
    }

    private static byte[] damaged(String[] pieces, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 10); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, "\r\n 09qO|".charAt(random.nextInt(8)));
                default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
            }
        }
        return bytes(text.toString().replace("|", "\r\n"));
    }
}
