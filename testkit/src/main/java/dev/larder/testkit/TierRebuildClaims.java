package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about rebuilds: the old generation or the new one, nothing between, and no change made meanwhile is lost. */
abstract class TierRebuildClaims extends TierPositionClaims {
    @Test
    void oldGenerationIsServedUntilTheSwitch() {
        Peer one = peer();
        Peer two = peer();
        store(one, "k", value("old"));
        store(one, "dropped", value("old"));

        FarRebuild rebuild = done(one.cache().rebuild());
        assertThat(done(rebuild.write(rows("k", "new", "added", "new")))).isZero();
        assertThat(read(one, "k")).isEqualTo("old");
        assertThat(read(two, "k")).isEqualTo("old");
        assertThat(read(two, "added")).isNull();

        assertThat(done(rebuild.commit())).isTrue();
        assertThat(read(one, "k")).isEqualTo("new");
        assertThat(read(one, "added")).isEqualTo("new");
        assertThat(read(one, "dropped")).isNull();
        eventually("two has switched", () -> "new".equals(read(two, "k")));
        assertThat(read(two, "dropped")).isNull();
    }

    @Test
    void rowsKeepTheLifeTheyAreGiven() {
        Peer peer = peer();

        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(Map.of("limited", value("v", LONG_MILLIS), "unlimited", value("v", FOR_EVER))));
        done(rebuild.commit());

