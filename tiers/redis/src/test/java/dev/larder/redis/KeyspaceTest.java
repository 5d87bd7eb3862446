package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.testkit.Seed;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyspaceTest {
    private static final String ALPHABET = "ab{}%:\n\r\u0000 uFé\uD83D\uDE00\uDBFF\uDFFF0123";

    private final Keyspace keys = new Keyspace("shop", "products");

    @Test
    void namesAreThoseOfTheLayout() {
        assertThat(keys.current()).isEqualTo("{shop:products}:gen");
        assertThat(keys.bus()).isEqualTo("shop:bp");
        assertThat(keys.value("g1", "17")).isEqualTo("{shop:products}:g1:v:17");
        assertThat(keys.lease("g1", "17")).isEqualTo("{shop:products}:g1:l:17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"}", "{", "{}", "a{b}c", "}x", "%7B", "%", "a\nb", "\uD800", "x\uDC00y", "ключ", "\uD83D\uDE00"})
    void awkwardKeysKeepTheirHashTagWholeAndComeBack(String key) {
        String escaped = Keyspace.escape(key);

        assertThat(escaped).doesNotContain("{", "}", "\n");
        assertThat(new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(escaped);
        assertThat(Keyspace.unescape(escaped)).isEqualTo(key);
    }

    @Test
    void differentKeysStayDifferentAndAllComeBack() {
        Seed seed = Seed.of("differentKeysStayDifferentAndAllComeBack");
        RandomGenerator random = seed.generator(0);
        Map<String, String> keyOfEscaped = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            StringBuilder key = new StringBuilder();
            for (int length = 1 + random.nextInt(6); length > 0; length--) {
                key.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            String escaped = Keyspace.escape(key.toString());
            String other = keyOfEscaped.put(escaped, key.toString());
            assertThat(other).as("%s: %s", seed, escaped).isIn(null, key.toString());
            assertThat(Keyspace.unescape(escaped)).as("%s", seed).isEqualTo(key.toString());
        }
    }

    @Test
    void plainKeyIsNotCopied() {
        String key = "product:4711";

        assertThat(Keyspace.escape(key)).isSameAs(key);
    }

    @Test
    void emptyKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keyspace.escape(""))
                .withMessageContaining("empty");
    }

    @Test
    void emptyNamesAndColonsInACacheAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Keyspace("", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Keyspace("n", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Keyspace("n", "a:b"));
    }

    @Test
    void generationIsReadFromOwnKeysOnly() {
        assertThat(keys.generationOf("{shop:products}:g1:v:17")).isEqualTo("g1");
        assertThat(keys.generationOf("{shop:products2}:g1:v:17")).isNull();
        assertThat(keys.generationOf("{shop:products:3}:g1:v:17")).isNull();
        assertThat(keys.generationOf("{shop:products}:gen")).isNull();
        assertThat(keys.generationOf("shop:bp")).isNull();
    }

    @Test
    void patternTakesNamespacesLiterally() {
        assertThat(new Keyspace("a*b?[c]\\", "x").pattern()).isEqualTo("{a\\*b\\?\\[c\\]\\\\:x*}:*");
    }

    @Test
    void partitionsShareOneSlotEachAndKeysAreSpreadOverAllOfThem() {
        List<Keyspace> partitions = keys.partitions(64);
        Set<Integer> used = new HashSet<>();

        assertThat(keys.partitions(1)).containsExactly(keys);
        assertThat(partitions.get(7).value("g", "k")).isEqualTo("{shop:products:7}:g:v:k");
        for (Keyspace one : partitions) {
            assertThat(one.controls())
                    .allSatisfy(name -> assertThat(SlotHash.getSlot(name)).isEqualTo(one.slot()));
            assertThat(SlotHash.getSlot(one.lease("g", "any}key"))).isEqualTo(one.slot());
        }
        for (int i = 0; i < 2_000; i++) {
            used.add(Keyspace.partitionOf("key" + i, 64));
            assertThat(Keyspace.partitionOf("key" + i, 1)).isZero();
        }
        assertThat(used).hasSize(64).allSatisfy(number -> assertThat(number).isBetween(0, 63));
    }

    @Test
    void namespaceOfTwoPartsDoesNotMeetACacheOfAnother() {
        Keyspace one = new Keyspace("a:b", "c");
        Keyspace two = new Keyspace("a", "b");

        assertThat(List.of(one.current(), one.bus(), one.value("g", "k")))
                .doesNotContainAnyElementsOf(List.of(two.current(), two.bus(), two.value("g", "k")));
    }
}
