package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.bus.TagChange;
import dev.larder.bus.TagChange.Kind;
import dev.larder.codec.Envelope;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.MetaFlags;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names, bodies, seconds and messages: what stands on the server, without one. */
class ItemsTest {
    private static final Keyspace KEYS = new Keyspace("shop", "things");
    private static final String GENERATION = "g".repeat(Generations.NAME_LENGTH);

    @Test
    void namesAreSafeAndApart() {
        List<String> keys = List.of(
                "a", "a ", "a\r\nb", "%20", " ", "\uD800", "?", "\uDBFF", "🔑", "k".repeat(400), "k".repeat(401), "");
        Set<Object> names = new HashSet<>();

        for (String key : keys) {
            Entry entry = KEYS.entry(key, GENERATION.length());
            names.add(KEYS.value(GENERATION, entry));
            names.add(KEYS.lease(GENERATION, entry));
        }

        assertThat(names).hasSize(2 * keys.size());
        assertThat(KEYS.value(GENERATION, KEYS.entry("a b", GENERATION.length())))
                .hasToString("shop:things:" + GENERATION + ":v:a%20b");
    }

    @Test
    void longNamespacesLeaveRoomForKeys() {
        Keyspace keys = new Keyspace("n".repeat(300), "c".repeat(300));

        assertThat(keys.value(GENERATION, keys.entry("k", GENERATION.length())).toString())
                .endsWith(":v:k");
        assertThat(new BusKeys("n".repeat(300)).message(Long.MAX_VALUE).length())
                .isLessThan(100);
    }

    @Test
    void valueOfAnotherKeyWithTheSameHashIsNone() {
        Entry mine = new Entry("hash", "mine");
        Entry other = new Entry("hash", "other");
        byte[] envelope = envelope(-1);

        assertThat(Body.value(mine, reply(Body.of(mine, envelope), -1))).isNotNull();
        assertThat(Body.value(other, reply(Body.of(mine, envelope), -1))).isNull();
        assertThat(Body.value(mine, reply(new byte[] {0, 0, 0, 9, 1}, -1))).isNull();
        assertThat(Body.value(mine, reply(new byte[] {1, 2}, -1))).isNull();
    }

    @Test
    void placesAndTombstonesAreNoValues() {
        Entry entry = new Entry("k", null);

        assertThat(Body.value(entry, reply(Body.place(), 5))).isNull();
        assertThat(Body.value(entry, reply(Body.tombstone(), 5))).isNull();
    }

    @Test
    void lifeReadIsNeverLongerThanWhatIsLeftAtWorst() {
        for (long life : new long[] {1, 999, 1_000, 1_500, 2_000, 61_001, 2_592_000_000L, 3_000_000_000L}) {
            int given = Seconds.life(new FarValue(envelope(life), life));
            assertThat(given).isBetween(1, Seconds.LONGEST);
            for (int left = given; left >= Math.max(1, given - 3); left--) {
                long passedAtMost = (given - left + 1) * 1_000L;
                assertThat(Seconds.leftMillis(envelope(life), left))
                        .isEqualTo(Math.max(0, Math.min(life, Seconds.LONGEST * 1_000L) - passedAtMost));
            }
        }
        assertThat(Seconds.life(new FarValue(envelope(-1), -1))).isZero();
        assertThat(Seconds.leftMillis(envelope(-1), -1)).isEqualTo(-1);
        assertThat(Seconds.leftMillis(envelope(-1), 60)).isEqualTo(59_000);
    }

    @Test
    void leaseOnTheServerOutlivesTheHoldersOwnCount() {
        assertThat(Seconds.lease(1)).isEqualTo(2);
        assertThat(Seconds.lease(2_000)).isEqualTo(3);
        assertThat(Seconds.lease(Long.MAX_VALUE / 2)).isEqualTo(Seconds.LONGEST);
    }

    @Test
    void messagesComeBackAndOthersAreNone() {
        BusMessage message =
                new BusMessage("origin", "things", new BusMessage.Keys(List.of("a", "\uD800", "k".repeat(4_096))));
        byte[] bytes = message.bytes();

        assertThat(BusMessage.read(bytes)).isEqualTo(message);
        for (BusMessage.Content content : List.of(
                BusMessage.CLEARED,
                new BusMessage.Tagged(new TagChange("t", Kind.REMOVED, 1L << 40)),
                new BusMessage.Tagged(new TagChange("t", Kind.STALE, Long.MAX_VALUE)))) {
            BusMessage other = new BusMessage("o", "c", content);
            assertThat(BusMessage.read(other.bytes())).isEqualTo(other);
        }
        for (int length = 0; length < bytes.length; length += 97) {
            assertThat(BusMessage.read(java.util.Arrays.copyOf(bytes, length))).isNull();
        }
        bytes[0] = 9;
        assertThat(BusMessage.read(bytes)).isNull();
    }

    private static byte[] envelope(long lifeMillis) {
        return Envelope.seal("test", new byte[] {1}, new Envelope.Terms(lifeMillis, 0, 0));
    }

    private static Reply.Meta reply(byte[] body, long secondsLeft) {
        return new Reply.Meta(Status.VA, MetaFlags.of("t" + secondsLeft), body);
    }
}
