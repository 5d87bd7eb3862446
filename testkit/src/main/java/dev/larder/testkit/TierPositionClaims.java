package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.BusPosition;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about positions of the bus: another process knows whether it has heard so far, and never believes too early. */
abstract class TierPositionClaims extends TierBusClaims {
    @Test
    void whoPublishedNothingHasNoPosition() {
        assertThat(peer().cache().position()).isNull();
    }

    @Test
    void positionIsHeardByEveryOtherProcessInTheEnd() {
        Peer one = peer();
        Peer two = peer();
        Peer three = peer();

        done(one.cache().publishInvalidated(List.of("k")));
        String position = positionOf(one);

        eventuallyHeard(two, position);
        eventuallyHeard(three, position);
        eventuallyHeard(one, position);
    }

    @Test
    void positionIsNotHeardBeforeTheMessageIs() {
        Peer one = peer();
        Peer two = peer();

        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            done(one.cache().publishInvalidated(List.of(key)));
            eventuallyHeard(two, positionOf(one));

            assertThat(two.heard().hasKey(key)).as("%s was heard", key).isTrue();
        }
    }

    @Test
    void positionOfAMessageOfManyKeysIsThatOfItsEnd() {
        Peer one = peer();
        Peer two = peer();
        List<String> keys = IntStream.range(0, 5_000).mapToObj(i -> "k" + i).toList();

        done(one.cache().publishInvalidated(keys));
        eventuallyHeard(two, positionOf(one));

        assertThat(two.heard().messages()).hasSize(keys.size());
    }

    @Test
    void clearHasAPositionToo() {
        Peer one = peer();
        Peer two = peer();

        done(one.cache().publishCleared());
        eventuallyHeard(two, positionOf(one));

        assertThat(two.heard().messages()).containsExactly("cleared");
    }

    @Test
    void laterPositionIsNotHeardYet() {
        Peer one = peer();
        Peer two = peer();
        done(one.cache().publishInvalidated(List.of("k")));
        BusPosition position = Objects.requireNonNull(BusPosition.read(positionOf(one)));
        eventuallyHeard(two, position.toString());

        BusPosition later = position.high() == 0
                ? new BusPosition(position.log(), 0, position.low() + 1_000_000)
                : new BusPosition(position.log(), position.high() + 1_000_000, 0);

        assertThat(two.cache().hasHeard(later.toString())).isFalse();
    }

    @Test
    void positionsOfOneProcessGrow() {
        Peer one = peer();
        BusPosition last = null;

        for (int i = 0; i < 20; i++) {
            done(one.cache().publishInvalidated(List.of("k")));
            BusPosition next = Objects.requireNonNull(BusPosition.read(positionOf(one)));
            assertThat(last == null || (next.covers(last) && !last.covers(next)))
                    .as("%s is later than %s", next, last)
                    .isTrue();
            last = next;
        }
    }

    @Test
    void positionOfAnotherCacheOfTheTierHoldsNobodyUp() {
        Peer one = peer();
        Peer two = peer();
        Peer other = peer("others");

        done(other.cache().publishInvalidated(List.of("k")));
        eventuallyHeard(two, positionOf(other));

        assertThat(one.cache().position()).isNull();
        assertThat(two.heard().messages()).isEmpty();
    }

    @Test
    void whatIsNoPositionIsNotHeard() {
        Peer one = peer();
        Peer two = peer();
        done(one.cache().publishInvalidated(List.of("k")));
        String position = positionOf(one);
        eventuallyHeard(two, position);

        List<String> nonsense = List.of(
                "",
                ".",
                "nowhere-0.0",
                "0",
                position + " ",
                position + "0000000000000000000000000000000000",
                position.replace(".", ".-"),
                position.replace('.', ':'),
                "x".repeat(100_000),
                "'; DROP TABLE feeds; --",
                "\0\n\uD800");

        assertThat(nonsense).noneMatch(two.cache()::hasHeard);
    }

    private static String positionOf(Peer peer) {
        String position = peer.cache().position();
        assertThat(position).as("the position of what was published").isNotNull();
        return Objects.requireNonNull(position);
    }

    private void eventuallyHeard(Peer peer, String position) {
        eventually(position + " is heard", () -> {
            pass(Duration.ofMillis(1));
            return peer.cache().hasHeard(position);
        });
    }
}
