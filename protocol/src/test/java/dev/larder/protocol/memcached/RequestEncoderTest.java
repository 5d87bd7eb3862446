package dev.larder.protocol.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.protocol.memcached.Request.Verb;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Requests as Memcached's documentation spells them. */
class RequestEncoderTest {
    private static final Key KEY = Key.of("k");

    @Test
    void metaCommandsAreSpelledWithVerbKeyLengthAndFlags() {
        assertThat(text(new Request.Meta(Verb.GET, KEY, MetaFlags.of("v c t N30"))))
                .isEqualTo("mg k v c t N30\r\n");
        assertThat(text(new Request.Meta(Verb.SET, KEY, MetaFlags.of("c").plus('T', 90), ascii("hi"))))
                .isEqualTo("ms k 2 c T90\r\nhi\r\n");
        assertThat(text(new Request.Meta(Verb.SET, KEY, MetaFlags.NONE, ascii(""))))
                .isEqualTo("ms k 0\r\n\r\n");
        assertThat(text(new Request.Meta(Verb.DELETE, KEY, MetaFlags.NONE))).isEqualTo("md k\r\n");
        assertThat(text(new Request.Meta(Verb.ARITHMETIC, KEY, MetaFlags.of("N0 J5 D1 v"))))
                .isEqualTo("ma k N0 J5 D1 v\r\n");
    }

    @Test
    void textCommandsAreSpelledAsTheyAlwaysWere() {
        assertThat(text(new Request.Noop())).isEqualTo("mn\r\n");
        assertThat(text(new Request.AskVersion())).isEqualTo("version\r\n");
        assertThat(text(new Request.Set(Key.of("auth"), 0, 0, ascii("user secret"))))
                .isEqualTo("set auth 0 0 11\r\nuser secret\r\n");
    }

    @Test
    void keysAreBytesOfUtf8WithinMemcachedsRules() {
        assertThat(text(new Request.Meta(Verb.GET, Key.of("schlüssel"), MetaFlags.NONE)))
                .isEqualTo("mg schlüssel\r\n");
        assertThat(Key.of("ü".repeat(125)).length()).isEqualTo(250);
        for (String bad : new String[] {"", "a b", "a\nb", "a\u0000", "a\u007F", "ü".repeat(126)}) {
            assertThatThrownBy(() -> Key.of(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a key of Memcached");
        }
    }

    @Test
    void flagsAreFoundWithTheirTokens() {
        MetaFlags flags = MetaFlags.of("c18446744073709551615 t-1 W kab");

        assertThat(flags.number('c')).isEqualTo(-1);
        assertThat(flags.number('t')).isEqualTo(-1);
        assertThat(flags.has('W')).isTrue();
        assertThat(flags.has('a')).isFalse();
        assertThat(flags.token('k')).isEqualTo("ab");
        assertThat(flags.token('Z')).isEmpty();
        assertThat(MetaFlags.NONE.plus('C', -1)).hasToString("C18446744073709551615");
        assertThatThrownBy(() -> flags.number('W')).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> MetaFlags.of("a\r\nflush_all")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valueBelongsToAStoreAlone() {
        assertThatThrownBy(() -> new Request.Meta(Verb.SET, KEY, MetaFlags.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Request.Meta(Verb.GET, KEY, MetaFlags.NONE, ascii("v")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(Request request) {
        return new String(RequestEncoder.bytes(request), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
