package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Claims about values: kept as given, kept apart, for as long as told; softly expired, invalidated, cleared. */
abstract class TierEntryClaims extends TierFixture {
    /** Keys that a careless tier confuses with others, with its own syntax or with each other. */
    static final List<String> AWKWARD_KEYS = List.of(
            "a",
            "A",
            "a ",
            " a",
            "{",
            "}",
            "}a",
            "{a}",
            "a{b}c",
            "{}",
            "%7B",
            "%",
            "a:b",
            "a\u0000b",
            "a\r\nb",
            "*",
            "a\"b'c\\d",
            "schlüssel",
            "ключ",
            "鍵",
            "🔑",
            "0",
            "00",
            "v",
            "l",
            "k".repeat(400));

    @Test
    void keyNeverStoredHasNoValue() {
        Peer peer = peer();

        assertThat(done(peer.cache().get("k"))).isNull();
        assertThat(done(peer.cache().getAll(List.of("k", "l")))).isEmpty();
    }

    @Test
    void storedValueIsReadByEveryProcess() {
        Peer one = peer();
        Peer two = peer();

        store(one, "k", value("v"));

        assertThat(read(one, "k")).isEqualTo("v");
        assertThat(read(two, "k")).isEqualTo("v");
    }

    @Test
    void bytesComeBackAsTheyWere() {
        Peer peer = peer();
        byte[] every = new byte[512];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        List<byte[]> payloads = List.of(new byte[0], every, new byte[1 << 20]);

        for (byte[] payload : payloads) {
            FarValue value = value(payload, FOR_EVER);
            store(peer, "k", value);

            FarValue back = done(peer.cache().get("k"));
            assertThat(back).isNotNull();
            assertThat(back.bytes()).isEqualTo(value.bytes());
        }
    }

    @Test
    void awkwardKeysAreKeptApart() {
        Peer peer = peer();

        AWKWARD_KEYS.forEach(key -> store(peer, key, value("of " + key)));

        Map<String, String> texts = new LinkedHashMap<>();
        done(peer.cache().getAll(AWKWARD_KEYS)).forEach((key, value) -> texts.put(key, "" + text(value)));
        assertThat(texts).hasSameSizeAs(AWKWARD_KEYS);
        assertThat(AWKWARD_KEYS).allSatisfy(key -> {
            assertThat(texts).containsEntry(key, "of " + key);
            assertThat(read(peer, key)).isEqualTo("of " + key);
        });
    }

    @Test
    void awkwardKeysAreInvalidatedOneByOne() {
        Peer peer = peer();
        AWKWARD_KEYS.forEach(key -> store(peer, key, value("v")));

        int left = AWKWARD_KEYS.size();
        for (String key : AWKWARD_KEYS) {
            done(peer.cache().invalidate(List.of(key)));

            assertThat(done(peer.cache().getAll(AWKWARD_KEYS))).hasSize(--left).doesNotContainKey(key);
        }
    }

    @Test
    void getAllGivesThoseFoundAndNoOthers() {
        Peer peer = peer();
        store(peer, "a", value("1"));
        store(peer, "b", value("2"));
        store(peer, "c", value("3"));

        Map<String, FarValue> found = done(peer.cache().getAll(List.of("a", "missing", "c")));

        assertThat(found).containsOnlyKeys("a", "c");
        assertThat(text(found.get("c"))).isEqualTo("3");
        assertThat(done(peer.cache().getAll(List.of()))).isEmpty();
    }

    @Test
    void cachesAndNamespacesOfOneServerAreSeparate() {
        Peer ours = peer("things");
        Peer otherCache = peer("others");
        Peer otherSpace = peer(otherNamespace(), "things");
        store(ours, "k", value("ours"));
        store(otherCache, "k", value("other cache"));
        store(otherSpace, "k", value("other namespace"));

        done(ours.cache().invalidate(List.of("k")));
        assertThat(read(ours, "k")).isNull();
        done(otherCache.cache().clear());
        assertThat(read(otherCache, "k")).isNull();

        assertThat(read(otherSpace, "k")).isEqualTo("other namespace");
    }

    @Test
    void valueWithoutLimitSaysSo() {
        Peer peer = peer();

        store(peer, "k", value("v", FOR_EVER));

        assertThat(done(peer.cache().get("k")))
                .isNotNull()
                .extracting(FarValue::leftMillis)
                .isEqualTo(-1L);
    }

