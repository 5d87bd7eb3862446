package dev.larder.protocol.resp;

import static dev.larder.protocol.resp.Spoken.bytes;
import static dev.larder.protocol.resp.Spoken.heard;
import static dev.larder.protocol.resp.Spoken.parser;
import static dev.larder.protocol.resp.Spoken.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.InputBuffer;
import dev.larder.protocol.bytes.Scratch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String INVALID_COUNT = "Protocol error: invalid multibulk length";
    private static final String INVALID_LENGTH = "Protocol error: invalid bulk length";
    private static final String SPOKEN = request("SET", "k", "a value\r\nof two lines")
            + "PING\r\n\r\n*0\r\n*-1\r\n"
            + request("GET", "")
            + "set 'a b' \"\\x41\\n\"\n"
            + request("MSET", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5", "f", "6", "g", "7", "h", "8")
            + request("ECHO", "x".repeat(9_000));

    @Test
    void requestsAreReadWhateverTheirForm() {
        assertThat(heard(parser(), SPOKEN))
                .startsWith("[SET, k, a value\r\nof two lines]", "[PING]", "[GET, ]", "[set, a b, A\n]")
                .hasSize(6);
    }

    @Test
    void aSplitAtAnyByteChangesNothing() {
        List<String> whole = heard(parser(), SPOKEN);
        byte[] all = bytes(SPOKEN);
        for (int cut = 0; cut <= all.length; cut += cut < 400 ? 1 : 97) {
            RequestParser parser = parser();
            List<String> halves = heard(parser, new String(all, 0, cut, StandardCharsets.ISO_8859_1));
            halves.addAll(heard(parser, new String(all, cut, all.length - cut, StandardCharsets.ISO_8859_1)));

            assertThat(halves).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void bytesThatComeOneByOneAreEnough() {
        assertThat(heard(parser(), bytes(SPOKEN), 1, new SplittableRandom(1))).isEqualTo(heard(parser(), SPOKEN));
    }

    @Test
    void tenThousandRequestsInOneReadAreReadInOrder() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append(request("GET", "key:" + i));
        }

        List<String> heard = heard(parser(), text.toString());

        assertThat(heard).hasSize(10_000).startsWith("[GET, key:0]").endsWith("[GET, key:9999]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*x\r\n",
                "*\r\n",
                "*01\r\n",
                "*+1\r\n",
                "* 1\r\n",
                "*1 \r\n",
                "*-0\r\n",
                "*1048577\r\n",
                "*2147483648\r\n",
                "*99999999999999999999\r\n",
                "*1\rx",
                "*1\0\r\n"
            })
    void whatIsNoCountIsRefused(String text) {
        assertThat(heard(parser(), text)).containsExactly(INVALID_COUNT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$x\r\n",
                "$\r\n",
                "$01\r\n",
                "$-1\r\n",
                "$+1\r\n",
                "$67108865\r\n",
                "$4294967297\r\n",
                "$18446744073709551617\r\n",
                "$9223372036854775808\r\n",
                "$1\rx"
            })
    void whatIsNoLengthIsRefused(String text) {
        assertThat(heard(parser(), "*1\r\n" + text)).containsExactly(INVALID_LENGTH);
    }

    @Test
    void anArgumentMustBeABulkString() {
        assertThat(heard(parser(), "*1\r\n:1\r\n")).containsExactly("Protocol error: expected '$', got ':'");
        assertThat(heard(parser(), "*1\r\n\r\n")).containsExactly("Protocol error: expected '$', got ' '");
        assertThat(heard(parser(), "*1\r\n:1")).isEmpty();
    }

    @Test
    void anArgumentMustEndWhereItWasAnnounced() {
        assertThat(heard(parser(), "*1\r\n$4\r\nPINGxx"))
                .containsExactly("Protocol error: expected CRLF behind an argument");
    }

    @Test
    void linesWithoutAnEndAreRefusedAtTheLimit() {
        RequestLimits limits = new RequestLimits(1_000, 10, 100, 100_000);

        assertThat(heard(parser(limits), "x".repeat(101))).containsExactly("Protocol error: too big inline request");
        assertThat(heard(parser(limits), "x".repeat(101) + "\n"))
                .containsExactly("Protocol error: too big inline request");
        assertThat(heard(parser(limits), "x".repeat(100) + "\n")).hasSize(1);
        assertThat(heard(parser(limits), "*" + "1".repeat(101)))
                .containsExactly("Protocol error: too big mbulk count string");
        assertThat(heard(parser(limits), "*1\r\n$" + "1".repeat(101)))
                .containsExactly("Protocol error: too big bulk count string");
    }

    @Test
    void whoHasNotLoggedInMayAskForLittle() {
        RequestParser parser = parser();
        parser.authenticated(false);

        assertThat(heard(parser, "*10\r\n")).isEmpty();
        assertThat(heard(parser, "$16384\r\n")).isEmpty();

        RequestParser many = parser();
        many.authenticated(false);
        assertThat(heard(many, "*11\r\n")).containsExactly("Protocol error: unauthenticated multibulk length");

        RequestParser long1 = parser();
        long1.authenticated(false);
        assertThat(heard(long1, "*1\r\n$16385\r\n")).containsExactly("Protocol error: unauthenticated bulk length");
    }

    @Test
    void aRequestOfManyPiecesIsRefusedAtTheLimitOfMemory() {
        RequestLimits limits = new RequestLimits(10_000, 1_000, 1_000, 50_000);
        String text = "*1000\r\n" + ("$1000\r\n" + "x".repeat(1_000) + "\r\n").repeat(1_000);

        assertThat(heard(parser(limits), text)).containsExactly("Protocol error: request of more than 50000 bytes");
    }

    @Test
    void afterNonsenseNothingIsRead() {
        RequestParser parser = parser();
        heard(parser, "*x\r\n");

        assertThat(heard(parser, "PING\r\n")).containsExactly(INVALID_COUNT);
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void announcedLengthsTakeNoMemory() {
        RequestParser parser = parser();

        heard(parser, "*1000000\r\n$60000000\r\nabc");

        assertThat(parser.heldBytes()).isLessThan(70_000);
    }

    @Test
    void aLargeArgumentIsItsOwnArrayAndMemoryGrowsAsItComes() {
        byte[] value = new byte[1_000_000];
        new SplittableRandom(1).nextBytes(value);
        RequestParser parser = new RequestParser(RequestLimits.DEFAULT, new Scratch());
        heard(parser, "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n");
        int came = 0;
        while (came < value.length) {
            ByteBuffer piece = ByteBuffer.wrap(value, came, Math.min(1_460, value.length - came));
            came += parser.input().take(piece);
            assertThat(parser.next()).isFalse();
            assertThat(parser.heldBytes()).isLessThanOrEqualTo(Math.max(70_000, 4 * came + 1_000));
        }
        parser.input().take(ByteBuffer.wrap(bytes("\r\n$2\r\nNX\r\nPING\r\n")));

        assertThat(parser.next()).isTrue();
        Arguments arguments = parser.arguments();
        assertThat(arguments.count()).isEqualTo(4);
        assertThat(arguments.isOwnArray(2)).isTrue();
        assertThat(arguments.isOwnArray(1)).isFalse();
        assertThat(arguments.offset(2)).isZero();
        assertThat(arguments.array(2)).isEqualTo(value);
        assertThat(arguments.text(1) + arguments.text(3)).isEqualTo("kNX");
        assertThat(parser.next()).isTrue();
        assertThat(arguments.text(0)).isEqualTo("PING");
        assertThat(parser.next()).isFalse();
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void idleConnectionsHoldNothingAndShareOneScratch() {
        Scratch scratch = new Scratch();
        RequestParser one = new RequestParser(RequestLimits.DEFAULT, scratch);
        RequestParser other = new RequestParser(RequestLimits.DEFAULT, scratch);

        assertThat(heard(one, "*1\r\n$4\r\nPI")).isEmpty();
        assertThat(heard(other, request("GET", "a") + "*2\r\n$3\r\nG")).containsExactly("[GET, a]");
        assertThat(heard(one, "NG\r\n")).containsExactly("[PING]");
        assertThat(heard(other, "ET\r\n$1\r\nb\r\n")).containsExactly("[GET, b]");

        assertThat(one.heldBytes() + other.heldBytes()).isZero();
    }

    @Test
    void twoConnectionsCannotUseTheScratchAtOnce() {
        Scratch scratch = new Scratch();
        InputBuffer one = new RequestParser(RequestLimits.DEFAULT, scratch).input();
        InputBuffer other = new RequestParser(RequestLimits.DEFAULT, scratch).input();
        one.take(ByteBuffer.wrap(bytes("PING")));

        assertThatThrownBy(other::target).isInstanceOf(IllegalStateException.class);

        one.park();
        assertThat(other.target()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"GET,get", "gEt,get", "HSETNX,hsetnx", "FLUSHALL,flushall", "@[`{,@[`{"})
    void wordsAreComparedWhateverTheirCase(String sent, String lower) {
        RequestParser parser = parser();
        parser.input().take(ByteBuffer.wrap(bytes(request(sent, "x"))));
        parser.next();
        Arguments arguments = parser.arguments();

        assertThat(arguments.word(0)).isEqualTo(Ascii.word(lower)).isNotZero();
        assertThat(arguments.equalsIgnoreCase(0, Ascii.bytes(lower))).isTrue();
        assertThat(arguments.equalsIgnoreCase(0, Ascii.bytes(lower + "x"))).isFalse();
        assertThat(arguments.hashIgnoreCase(0)).isEqualTo(Ascii.hashIgnoreCase(bytes(lower), 0, lower.length()));
    }

    @Test
    void aBrowserIsKnownByItsFirstWord() {
        for (String first : new String[] {"POST / HTTP/1.1", "post", "Host: localhost", "host:"}) {
            RequestParser parser = parser();
            parser.input().take(ByteBuffer.wrap(bytes(first + "\r\n")));
            assertThat(parser.next()).isTrue();
            assertThat(parser.arguments().isHttp()).as(first).isTrue();
        }
        RequestParser parser = parser();
        parser.input().take(ByteBuffer.wrap(bytes("hostname\r\n")));
        assertThat(parser.next()).isTrue();
        assertThat(parser.arguments().isHttp()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 1 << 30})
    void limitsOfNoUseAreRefused(int bytes) {
        RequestLimits limits = RequestLimits.DEFAULT;

        if (bytes == 0) {
            assertThatThrownBy(() -> new RequestLimits(bytes, 1, 1, 1))
                    .hasMessageContaining("maxBulkBytes must be from 1 to 1073741824 but was 0");
        } else {
            assertThat(new RequestLimits(bytes, 1, 1, 1)).isNotEqualTo(limits);
        }
    }
}
