package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.codec.TypeRef;
import dev.larder.load.Loaded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes are told at once, in a message that names the thing, the rule, the value and the way out. */
final class BadInputTest extends CacheFixture {
    private static Arguments bad(
            String setting, String rule, String value, Consumer<CacheBuilder<String, String>> call) {
        return Arguments.of(setting, rule, value, call);
    }

    static Stream<Arguments> settingsOutOfRange() {
        Duration negative = Duration.ofSeconds(-1);
        Duration zero = Duration.ZERO;
        return Stream.of(
                bad("timeToLive", "> 0", "PT0S", each -> each.timeToLive(zero)),
                bad("timeToLive", "> 0", "PT-1S", each -> each.timeToLive(negative)),
                bad("negativeTimeToLive", ">= 0", "PT-1S", each -> each.negativeTimeToLive(negative)),
                bad("timeToIdle", "> 0", "PT0S", each -> each.timeToIdle(zero)),
                bad("staleWhileRevalidate", ">= 0", "PT-1S", each -> each.staleWhileRevalidate(negative)),
                bad("staleIfError", ">= 0", "PT-1S", each -> each.staleIfError(negative)),
                bad("softTimeout", "> 0", "PT0S", each -> each.softTimeout(zero)),
                bad("hardTimeout", "> 0", "PT-1S", each -> each.hardTimeout(negative)),
                bad("failureBackoff", ">= 0", "PT-1S", each -> each.failureBackoff(negative, zero)),
                bad("failureBackoff", ">= 0", "PT-1S", each -> each.failureBackoff(zero, negative)),
                bad("leaseTime", "> 0", "PT0S", each -> each.leaseTime(zero)),
                bad("jitter", "0…1", "1.5", each -> each.jitter(1.5)),
                bad("jitter", "0…1", "-0.1", each -> each.jitter(-0.1)),
                bad("jitter", "0…1", "NaN", each -> each.jitter(Double.NaN)),
                bad("refreshAhead", "0…1", "2.0", each -> each.refreshAhead(2)),
                bad("maxConcurrentLoads", ">= 1", "0", each -> each.maxConcurrentLoads(0)),
                bad("maxWaiters", ">= 1", "-3", each -> each.maxWaiters(-3)),
                bad("maxEntries", ">= 1", "0", each -> each.maxEntries(0)),
                bad("maxBytes", ">= 1", "-1", each -> each.maxBytes(-1)),
                bad("maxWeight", ">= 1", "0", each -> each.maxWeight(0, (key, value) -> 1)));
    }