        Map<String, FarValue> found = done(peer.cache().getAll(List.of("limited", "unlimited")));
        assertThat(found).containsOnlyKeys("limited", "unlimited");
        assertThat(found)
                .hasEntrySatisfying(
                        "limited", value -> assertThat(value.leftMillis()).isBetween(1L, LONG_MILLIS));
        assertThat(found)
                .hasEntrySatisfying(
                        "unlimited", value -> assertThat(value.leftMillis()).isEqualTo(-1));
    }

    @Test
    void manyRowsInManyPortionsAllArrive() {
        Peer peer = peer();
        FarRebuild rebuild = done(peer.cache().rebuild());

        for (int portion = 0; portion < 10; portion++) {
            Map<String, FarValue> rows = new HashMap<>();
            for (int i = 0; i < 500; i++) {
                rows.put("k" + (portion * 500 + i), value("v" + i));
            }
            assertThat(done(rebuild.write(rows))).isZero();
        }
        assertThat(done(rebuild.write(Map.of()))).isZero();
        done(rebuild.commit());

        List<String> keys = IntStream.range(0, 5_000).mapToObj(i -> "k" + i).toList();
        assertThat(done(peer.cache().getAll(keys))).hasSize(5_000);
    }

    @Test
    void secondRowOfOneKeyIsLeftAlone() {
        Peer peer = peer();
        FarRebuild rebuild = done(peer.cache().rebuild());

        assertThat(done(rebuild.write(rows("k", "first")))).isZero();
        assertThat(done(rebuild.write(rows("k", "second", "other", "v")))).isOne();
        done(rebuild.commit());

        assertThat(read(peer, "k")).isEqualTo("first");
    }

    @Test
    void awkwardKeysSurviveARebuild() {
        Peer peer = peer();
        Map<String, FarValue> rows = new HashMap<>();
        AWKWARD_KEYS.forEach(key -> rows.put(key, value("of " + key)));

        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(rows));
        done(rebuild.commit());

        assertThat(AWKWARD_KEYS).allSatisfy(key -> assertThat(read(peer, key)).isEqualTo("of " + key));
    }

    @Test
    void rowReadBeforeAnInvalidationIsRefused() {
        Peer rebuilder = peer();
        Peer other = peer();
        store(other, "k", value("old"));

        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(other.cache().invalidate(List.of("k")));
        assertThat(read(other, "k")).isNull();
        assertThat(done(rebuild.write(rows("k", "old", "other", "v")))).isOne();
        done(rebuild.commit());

        assertThat(read(rebuilder, "k")).isNull();
        assertThat(read(rebuilder, "other")).isEqualTo("v");
    }

    @Test
    void rowWrittenBeforeAnInvalidationIsRemoved() {
        Peer rebuilder = peer();
        Peer other = peer();

        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("k", "old", "other", "v")));
        done(other.cache().invalidate(List.of("k")));
        done(rebuild.commit());

        assertThat(read(rebuilder, "k")).isNull();
        assertThat(read(rebuilder, "other")).isEqualTo("v");
    }

    @Test
    void keyInvalidatedDuringARebuildIsAnOrdinaryMissAfterIt() {
        Peer rebuilder = peer();
        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuilder.cache().invalidate(List.of("k")));
        done(rebuild.write(rows("k", "old")));
        done(rebuild.commit());

        assertThat(done(rebuilder.cache().getAll(List.of("k")))).isEmpty();
        String token = token();
        assertThat(acquire(rebuilder, "k", token, LONG_MILLIS, 0)).isEqualTo(new Acquired.Won(null));
        assertThat(done(rebuilder.cache().fill("k", token, value("new")))).isTrue();

        assertThat(read(rebuilder, "k")).isEqualTo("new");
    }

    @Test
    void keyInvalidatedDuringARebuildIsLoadedAndServedMeanwhile() {
        Peer rebuilder = peer();
        Peer other = peer();
        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(other.cache().invalidate(List.of("k")));
        String token = token();

        assertThat(acquire(other, "k", token, LONG_MILLIS, 0)).isInstanceOf(Acquired.Won.class);
        assertThat(done(other.cache().fill("k", token, value("loaded")))).isTrue();
        assertThat(read(other, "k")).isEqualTo("loaded");

        done(rebuild.write(rows("k", "row from before")));
        done(rebuild.commit());
        assertThat(read(rebuilder, "k")).isNotEqualTo("row from before");
    }

    @Test
    void writeDuringARebuildIsServedAndNotOverwritten() {
        Peer rebuilder = peer();
        Peer writer = peer();
        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("written before", "old")));

        store(writer, "written before", value("new"));
        store(writer, "written after", value("new"));
        assertThat(done(rebuild.write(rows("written after", "old")))).isOne();
        assertThat(read(rebuilder, "written before")).isEqualTo("new");
        assertThat(read(rebuilder, "written after")).isEqualTo("new");
        done(rebuild.commit());

        assertThat(read(rebuilder, "written before")).isNotEqualTo("old");
        assertThat(read(rebuilder, "written after")).isNotEqualTo("old");
    }

    @Test
    void writeThatBeganBeforeTheRebuildIsNotOverwritten() {
        Peer rebuilder = peer();
        Peer writer = peer();
        String token = token();
        done(writer.cache().beginWrite("k", token, LONG_MILLIS));

        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("k", "old")));
        done(writer.cache().commitWrite("k", token, value("new")));
        done(rebuild.commit());

        assertThat(read(rebuilder, "k")).isNotEqualTo("old");
    }

    @Test
    void writeThatTheSwitchOvertookStoresNothingAndLeavesNoOldRow() {
        Peer rebuilder = peer();
        Peer writer = peer();
        String token = token();
        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("k", "old")));
        done(writer.cache().beginWrite("k", token, LONG_MILLIS));
        done(rebuild.commit());

        done(writer.cache().commitWrite("k", token, value("new")));

        assertThat(read(rebuilder, "k")).isNotEqualTo("old");
    }

    @Test
    void loadThatBeganBeforeTheSwitchDoesNotReplaceTheNewGeneration() {
        Peer rebuilder = peer();
        String token = token();
        acquire(rebuilder, "k", token, LONG_MILLIS, 0);

        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("k", "new")));
        done(rebuild.commit());
        done(rebuilder.cache().fill("k", token, value("old")));

        assertThat(read(rebuilder, "k")).isEqualTo("new");
    }

    @Test
    void onlyOneRebuildRunsAtATime() {
        Peer one = peer();
        Peer two = peer();
        FarRebuild first = done(one.cache().rebuild());

        assertThat(failureOf(two.cache().rebuild())).hasMessageContaining("rebuild");

        done(first.abort());
        FarRebuild second = done(two.cache().rebuild());
        done(second.write(rows("k", "v")));
        assertThat(done(second.commit())).isTrue();
        done(done(one.cache().rebuild()).abort());
    }

    @Test
    void abortedRebuildLeavesTheOldGeneration() {
        Peer peer = peer();
        store(peer, "k", value("old"));
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(rows("k", "new")));

        done(rebuild.abort());
        done(rebuild.abort());

        assertThat(done(rebuild.commit())).isFalse();
        assertThat(read(peer, "k")).isEqualTo("old");
    }

    @Test
    void abortAfterTheSwitchIsHarmless() {
        Peer peer = peer();
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(rows("k", "new")));
        assertThat(done(rebuild.commit())).isTrue();

        done(rebuild.abort());

        assertThat(read(peer, "k")).isEqualTo("new");
    }

    @Test
    void clearDuringARebuildWins() {
        Peer rebuilder = peer();
        Peer other = peer();
        store(other, "k", value("old"));
        FarRebuild rebuild = done(rebuilder.cache().rebuild());
        done(rebuild.write(rows("k", "row")));

        done(other.cache().clear());

        assertThat(done(rebuild.commit())).isFalse();
        assertThat(read(other, "k")).isNull();
        eventually("the rebuilder sees the clear", () -> read(rebuilder, "k") == null);
    }

    @Test
    void clearAfterARebuildEmptiesTheNewGeneration() {
        Peer peer = peer();
        FarRebuild rebuild = done(peer.cache().rebuild());
        done(rebuild.write(rows("k", "new")));
        done(rebuild.commit());

        done(peer.cache().clear());

        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void otherCachesAreNotTouchedByARebuild() {
        Peer peer = peer();
        Peer other = peer("others");
        store(other, "k", value("other"));

        FarRebuild rebuild = done(peer.cache().rebuild());
        FarRebuild otherRebuild = done(other.cache().rebuild());
        done(rebuild.commit());
        done(otherRebuild.abort());

        assertThat(read(other, "k")).isEqualTo("other");
    }

    private static Map<String, FarValue> rows(String key, String text) {
        return Map.of(key, value(text));
    }

    private static Map<String, FarValue> rows(String key1, String text1, String key2, String text2) {
        return Map.of(key1, value(text1), key2, value(text2));
    }
}
