package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a server holds counts only while its key has stayed there. */
class RingsTest {
    private static final Ring THREE = ring("a,b,c");
    private static final Ring FOUR = ring("a,b,c,d");

    @Test
    void valueThatStayedOnItsServerCountsInTheNextRing() {
        Rings before = Rings.first(layout(THREE));
        Rings after = before.followedBy(layout(FOUR), true);
        byte[] stayed = key(false);

        assertThat(after.holds(stayed, stamp(before))).isTrue();
        assertThat(after.holds(stayed, stamp(after))).isTrue();
        assertThat(after.ownerBefore(stayed)).isNull();
    }

    @Test
    void valueThatMovedCountsOnlyOnTheServerBefore() {
        Rings before = Rings.first(layout(THREE));
        Rings after = before.followedBy(layout(FOUR), true);
        byte[] moved = key(true);

        assertThat(after.holds(moved, stamp(before))).isFalse();
        assertThat(after.heldBefore(moved, stamp(before))).isTrue();
        assertThat(after.ownerBefore(moved)).isEqualTo(THREE.server(moved));
        assertThat(after.warming(false).ownerBefore(moved)).isNull();
    }

    @Test
    void valueFromBeforeItsKeyWentAndCameBackDoesNotCount() {
        Rings before = Rings.first(layout(THREE));
        Rings back = before.followedBy(layout(FOUR), true).followedBy(layout(THREE), true);

        assertThat(back.holds(key(true), stamp(before))).isFalse();
        assertThat(back.holds(key(false), stamp(before))).isTrue();
        assertThat(back.holds(key(true), stamp(back))).isTrue();
    }

    @Test
    void valueOfARingThatIsForgottenDoesNotCount() {
        Rings first = Rings.first(layout(THREE));
        Rings now = first;
        for (int i = 0; i < Rings.MOST_PAST; i++) {
            now = now.followedBy(layout(THREE), false);
        }

        assertThat(now.holds(key(false), stamp(first))).isTrue();
        assertThat(now.followedBy(layout(THREE), false).holds(key(false), stamp(first)))
                .isFalse();
        assertThat(now.holds(key(false), 0)).as("no stamp").isFalse();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Rings rings = Rings.first(layout(ring("a:1*3,[::1]"))).followedBy(layout(FOUR), false);

        Rings read = Objects.requireNonNull(Rings.of(rings.bytes()));

        assertThat(read).isEqualTo(rings);
        assertThat(read.bytes()).isEqualTo(rings.bytes());
    }

    @Test
    void damagedListIsNone() {
        for (String text :
                new String[] {"", "1", "xyz a", "1 a", "1 a,a - -", "1 a:0 - -", "1 - - -", "1 a - -\nnothing"}) {
            assertThat(Rings.of(text.getBytes(StandardCharsets.UTF_8))).as(text).isNull();
        }
    }

    /** A key that moves when the fourth server joins, or one that does not. */
    private static byte[] key(boolean moves) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> ("k" + i).getBytes(StandardCharsets.UTF_8))
                .filter(key -> moves == !THREE.server(key).isSameServer(FOUR.server(key)))
                .findFirst()
                .orElseThrow();
    }

    private static long stamp(Rings rings) {
        return Integer.toUnsignedLong(rings.number());
    }

    private static Layout layout(Ring ring) {
        return Layout.of(ring, List.of());
    }

    private static Ring ring(String servers) {
        return new Ring(HostAndPort.list(servers));
    }
}
