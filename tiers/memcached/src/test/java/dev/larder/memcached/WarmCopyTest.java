package dev.larder.memcached;

import static dev.larder.memcached.Peers.LONG_MILLIS;
import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.lease;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.tags;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.bus.TagChange.Kind;
import dev.larder.memcached.Peers.Peer;
import dev.larder.protocol.memcached.Key;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.TagReading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second real server joins a first one: what becomes of large values, of retired ones and of tags meanwhile. */
class WarmCopyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PART = Pattern.compile("key=\\S+(?:%3A|:)p(?:%3A|:)\\S+");
    private static final Pattern CAS = Pattern.compile(" c(\\d+)");
    private static final String LARGE = "large".repeat(10_000);
    private static final List<String> KEYS =
            IntStream.range(0, 30).mapToObj(i -> "k" + i).toList();

    private final Keyspace keys = new Keyspace("test", "things");
    private MemcachedServer anchor;
    private MemcachedServer joining;
    private Peers peers;
    private Peer old;

    @BeforeEach
    void start() {
        anchor = MemcachedServer.start();
        joining = MemcachedServer.start();
        peers = new Peers();
        old = peer("");
    }

    @AfterEach
    void stop() {
        peers.close();
        anchor.close();
        joining.close();
    }

    @Test
    void largeValuesAreCopiedWithTheirParts() {
        KEYS.forEach(key -> store(old, key, LARGE + key));
        int partsOfOne = parts(anchor) / KEYS.size();
        Peer joined = joined();
        List<String> moved = moved();

        await().atMost(PATIENCE).until(() -> {
            KEYS.forEach(key -> assertThat(read(joined, key)).isEqualTo(LARGE + key));
            return parts(joining) == partsOfOne * moved.size();
        });
        moved.forEach(key -> anchor.ask("md " + item(key) + "\r\nmn\r\n", "MN"));

        KEYS.forEach(key -> assertThat(read(joined, key)).isEqualTo(LARGE + key));
        KEYS.forEach(key -> assertThat(read(old, key)).isEqualTo(LARGE + key));
    }

    @Test
    void retiredEntryDoesNotComeBackFromTheServerBefore() {
        KEYS.forEach(key -> store(old, key, "old"));
        Map<String, FarValue> seen = new HashMap<>(done(old.cache().getAll(KEYS)));
        Peer joined = joined();
        List<String> moved = moved();
        List<String> read = moved.subList(0, moved.size() / 2);
        await().atMost(PATIENCE).until(() -> {
            done(joined.cache().getAll(read));
            return read.stream().allMatch(key -> isThere(joining, key));
        });

        KEYS.forEach(key -> done(joined.cache().retire(key, Objects.requireNonNull(seen.get(key)), 0)));

        for (int i = 0; i < 3; i++) {
            assertThat(done(joined.cache().getAll(KEYS))).isEmpty();
            assertThat(done(old.cache().getAll(KEYS))).isEmpty();
        }
    }

    @Test
    void entryRetiredByAProcessWithTheOldListDoesNotComeBack() {
        KEYS.forEach(key -> store(old, key, "old"));
        Map<String, FarValue> seen = new HashMap<>(done(old.cache().getAll(KEYS)));
        Peer joined = joined();

        KEYS.forEach(key -> done(old.cache().retire(key, Objects.requireNonNull(seen.get(key)), LONG_MILLIS)));

        for (String key : KEYS) {
            assertThat(Body.isSoftlyExpired(
                            Objects.requireNonNull(done(joined.cache().get(key)))))
                    .isTrue();
        }
    }

    @Test
    void fenceThatACopierHasIsTakenByRetiring() {
        KEYS.forEach(key -> store(old, key, "old"));
        Peer joined = joined();
        String key = moved().get(0);
        FarValue seen = value("old");
        String fence = cas(joining.ask("mg " + item(key) + " N60 c\r\nmn\r\n", "MN"));

        done(joined.cache().retire(key, seen, 0));

        assertThat(joining.ask("ms " + item(key) + " 3 C" + fence + "\r\nold\r\nmn\r\n", "MN"))
                .startsWith("EX");
        assertThat(read(joined, key)).isNull();
    }

    @Test
    void loadThatRunsWhileItsKeyIsRetiredIsStored() {
        KEYS.forEach(key -> store(old, key, "old"));
        Peer joined = joined();
        String key = moved().get(0);
        String token = lease(joined, key, LONG_MILLIS);

        done(old.cache().retire(key, value("old"), 0));

        assertThat(done(joined.cache().fill(key, token, value("new")))).isTrue();
        assertThat(read(joined, key)).isEqualTo("new");
        assertThat(read(old, key)).isEqualTo("new");
    }

    @Test
    void copyOfAMarkedEntryHasNoNumbersOfTheOtherServer() {
        KEYS.forEach(key -> store(old, key, "old"));
        KEYS.forEach(key -> done(old.cache().retire(key, value("old"), LONG_MILLIS)));
        Peer joined = joined();
        List<String> moved = moved();

        await().atMost(PATIENCE).until(() -> {
            done(joined.cache().getAll(moved));
            return moved.stream().allMatch(key -> isThere(joining, key));
        });

        assertThat(moved).allSatisfy(key -> {
            assertThat(body(anchor, key)).startsWith("R");
            assertThat(body(joining, key)).startsWith("S");
        });
    }

    @Test
    void tagsStayWhereThePointerIs() {
        long before = done(tags(old).change("t", Kind.REMOVED));
        Peer joined = joined();

        long changed = done(tags(joined).change("t", Kind.REMOVED));

        assertThat(TagReading.isSameEpoch(before, changed)).isTrue();
        assertThat(changed).isEqualTo(before + 1);
        assertThat(done(tags(old).read(List.of("t"))).clock()).isEqualTo(changed);
    }

    private Peer joined() {
        Peer joined = peer("&more=127.0.0.1:" + joining.port());
        done(joined.cache().get("none"));
        done(old.cache().get("none"));
        assertThat(pointer()).endsWith(" w");
        return joined;
    }

    private Peer peer(String options) {
        FarTier tier = peers.tier(anchor.uri() + "?item-size=16KiB" + options);
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, peers.cache(tier, "things", heard), heard);
    }

    private String pointer() {
        return anchor.ask("mg test:things:gen v\r\nmn\r\n", "MN").split("\n")[1];
    }

    /** The keys that are the joining server's now; half of them, about. */
    private List<String> moved() {
        Ring ring = new Ring(List.of(
                new HostAndPort("127.0.0.1", anchor.port(), 1), new HostAndPort("127.0.0.1", joining.port(), 1)));
        List<String> moved = KEYS.stream()
                .filter(key -> ring.owner(Key.of(item(key)).bytes()) == 1)
                .toList();
        assertThat(moved).hasSizeBetween(2, KEYS.size() - 2);
        return moved;
    }

    private String item(String key) {
        return keys.value(pointer().split(" ")[1], keys.entry(key, Generations.NAME_LENGTH))
                .toString();
    }

    private boolean isThere(MemcachedServer server, String key) {
        return !body(server, key).isEmpty();
    }

    /** What an item has; nothing where it is missing or a place. */
    private String body(MemcachedServer server, String key) {
        String answer = server.ask("mg " + item(key) + " v\r\nmn\r\n", "MN");
        return answer.startsWith("VA 0") || !answer.startsWith("VA") ? "" : answer.substring(answer.indexOf('\n') + 1);
    }

    private static String cas(String answer) {
        Matcher cas = CAS.matcher(answer);
        assertThat(cas.find()).as(answer).isTrue();
        return cas.group(1);
    }

    private static int parts(MemcachedServer server) {
        return (int) PART.matcher(server.ask("lru_crawler metadump all\r\n", "END"))
                .results()
                .map(MatchResult::group)
                .distinct()
                .count();
    }
}