    @Test
    void valueTellsHowLongItIsKeptAndIsThenGone() {
        Peer peer = peer();
        store(peer, "k", value("v", 1_500));
        store(peer, "stays", value("v", LONG_MILLIS));

        FarValue early = done(peer.cache().get("k"));
        assertThat(early).isNotNull();
        assertThat(early.leftMillis()).isBetween(0L, 1_500L);

        eventually(
                "the value is gone when its time has passed",
                () -> done(peer.cache().get("k")) == null);
        assertThat(done(peer.cache().getAll(List.of("k", "stays")))).containsOnlyKeys("stays");
    }

    @Test
    void invalidateRemovesTheKeysNamedAndNoOthers() {
        Peer one = peer();
        Peer two = peer();
        List.of("a", "b", "c").forEach(key -> store(one, key, value(key)));

        done(two.cache().invalidate(List.of("a", "c", "missing")));

        assertThat(done(one.cache().getAll(List.of("a", "b", "c")))).containsOnlyKeys("b");
    }

    @Test
    void invalidatingNothingDoesNothing() {
        Peer peer = peer();
        store(peer, "k", value("v"));

        done(peer.cache().invalidate(List.of()));

        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void invalidatingVeryManyKeysAtOnceRemovesThemAll() {
        Peer peer = peer();
        List<String> keys = java.util.stream.IntStream.range(0, 3_000)
                .mapToObj(Integer::toString)
                .toList();
        store(peer, "7", value("v"));
        store(peer, "2999", value("v"));
        store(peer, "other", value("v"));

        done(peer.cache().invalidate(keys));

        assertThat(done(peer.cache().getAll(keys))).isEmpty();
        assertThat(read(peer, "other")).isEqualTo("v");
    }

    @Test
    void clearMakesEveryEntryVoid() {
        Peer one = peer();
        Peer two = peer();
        AWKWARD_KEYS.forEach(key -> store(one, key, value("v")));

        done(two.cache().clear());

        assertThat(done(one.cache().getAll(AWKWARD_KEYS))).isEmpty();
        store(one, "a", value("new"));
        assertThat(read(two, "a")).isEqualTo("new");
    }

    @Test
    void expiredValueIsStillReadButNoLongerFresh() {
        Peer peer = peer();
        store(peer, "k", value("v"));

        done(peer.cache().expire("k", LONG_MILLIS));

        FarValue stale = done(peer.cache().get("k"));
        assertThat(stale).isNotNull();
        assertThat(isSoftlyExpired(stale)).isTrue();
        assertThat(stale.leftMillis()).isBetween(1L, LONG_MILLIS);
        assertThat(text(stale)).isEqualTo("v");
        Acquired acquired = done(peer.cache().acquire("k", new LeaseRequest(token(), LONG_MILLIS, 0)));
        assertThat(acquired)
                .isInstanceOfSatisfying(
                        Acquired.Won.class, won -> assertThat(text(won.stale())).isEqualTo("v"));
    }

    @Test
    void expiredValueIsGoneAfterItsStaleTime() {
        Peer peer = peer();
        store(peer, "k", value("v"));

        done(peer.cache().expire("k", 300));

        eventually("the stale value is gone", () -> done(peer.cache().get("k")) == null);
    }

    @Test
    void expiringNeverProlongsALife() {
        Peer peer = peer();
        store(peer, "k", value("v", 2_000));

        done(peer.cache().expire("k", LONG_MILLIS));

        FarValue stale = done(peer.cache().get("k"));
        assertThat(stale).isNotNull();
        assertThat(stale.leftMillis()).isLessThanOrEqualTo(2_000);
    }

    @Test
    void expiringWhatIsNotThereDoesNothing() {
        Peer peer = peer();

        done(peer.cache().expire("k", LONG_MILLIS));

        assertThat(done(peer.cache().get("k"))).isNull();
    }

    @Test
    void valueStoredAfterAnExpireIsFresh() {
        Peer peer = peer();
        store(peer, "k", value("old"));
        done(peer.cache().expire("k", LONG_MILLIS));

        String token = token();
        done(peer.cache().acquire("k", new LeaseRequest(token, LONG_MILLIS, 0)));
        assertThat(done(peer.cache().fill("k", token, value("new")))).isTrue();

        FarValue fresh = done(peer.cache().get("k"));
        assertThat(fresh).isNotNull();
        assertThat(isSoftlyExpired(fresh)).isFalse();
        assertThat(text(fresh)).isEqualTo("new");
    }

    @Test
    void tierAnswersAPingAndHasAName() {
        Peer peer = peer();

        done(peer.tier().ping());

        assertThat(peer.tier().name()).isNotBlank();
    }

    @Test
    void entriesStayWhenProcessesLeave() {
        Peer one = peer();
        store(one, "k", value("v"));

        one.cache().close();
        one.tier().close();
        one.tier().close();

        assertThat(read(peer(), "k")).isEqualTo("v");
    }
}
