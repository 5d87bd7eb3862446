package dev.larder.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.testkit.TextCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {
    private static final Envelope.Terms TERMS = new Envelope.Terms(5_000, 1_000, 7);
    private static final byte[] PAYLOAD = "värde".getBytes(StandardCharsets.UTF_8);

    private static Envelope opened(byte[] bytes) {
        return Objects.requireNonNull(Envelope.open(bytes, "text"));
    }

    @Test
    void whatHasNoTagsIsWrittenAsItAlwaysWas() {
        byte[] bytes = Envelope.seal("text", PAYLOAD, TERMS);

        assertThat(bytes[1]).isEqualTo((byte) Envelope.FORMAT);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("560100" + "0000000000001388" + "00000000000003e8" + "00000007" + crc(bytes) + "04"
                        + "74657874" + "76c3a4726465");
        Envelope envelope = opened(bytes);
        assertThat(envelope.labels()).isNull();
        assertThat(envelope.terms()).isEqualTo(TERMS);
        assertThat(envelope.value(TextCodec.INSTANCE)).isEqualTo("värde");
    }

    private static String crc(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 23, 27);
    }

    @Test
    void labelsComeBackAsTheyWere() {
        Labels labels = new Labels(Long.MAX_VALUE - 3, List.of("a", "с пробелом", "\uD83D\uDE00", "x".repeat(256)));

        Envelope envelope = opened(Envelope.seal("text", PAYLOAD, TERMS, labels));

        assertThat(envelope.labels()).isEqualTo(labels);
        assertThat(envelope.terms()).isEqualTo(TERMS);
        assertThat(envelope.value(TextCodec.INSTANCE)).isEqualTo("värde");
        assertThat(Envelope.lifeMillis(Envelope.seal("text", PAYLOAD, TERMS, labels)))
                .isEqualTo(5_000);
    }

    @Test
    void cachedNullHasLabelsToo() {
        Labels labels = new Labels(1, List.of("t"));

        Envelope envelope = opened(Envelope.seal("text", null, TERMS, labels));

        assertThat(envelope.isNegative()).isTrue();
        assertThat(envelope.labels()).isEqualTo(labels);
        assertThat(envelope.value(TextCodec.INSTANCE)).isNull();
    }

    @Test
    void whateverIsDamagedOrCutShortIsUnreadable() {
        byte[] bytes = Envelope.seal("text", PAYLOAD, TERMS, new Labels(1, List.of("one", "two")));

        for (int length = 0; length < bytes.length; length++) {
            assertThat(Envelope.open(Arrays.copyOf(bytes, length), "text")).isNull();
        }
        for (int at = 27; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x40;
            assertThat(Envelope.open(damaged, "text")).as("byte %d", at).isNull();
        }
        byte[] newer = bytes.clone();
        newer[1] = 9;
        assertThat(Envelope.open(newer, "text")).isNull();
        assertThat(Envelope.open(bytes, "json")).isNull();
    }

    @Test
    void tooManyLabelsAreRefused() {
        assertThatThrownBy(() -> Envelope.seal("text", PAYLOAD, TERMS, new Labels(1, Collections.nCopies(256, "t"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
        assertThatThrownBy(() -> Envelope.seal("text", PAYLOAD, TERMS, new Labels(1, List.of("x".repeat(70_000)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("70000");
    }
}
