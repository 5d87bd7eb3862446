package dev.larder.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.larder.codec.Codec;
import dev.larder.codec.CodecProvider;
import dev.larder.codec.Envelope;
import dev.larder.codec.TypeRef;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class JsonCodecTest {
    enum Unit {
        PIECE,
        BOX
    }

    record Price(BigDecimal amount, String currency) {}

    record Product(
            long article,
            String name,
            @Nullable String note,
            Unit unit,
            Price price,
            Instant changed,
            LocalDate listed,
            Duration shelfLife,
            Optional<String> brand,
            List<String> tags,
            Map<Integer, Price> priceByStore) {}

    record Old(String name) {}

    record New(String name, @Nullable String brand) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Sparse(@Nullable String name, List<String> tags) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Card.class, name = "card"), @JsonSubTypes.Type(Cash.class)})
    sealed interface Payment {}

    record Card(String number) implements Payment {}

    record Cash(int amount) implements Payment {}

    record Gadget(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object content) {}

    record Numbers(int whole, double fraction) {}

    private static Product product() {
        return new Product(
                4_711_000_000_001L,
                "Käse \"würzig\" \uD83E\uDDC0",
                null,
                Unit.BOX,
                new Price(new BigDecimal("12.50"), "EUR"),
                Instant.parse("2026-11-23T10:15:30.123456789Z"),
                LocalDate.of(2024, 2, 29),
                Duration.ofMinutes(90),
                Optional.of("Alp"),
                List.of("cheese", ""),
                Map.of(17, new Price(new BigDecimal("12.9"), "EUR")));
    }

    @Test
    void recordsTimesOptionalsAndGenericsComeBackEqual() {
        JsonCodec<Product> codec = new JsonCodec<>(Product.class);

        assertThat(there(codec, product())).isEqualTo(product());
    }

    @Test
    void genericTypesKeepTheirArguments() {
        Type type = new TypeRef<Map<UUID, List<Optional<Price>>>>() {}.type();
        JsonCodec<Map<UUID, List<Optional<Price>>>> codec = new JsonCodec<>(type);
        Map<UUID, List<Optional<Price>>> value = Map.of(
                new UUID(1, 2), List.of(Optional.empty(), Optional.of(new Price(new BigDecimal("0.10"), "CHF"))));

        assertThat(there(codec, value)).isEqualTo(value);
    }

    @Test
    void simpleTypesComeBackEqual() {
        assertThat(there(new JsonCodec<>(String.class), "")).isEmpty();
        assertThat(there(new JsonCodec<>(Long.class), Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(there(new JsonCodec<>(Double.class), Double.NaN)).isNaN();
        assertThat(there(new JsonCodec<>(byte[].class), new byte[] {0, -1, 127}))
                .containsExactly(0, -1, 127);
        assertThat(there(new JsonCodec<>(int[].class), new int[] {3, 1})).containsExactly(3, 1);
        assertThat(there(new JsonCodec<Set<Unit>>(new TypeRef<Set<Unit>>() {}.type()), Set.of(Unit.PIECE)))
                .containsExactly(Unit.PIECE);
        ZonedDateTime time = ZonedDateTime.of(2026, 11, 23, 1, 2, 3, 4, ZoneOffset.UTC);
        assertThat(there(new JsonCodec<>(ZonedDateTime.class), time).toInstant())
                .isEqualTo(time.toInstant());
    }

    @Test
    void nullPropertiesAreWrittenSoThatAMissingOneMeansAnotherVersion() {
        JsonCodec<Sparse> codec = new JsonCodec<>(Sparse.class);

        String json = new String(codec.encode(new Sparse(null, List.of())), StandardCharsets.UTF_8);

        assertThat(json).contains("\"name\":null", "\"tags\":[]");
        assertThat(there(codec, new Sparse(null, List.of()))).isEqualTo(new Sparse(null, List.of()));
    }

    @Test
    void olderVersionReadsWhatTheNewerWrote() {
        byte[] bytes = new JsonCodec<New>(New.class).encode(new New("milk", "Alp"));

        assertThat(new JsonCodec<Old>(Old.class).decode(bytes, 0, bytes.length)).isEqualTo(new Old("milk"));
    }

    @Test
    void newerVersionRefusesWhatTheOlderWrote() {
        byte[] bytes = new JsonCodec<Old>(Old.class).encode(new Old("milk"));

        assertRefused(new JsonCodec<New>(New.class), bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[]",
                "7",
                "{\"whole\":1}",
                "{\"whole\":null,\"fraction\":1}",
                "{\"whole\":\"1\",\"fraction\":1}",
                "{\"whole\":1.5,\"fraction\":1}",
                "{\"whole\":1,\"fraction\":1} {}",
                "{\"whole\":99999999999,\"fraction\":1}",
                "{\"whole\":1,\"fraction\":true}",
                "\u0000\u0001\u0002"
            })
    void doubtfulBytesAreRefused(String json) {
        assertRefused(new JsonCodec<Numbers>(Numbers.class), json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nullIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonCodec<Numbers>(Numbers.class).decode(new byte[] {'n', 'u', 'l', 'l'}, 0, 4));
    }

    @Test
    void unknownEnumConstantIsRefused() {
        assertRefused(new JsonCodec<Unit>(Unit.class), "\"CRATE\"".getBytes(StandardCharsets.UTF_8));
        assertRefused(new JsonCodec<Unit>(Unit.class), "0".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyTruncationIsRefused() {
        JsonCodec<Product> codec = new JsonCodec<>(Product.class);
        byte[] bytes = codec.encode(product());

        for (int length = 0; length < bytes.length; length++) {
            assertRefused(codec, Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void randomDamageIsRefusedOrDecodedButNeverAnError() {
        JsonCodec<Product> codec = new JsonCodec<>(Product.class);
        byte[] sound = codec.encode(product());
        long seed = Long.getLong("larder.seed", new Random().nextLong());
        Random random = new Random(seed);

        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = sound.clone();
            for (int hits = 1 + random.nextInt(8); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(codec.decode(damaged, 0, damaged.length)).isNotNull();
            } catch (RuntimeException refused) {
                assertThat(refused).as("seed %d, round %d", seed, round).isInstanceOf(JacksonException.class);
            }
        }
    }

    @Test
    void namedSubtypesWork() {
        JsonCodec<Payment> codec = new JsonCodec<>(Payment.class);

        assertThat(there(codec, new Card("1234"))).isEqualTo(new Card("1234"));
        assertThat(there(codec, new Cash(5))).isEqualTo(new Cash(5));
    }

    @Test
    void bytesNeverChooseAClass() {
        String json = "{\"content\":{\"@class\":\"java.util.concurrent.atomic.AtomicLong\",\"value\":1}}";

        assertRefused(new JsonCodec<Gadget>(Gadget.class), json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void deepNestingIsRefusedWithoutAStackOverflow() {
        String json = "[".repeat(1_000_000);

        assertRefused(new JsonCodec<Object>(Object.class), json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tenMegabytesComeBackEqual() {
        String value = "äx".repeat(5 << 20);

        assertThat(there(new JsonCodec<>(String.class), value)).isEqualTo(value);
    }

    @Test
    void onlyTheGivenPartOfTheArrayIsRead() {
        JsonCodec<Price> codec = new JsonCodec<>(Price.class);
        Price price = new Price(new BigDecimal("1.00"), "EUR");
        byte[] payload = codec.encode(price);

        byte[] sealed = Envelope.seal(codec.name(), payload, new Envelope.Terms(1_000, 0, 3));
        Envelope envelope = Objects.requireNonNull(Envelope.open(sealed, codec.name()));

        assertThat(envelope.value(codec)).isEqualTo(price);
    }

    @Test
    void providerIsFoundByTheServiceLoader() {
        CodecProvider provider =
                ServiceLoader.load(CodecProvider.class).findFirst().orElseThrow();

        Codec<List<Price>> codec = provider.codec(new TypeRef<List<Price>>() {}.type());

        assertThat(codec.name()).isEqualTo("json");
        assertThat(there(codec, List.of())).isEmpty();
    }

    private static <V> V there(Codec<V> codec, V value) {
        byte[] bytes = codec.encode(value);
        return codec.decode(bytes, 0, bytes.length);
    }

    private static void assertRefused(Codec<?> codec, byte[] bytes) {
        assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> codec.decode(bytes, 0, bytes.length));
    }
}