    @ParameterizedTest
    @MethodSource("settingsOutOfRange")
    void settingOutOfRangeNamesItselfTheRuleTheValueAndTheCache(
            String setting, String rule, String value, Consumer<CacheBuilder<String, String>> call) {
        CacheBuilder<String, String> builder = larder().cache("prices", String.class, String.class);

        assertThatThrownBy(() -> call.accept(builder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting)
                .hasMessageContaining(rule)
                .hasMessageContaining(value)
                .hasMessageContaining("prices");
    }

    @Test
    void twoBoundsAreRefused() {
        CacheBuilder<String, String> builder = builder("prices").maxEntries(10);

        assertThatThrownBy(() -> builder.maxBytes(10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one bound")
                .hasMessageContaining("prices");
    }

    @Test
    void nullKeysAreRefusedEverywhere() {
        Cache<String, String> cache = builder().build();
        String key = nothing();
        List<ThrowingCallable> calls = List.of(
                () -> cache.get(key),
                () -> cache.get(key, each -> "v"),
                () -> cache.lookup(key),
                () -> cache.put(key, "v"),
                () -> cache.putIfAbsent(key, "v"),
                () -> cache.replace(key, "v"),
                () -> cache.replace(key, "a", "b"),
                () -> cache.remove(key),
                () -> cache.expire(key),
                () -> cache.touch(key),
                () -> cache.getAll(Arrays.asList("a", key)),
                () -> cache.removeAll(Arrays.asList("a", key)),
                () -> cache.putAll(mapWith(key, "v")),
                () -> cache.async().get(key),
                () -> cache.asMap().put(key, "v"));

        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(NullPointerException.class));
        assertThat(origin.loads(nothingAsText())).isZero();
    }

    @Test
    void nullValuesAreRefused() {
        Cache<String, String> cache = builder().build();
        String value = nothing();
        List<ThrowingCallable> calls = List.of(
                () -> cache.put("k", value),
                () -> cache.putIfAbsent("k", value),
                () -> cache.replace("k", value),
                () -> cache.replace("k", value, "v"),
                () -> cache.replace("k", "v", value),
                () -> cache.putAll(mapWith("k", value)));

        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(NullPointerException.class));
        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void nullFunctionsAreRefused() {
        assertThatThrownBy(() -> builder().loader(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder().writer(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder().listener(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> larder().memoize(nothing())).isInstanceOf(NullPointerException.class);
    }

    @Test
    void nameIsTakenOnce() {
        builder("prices").build();

        assertThatThrownBy(() -> builder("prices").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("prices")
                .hasMessageContaining("already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a:b", "ü", "{x}", "line\nbreak"})
    void oddNamesAreRefused(String name) {
        assertThatThrownBy(() -> larder().cache(name, String.class, String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name")
                .hasMessageContaining("letters");
        assertThatThrownBy(() -> larderBuilder().namespace(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedLarderBuildsNoCacheAndSaysSo() {
        Larder larder = larderBuilder().open();
        CacheBuilder<String, String> builder = larder.cache("late", String.class, String.class);
        larder.close();
        larder.close();

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed")
                .hasMessageContaining("late");
    }

    @Test
    void unknownSchemeNamesThoseThatAreKnownAndTheWayOut() {
        assertThatThrownBy(() -> Larder.open("memory:1MiB", "hamster://wheel:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hamster://wheel:1")
                .hasMessageContaining("memory")
                .hasMessageContaining("jar");
    }

    @Test
    void secretsInUrisAreNotRepeated() {
        assertThatThrownBy(() -> Larder.open("memory:1MiB", "hamster://user:secret@wheel:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
        assertThatThrownBy(() -> Larder.open("//user:secret@wheel:1"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "memory:-5",
                "memory:0",
                "memory:lots",
                "memory:5 parsecs",
                "memory:99999999999999999999",
                "memory:999999999TiB",
                "12345",
                "://x",
                "memory:1.5MiB"
            })
    void malformedTiersAreRefused(String uri) {
        assertThatThrownBy(() -> Larder.open(uri)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void orderAndNumberOfTiersAreChecked() {
        assertThatThrownBy(() -> Larder.open()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Larder.open("memory:1MiB", "memory:2MiB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:64MiB", "memory:64m", "memory:1048576", "memory:1g", "MEMORY:512KiB", "memory:"})
    void sizesAreReadAsPeopleWriteThem(String uri) {
        try (Larder larder = Larder.open(uri)) {
            Cache<String, String> cache =
                    larder.cache("things", String.class, String.class).build();
            cache.put("k", "v");
            assertThat(cache.get("k")).isEqualTo("v");
        }
    }

    @Test
    void larderSettingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Larder.builder().tierTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tierTimeout");
        assertThatThrownBy(() -> Larder.builder().maxSilence(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxSilence");
    }

    @Test
    void negativeTimeToLiveOfALoadedValueIsRefused() {
        assertThatThrownBy(() -> Loaded.of("v").timeToLive(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeToLive");
    }

    @Test
    void rawTypeRefIsRefused() {
        assertThatThrownBy(BadInputTest::rawTypeRef)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TypeRef");
    }

    @Test
    void typesWithArgumentsMakeACache() {
        Cache<String, List<String>> cache = larder().cache(
                        "lists", new TypeRef<String>() {}, new TypeRef<List<String>>() {})
                .build();

        cache.put("k", List.of("a"));

        assertThat(cache.get("k")).containsExactly("a");
    }

    @Test
    void keyWhoseHashCodeThrowsHarmsNobodyElse() {
        Cache<Object, String> cache = larder().cache("odd", Object.class, String.class)
                .loader(key -> "v")
                .build();
        Object broken = new Object() {
            @Override
            public int hashCode() {
                throw new IllegalStateException("hash");
            }
        };
        cache.get("fine");

        assertThatThrownBy(() -> cache.get(broken)).hasStackTraceContaining("hash");

        assertThat(cache.get("fine")).isEqualTo("v");
        assertThat(cache.get("other")).isEqualTo("v");
    }

    @Test
    void keyWhoseEqualsThrowsLeavesTheCacheWhole() {
        Cache<Object, String> cache =
                larder().cache("odd", Object.class, String.class).build();
        List<Object> keys = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            keys.add(new UnequalKey());
        }

        int failed = 0;
        for (Object key : keys) {
            try {
                cache.put(key, "v");
            } catch (IllegalStateException e) {
                failed++;
            }
        }

        assertThat(failed).isGreaterThanOrEqualTo(8);
        cache.put("other", "v");
        assertThat(cache.get("other")).isEqualTo("v");
    }

    /** All of one hash, and none comparable to another. */
    private static final class UnequalKey {
        @Override
        public int hashCode() {
            return 42;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            throw new IllegalStateException("equals");
        }
    }

    private static Map<String, String> mapWith(String key, String value) {
        Map<String, String> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    @SuppressWarnings({"rawtypes", "unchecked"}) // the mistake under test
    private static Object rawTypeRef() {
        return new TypeRef() {};
    }

    private static String nothingAsText() {
        return "null";
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // a caller that breaks the contract
    private static <T> T nothing() {
        return null;
    }
}
