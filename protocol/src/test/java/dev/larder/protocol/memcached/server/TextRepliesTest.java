package dev.larder.protocol.memcached.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.memcached.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextRepliesTest {
    private final ByteSink sink = new ByteSink(0);
    private final TextReplies replies = new TextReplies(sink);

    @Test
    void itemsAreFollowedByEnd() {
        byte[] key = Spoken.bytes("xkeyx");
        replies.valueHead(key, 1, 3);
        fill(replies.value(-1, 2), "ab");
        replies.valueHead(key, 1, 3);
        fill(replies.valueWithCas(0, 1, -1L), "c");
        replies.end();

        assertThat(text()).isEqualTo("VALUE key 4294967295 2|ab|VALUE key 0 1 18446744073709551615|c|END|");
    }

    @Test
    void linesCannotBeBroken() {
        replies.word(Reply.Word.NOT_STORED);
        replies.line("VERSION 1\r\nx");
        replies.number(-1L);
        replies.stat("pid", "17");

        assertThat(text()).isEqualTo("NOT_STORED|VERSION 1  x|18446744073709551615|STAT pid 17|");
    }

    @Test
    void metaAnswersRepeatWhatWasAskedFor() {
        TextRequest request = read("mg a2V5MQ== b O77 k t\r\n");
        replies.metaValue(2);
        replies.flagOf(request, 1);
        replies.key(request, true);
        replies.flag('t', -1);
        replies.flagUnsigned('c', -1L);
        replies.flag('W');
        fill(replies.metaData(2), "hi");
        replies.meta(Reply.Status.EN);
        replies.key(request, false);
        replies.metaEnd();
        replies.debug(request, true, "exp=-1");
        replies.debug(request, false, "exp=-1");

        assertThat(text())
                .isEqualTo(
                        "VA 2 O77 ka2V5MQ== b t-1 c18446744073709551615 W|hi|EN kkey1|ME a2V5MQ== exp=-1|ME key1 exp=-1|");
    }

    @Test
    void keysOfAnyLengthGoThroughBase64AndBack() {
        for (int length = 1; length < 60; length++) {
            byte[] key = new byte[length];
            new SplittableRandom(length).nextBytes(key);
            byte[] encoded = new byte[Base64Key.encodedLength(length)];
            Base64Key.encode(key, 0, length, encoded, 0);

            assertThat(encoded).isEqualTo(Base64.getEncoder().encode(key));
            assertThat(Base64Key.decode(encoded, 0, encoded.length)).isEqualTo(length);
            assertThat(encoded).startsWith(key);
        }
    }

    private TextRequest read(String line) {
        TextRequestParser parser = Spoken.parser();
        parser.input().take(ByteBuffer.wrap(Spoken.bytes(line)));
        assertThat(parser.next()).isTrue();
        return parser.request();
    }

    private void fill(int at, String text) {
        System.arraycopy(Spoken.bytes(text), 0, sink.array(), at, text.length());
    }

    private String text() {
        return new String(sink.array(), 0, sink.length(), StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }
}
