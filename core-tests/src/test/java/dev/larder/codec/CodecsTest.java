package dev.larder.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CodecsTest {
    private static <V> V there(Codec<V> codec, V value) {
        byte[] bytes = codec.encode(value);
        byte[] among = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, among, 2, bytes.length);
        return codec.decode(among, 2, bytes.length);
    }

    @Test
    void valuesComeBackEqual() {
        for (String text : List.of("", "plain", "Käse", "\u0000\uFFFF", "\uD83E\uDDC0")) {
            assertThat(there(Codecs.text(), text)).isEqualTo(text);
        }
        for (long number : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(there(Codecs.longs(), number)).isEqualTo(number);
            assertThat(there(Codecs.integers(), (int) number)).isEqualTo((int) number);
        }
        assertThat(there(Codecs.bytes(), new byte[] {0, -1, 7})).containsExactly(0, -1, 7);
        assertThat(there(Codecs.bytes(), new byte[0])).isEmpty();
    }

    @Test
    void bytesAreCopiedOnBothWays() {
        byte[] mine = {1, 2};
        byte[] encoded = Codecs.bytes().encode(mine);
        byte[] decoded = Codecs.bytes().decode(encoded, 0, 2);
        encoded[0] = 9;

        assertThat(mine).containsExactly(1, 2);
        assertThat(decoded).containsExactly(1, 2);
    }

    @Test
    void whatCannotBeCarriedOrReadIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Codecs.text().encode("half \uD83E"));
        assertThatIllegalArgumentException().isThrownBy(() -> Codecs.text().decode(new byte[] {(byte) 0xC3}, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Codecs.longs().decode(new byte[7], 0, 7));
        assertThatIllegalArgumentException().isThrownBy(() -> Codecs.integers().decode(new byte[5], 0, 5));
    }

    @Test
    void typesThatHaveACodecHereAreKnownAndHaveNamesOfTheirOwn() {
        assertThat(List.of(String.class, byte[].class, Long.class, Integer.class).stream()
                        .map(type -> Objects.requireNonNull(Codecs.of(type)).name()))
                .containsExactly("text", "bytes", "long", "int");
        assertThat(Codecs.of(Object.class)).isNull();
        assertThat(Codecs.of(long.class)).isNull();
    }
}
