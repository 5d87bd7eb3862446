package dev.larder.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.testkit.TextCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {
    private static final Envelope.Terms TERMS = new Envelope.Terms(5_000, 1_000, 7);
    private static final byte[] PAYLOAD = "värde".getBytes(StandardCharsets.UTF_8);

    private static byte[] sealed(Labels labels) {
        return Envelope.seal("text", new Envelope.Content(PAYLOAD, labels, Integer.MAX_VALUE), TERMS);
    }

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

        Envelope envelope = opened(sealed(labels));

        assertThat(envelope.labels()).isEqualTo(labels);
        assertThat(envelope.terms()).isEqualTo(TERMS);
        assertThat(envelope.value(TextCodec.INSTANCE)).isEqualTo("värde");
        assertThat(Envelope.lifeMillis(sealed(labels))).isEqualTo(5_000);
    }

    @Test
    void cachedNullHasLabelsToo() {
        Labels labels = new Labels(1, List.of("t"));

        Envelope envelope = opened(Envelope.seal("text", new Envelope.Content(null, labels, 0), TERMS));

        assertThat(envelope.isNegative()).isTrue();
        assertThat(envelope.labels()).isEqualTo(labels);
        assertThat(envelope.value(TextCodec.INSTANCE)).isNull();
    }

    @Test
    void whateverIsDamagedOrCutShortIsUnreadable() {
        byte[] bytes = sealed(new Labels(1, List.of("one", "two")));

        for (int length = 0; length < bytes.length; length++) {
            assertThat(Envelope.open(Arrays.copyOf(bytes, length), "text")).isNull();
        }
        for (int at = 1; at < bytes.length; at++) {
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
        assertThatThrownBy(() -> sealed(new Labels(1, Collections.nCopies(256, "t"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
        assertThatThrownBy(() -> sealed(new Labels(1, List.of("x".repeat(70_000)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("70000");
    }

    @Test
    void whatIsLongIsDeflatedWhereThatMakesItShorter() {
        String text = "stock of a store ".repeat(500);
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);

        byte[] bytes = Envelope.seal("text", new Envelope.Content(plain, new Labels(1, List.of("t")), 1_000), TERMS);

        assertThat(bytes.length).isLessThan(plain.length / 10);
        assertThat(opened(bytes).value(TextCodec.INSTANCE)).isEqualTo(text);
        assertThat(opened(bytes).labels()).isEqualTo(new Labels(1, List.of("t")));
        byte[] untouched = Envelope.seal("text", new Envelope.Content(plain, null, plain.length), TERMS);
        assertThat(untouched).isEqualTo(Envelope.seal("text", plain, TERMS));
    }

    @Test
    void whatDoesNotGetShorterIsLeftAsItIs() {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] noise = new byte[length];
            random.nextBytes(noise);

            byte[] bytes = Envelope.seal("bytes", new Envelope.Content(noise, null, 0), TERMS);

            assertThat(bytes).isEqualTo(Envelope.seal("bytes", noise, TERMS));
            Envelope envelope = Objects.requireNonNull(Envelope.open(bytes, "bytes"));
            assertThat(envelope.value(Codecs.bytes())).isEqualTo(noise);
        }
    }

    @Test
    void deflatedBytesThatLieAboutTheirLengthAreRefused() {
        byte[] plain = "ab".repeat(5_000).getBytes(StandardCharsets.UTF_8);
        byte[] deflated = Objects.requireNonNull(Payload.of(plain, 0).bytes());
        assertThat(Payload.inflated(deflated, 0)).isEqualTo(plain);

        for (int length : new int[] {0, 9_999, 10_001, -1, Integer.MAX_VALUE}) {
            byte[] lying = deflated.clone();
            ByteBuffer.wrap(lying).putInt(length);
            assertThatThrownBy(() -> Payload.inflated(lying, 0)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int cut = 0; cut < deflated.length; cut++) {
            byte[] part = Arrays.copyOf(deflated, cut);
            assertThatThrownBy(() -> Payload.inflated(part, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
