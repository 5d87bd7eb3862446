package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about the bus: everyone else hears everything, in order, and silence is proven, not supposed. */
abstract class TierBusClaims extends TierLeaseClaims {
    @Test
    void everyOtherProcessHearsWhichKeysWereInvalidated() {
        Peer one = peer();
        Peer two = peer();
        Peer three = peer();

        done(one.cache().publishInvalidated(List.of("a", "b")));

        eventually("two has heard", () -> two.heard().messages().equals(List.of("key a", "key b")));
        eventually("three has heard", () -> three.heard().messages().equals(List.of("key a", "key b")));
    }

    @Test
    void everyOtherProcessHearsOfAClear() {
        Peer one = peer();
        Peer two = peer();

        done(one.cache().publishCleared());

        eventually("two has heard", () -> two.heard().messages().equals(List.of("cleared")));
    }

    @Test
    void nobodyHearsItself() {
        Peer one = peer();
        Peer two = peer();

        done(one.cache().publishInvalidated(List.of("from one")));
        done(two.cache().publishInvalidated(List.of("from two")));

        eventually("one has heard two", () -> one.heard().hasKey("from two"));
        eventually("two has heard one", () -> two.heard().hasKey("from one"));
        assertThat(one.heard().messages()).containsExactly("key from two");
        assertThat(two.heard().messages()).containsExactly("key from one");
    }

    @Test
    void messagesOfOneProcessArriveInTheirOrder() {
        Peer one = peer();
        Peer two = peer();
        List<String> keys = IntStream.range(0, 200).mapToObj(i -> "k" + i).toList();

        keys.forEach(key -> done(one.cache().publishInvalidated(List.of(key))));
        done(one.cache().publishCleared());

        eventually("two has heard all", () -> two.heard().messages().contains("cleared"));
        assertThat(two.heard().messages().subList(0, 200))
                .isEqualTo(keys.stream().map(key -> "key " + key).toList());
    }

    @Test
    void awkwardKeysArriveUnchanged() {
        Peer one = peer();
        Peer two = peer();

        done(one.cache().publishInvalidated(AWKWARD_KEYS));

        eventually("two has heard all", () -> two.heard().messages().size() >= AWKWARD_KEYS.size());
        assertThat(two.heard().messages())
                .containsExactlyInAnyOrderElementsOf(
                        AWKWARD_KEYS.stream().map(key -> "key " + key).toList());
    }

    @Test
    void messageOfManyKeysArrivesWhole() {
        Peer one = peer();
        Peer two = peer();
        List<String> keys = IntStream.range(0, 5_000).mapToObj(i -> "k" + i).toList();

        done(one.cache().publishInvalidated(keys));

        eventually("two has heard all", () -> two.heard().messages().size() >= keys.size());
        assertThat(two.heard().messages()).hasSize(keys.size()).contains("key k0", "key k4999");
    }

    @Test
    void otherCachesAndNamespacesHearNothing() {
        Peer one = peer();
        Peer two = peer();
        Peer otherCache = peer("others");
        Peer otherSpace = peer(otherNamespace(), "things");

        done(one.cache().publishInvalidated(List.of("k")));
        done(one.cache().publishCleared());

        eventually("two has heard", () -> two.heard().messages().size() == 2);
        long heardBy = ticker().nanos();
        eventually("the others have proof of silence", () -> {
            pass(Duration.ofMillis(1));
            return otherCache.cache().lastProofNanos() > heardBy
                    && otherSpace.cache().lastProofNanos() > heardBy;
        });
        assertThat(otherCache.heard().messages()).isEmpty();
        assertThat(otherSpace.heard().messages()).isEmpty();
    }

    @Test
    void closedCacheHearsNothingMore() {
        Peer one = peer();
        Peer closed = peer();
        Peer two = peer();

        closed.cache().close();
        done(one.cache().publishInvalidated(List.of("k")));

        eventually("two has heard", () -> two.heard().hasKey("k"));
        assertThat(closed.heard().messages()).isEmpty();
    }

    @Test
    void proofComesInTimeAndNeverAheadOfTheClock() {
        Peer peer = peer();
        long last = -1;

        for (int i = 0; i < 20; i++) {
            long begun = ticker().nanos();
            eventually("a newer proof", () -> peer.cache().lastProofNanos() >= begun);
            long proof = peer.cache().lastProofNanos();
            assertThat(proof).isGreaterThanOrEqualTo(last).isLessThanOrEqualTo(ticker().nanos());
            last = proof;
        }
    }

    @Test
    void proofIsYoungerThanTheSilenceAllowedWhileTheBusWorks() {
        Peer peer = peer();
        eventually("the first proof", () -> peer.cache().lastProofNanos() >= 0);

        pass(maxSilence().multipliedBy(3));

        eventually(
                "proof within the silence allowed",
                () -> ticker().nanos() - peer.cache().lastProofNanos()
                        <= maxSilence().toNanos());
        assertThat(peer.heard().messages()).isEmpty();
    }

    @Test
    void proofMeansThatWhatWasPublishedBeforeHasArrived() {
        Peer one = peer();
        Peer two = peer();

        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            done(one.cache().publishInvalidated(List.of(key)));
            long published = ticker().nanos();
            eventually("proof for the time after the message", () -> {
                pass(Duration.ofMillis(1));
                return two.cache().lastProofNanos() > published;
            });

            assertThat(two.heard().hasKey(key)).as("%s was heard", key).isTrue();
        }
    }
}
