package dev.larder.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.codec.Codec;
import dev.larder.codec.TypeRef;
import dev.larder.json.JsonCodec;
import dev.larder.testkit.Seed;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BinaryCodecsTest {
    enum Unit {
        PIECE,
        BOX
    }

    record Stock(
            long article,
            Unit unit,
            int store,
            BigDecimal amount,
            @Nullable String note,
            Instant counted,
            Optional<String> shelf) {}

    record Old(String name) {}

    record New(String name, @Nullable String brand) {}

    record Whole(int whole) {}

    /** One of the formats. */
    enum Format {
        CBOR {
            @Override
            <V> Codec<V> of(Class<V> type) {
                return BinaryCodecs.cbor(type);
            }

            @Override
            <V> Codec<V> of(TypeRef<V> type) {
                return BinaryCodecs.cbor(type);
            }
        },
        SMILE {
            @Override
            <V> Codec<V> of(Class<V> type) {
                return BinaryCodecs.smile(type);
            }

            @Override
            <V> Codec<V> of(TypeRef<V> type) {
                return BinaryCodecs.smile(type);
            }
        };

        abstract <V> Codec<V> of(Class<V> type);

        abstract <V> Codec<V> of(TypeRef<V> type);
    }

    static Stream<Format> formats() {
        return Stream.of(Format.values());
    }

    private static Stock stock(int store) {
        return new Stock(
                4_711_000_000_001L,
                Unit.BOX,
                store,
                new BigDecimal("12.50"),
                null,
                Instant.parse("2026-11-23T10:15:30.123456789Z"),
                Optional.of("K\u00e4se"));
    }

    private static <V> V there(Codec<V> codec, V value) {
        byte[] bytes = codec.encode(value);
        byte[] among = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, among, 3, bytes.length);
        return codec.decode(among, 3, bytes.length);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void valuesComeBackEqual(Format format) {
        assertThat(there(format.of(Stock.class), stock(17))).isEqualTo(stock(17));

        Map<Integer, List<Old>> value = Map.of(1, List.of(new Old("a"), new Old("")), 2, List.of());
        assertThat(there(format.of(new TypeRef<Map<Integer, List<Old>>>() {}), value))
                .isEqualTo(value);
        assertThat(format.of(Old.class).name()).isEqualTo(format.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void itTakesFewerBytesThanJson(Format format) {
        List<Stock> stocks =
                IntStream.range(0, 170).mapToObj(BinaryCodecsTest::stock).toList();
        TypeRef<List<Stock>> type = new TypeRef<>() {};

        int bytes = format.of(type).encode(stocks).length;

        assertThat(bytes).isLessThan(new JsonCodec<List<Stock>>(type.type()).encode(stocks).length);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void versionsMeetAsInJson(Format format) {
        byte[] older = format.of(Old.class).encode(new Old("milk"));
        byte[] newer = format.of(New.class).encode(new New("milk", null));

        assertThat(format.of(Old.class).decode(newer, 0, newer.length)).isEqualTo(new Old("milk"));
        assertThatThrownBy(() -> format.of(New.class).decode(older, 0, older.length))
                .isInstanceOf(RuntimeException.class);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void doubtfulBytesAreRefused(Format format) {
        Codec<Whole> codec = format.of(Whole.class);
        byte[] sound = codec.encode(new Whole(7));
        byte[] text = format.of(new TypeRef<Map<String, String>>() {}).encode(Map.of("whole", "7"));
        byte[] fraction = format.of(new TypeRef<Map<String, Double>>() {}).encode(Map.of("whole", 7.5));
        byte[] json = "{\"whole\":7}".getBytes(StandardCharsets.UTF_8);

        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> codec.decode(cut, 0, cut.length)).isInstanceOf(RuntimeException.class);
        }
        byte[] more = Arrays.copyOf(sound, sound.length + 3);
        for (byte[] bytes : List.of(text, fraction, json, more)) {
            assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length)).isInstanceOf(RuntimeException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void randomDamageIsRefusedOrDecodedButNeverAnError(Format format) {
        Seed seed = Seed.of("randomDamage " + format);
        RandomGenerator random = seed.generator(0);
        Codec<Stock> codec = format.of(Stock.class);
        byte[] sound = codec.encode(stock(3));
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = sound.clone();
            for (int hits = 1 + random.nextInt(8); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(codec.decode(damaged, 0, damaged.length)).isNotNull();
            } catch (RuntimeException refused) {
                assertThat(refused).as("%s, round %d", seed, round).isNotInstanceOf(AssertionError.class);
            }
        }
    }
}
