package dev.larder.protocol.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.protocol.memcached.Reply.Fault;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.protocol.memcached.Reply.Word;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of a real server, in any pieces, and what is no reply. */
class ReplyParserTest {
    private static final Limits SMALL = new Limits(32, 16);

    /** As memcached 1.6.18 said them. */
    static final String SPOKEN = String.join(
            "\r\n",
            "HD c1",
            "NS c0",
            "VA 0 c2 t120 W",
            "",
            "VA 4 c2 t119 f0 kbar O12 Z",
            "",
            "",
            "",
            "EX c0 Oabc",
            "EN",
            "NF",
            "MN",
            "STORED",
            "OK",
            "VERSION 1.6.18",
            "ERROR",
            "CLIENT_ERROR bad command line format",
            "SERVER_ERROR object too large for cache",
            "");

    @Test
    void repliesAreReadOneByOne() {
        List<Reply> replies = parse(SPOKEN, Integer.MAX_VALUE);

        assertThat(replies).hasSize(14);
        assertThat(replies.get(0)).isEqualTo(new Reply.Meta(Status.HD, MetaFlags.of("c1"), null));
        assertThat(replies.get(1)).isEqualTo(new Reply.Meta(Status.NS, MetaFlags.of("c0"), null));
        assertThat(meta(replies.get(2)).value()).isEmpty();
        assertThat(meta(replies.get(2)).flags().has('W')).isTrue();
        assertThat(meta(replies.get(3)).value()).containsExactly('\r', '\n', '\r', '\n');
        assertThat(meta(replies.get(3)).flags().token('O')).isEqualTo("12");
        assertThat(replies.subList(8, 14))
                .containsExactly(
                        new Reply.Line(Word.STORED),
                        new Reply.Line(Word.OK),
                        new Reply.Version("1.6.18"),
                        new Reply.Failure(Fault.UNKNOWN_COMMAND, ""),
                        new Reply.Failure(Fault.CLIENT, "bad command line format"),
                        new Reply.Failure(Fault.SERVER, "object too large for cache"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11})
    void piecesMakeNoDifference(int pieceBytes) {
        assertThat(parse(SPOKEN, pieceBytes).stream().map(ReplyParserTest::shown))
                .isEqualTo(parse(SPOKEN, Integer.MAX_VALUE).stream()
                        .map(ReplyParserTest::shown)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n",
                "-ERR unknown command\r\n",
                "\r\n",
                "HD\n",
                "XX\r\n",
                "STORED x\r\n",
                "VA\r\n",
                "VA x\r\n",
                "VA -1\r\n",
                "VA +1\r\n",
                "VA 17\r\n",
                "VA 99999999999999999999\r\n",
                "VA 1 c1\r\nab\r\n",
                "VA 1 c1\r\na\n\n",
                "HD c1\u0007\r\n",
                "HD c1111111111111111111111111111111111111"
            })
    void whatIsNoReplyBreaksTheParserForGood(String bytes) {
        ReplyParser parser = new ReplyParser(SMALL);

        assertThatThrownBy(() -> parser.next(buffer(bytes))).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> parser.next(buffer("HD\r\n"))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void whatReachesTheLimitsIsTaken() {
        ReplyParser parser = new ReplyParser(SMALL);

        assertThat(parser.next(buffer("HD " + "c".repeat(29) + "\r\n"))).isNotNull();
        assertThat(parser.next(buffer("VA 16\r\n" + "v".repeat(16) + "\r\n"))).isNotNull();
        assertThatThrownBy(() -> parser.next(buffer("HD " + "c".repeat(30) + "\r\n")))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("32");
    }

    @Test
    void messagesOfFailuresHoldNothingUnprintable() {
        assertThat(parse("SERVER_ERROR \u001B[31m\r\n", 100)).containsExactly(new Reply.Failure(Fault.SERVER, "?[31m"));
    }

    static List<Reply> parse(String text, int pieceBytes) {
        ReplyParser parser = new ReplyParser(Limits.DEFAULT);
        ByteBuffer all = buffer(text);
        List<Reply> replies = new ArrayList<>();
        while (all.hasRemaining()) {
            int count = Math.min(pieceBytes, all.remaining());
            ByteBuffer piece = all.slice(all.position(), count);
            all.position(all.position() + count);
            for (Reply reply = parser.next(piece); reply != null; reply = parser.next(piece)) {
                replies.add(reply);
            }
        }
        return replies;
    }

    static String shown(Reply reply) {
        byte[] value = reply instanceof Reply.Meta meta ? meta.value() : null;
        return value == null
                ? reply.toString()
                : meta(reply).flags() + " " + new String(value, StandardCharsets.ISO_8859_1);
    }

    private static Reply.Meta meta(Reply reply) {
        return (Reply.Meta) reply;
    }

    static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
