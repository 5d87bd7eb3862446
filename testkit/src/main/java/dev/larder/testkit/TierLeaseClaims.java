package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.tier.Acquired;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Claims about leases of loads and of writes: one holder, a bounded time, and nothing stored without one. */
abstract class TierLeaseClaims extends TierEntryClaims {
    @Test
    void leaseOfAMissingKeyIsWonWithoutAStaleValue() {
        Peer peer = peer();

        Acquired acquired = acquire(peer, "k", token(), LONG_MILLIS, 0);

        assertThat(acquired).isEqualTo(new Acquired.Won(null));
    }

    @Test
    void freshValueIsAHitAndTakesNoLease() {
        Peer peer = peer();
        store(peer, "k", value("v", LONG_MILLIS));

        assertThat(acquire(peer, "k", token(), LONG_MILLIS, 1_000)).isInstanceOfSatisfying(Acquired.Hit.class, hit -> {
            assertThat(text(hit.value())).isEqualTo("v");
            assertThat(hit.value().leftMillis()).isBetween(1L, LONG_MILLIS);
        });

        assertThat(acquire(peer, "k", token(), LONG_MILLIS, LONG_MILLIS)).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void valueWithinTheSoftWindowIsStaleAndItsLeaseIsGiven() {
        Peer peer = peer();
        store(peer, "k", value("v", 10_000));

        assertThat(acquire(peer, "k", token(), LONG_MILLIS, 20_000))
                .isInstanceOfSatisfying(
                        Acquired.Won.class, won -> assertThat(text(won.stale())).isEqualTo("v"));
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void valueWithoutLimitIsNeverWithinTheSoftWindow() {
        Peer peer = peer();
        store(peer, "k", value("v", FOR_EVER));

        assertThat(acquire(peer, "k", token(), LONG_MILLIS, LONG_MILLIS)).isInstanceOf(Acquired.Hit.class);
    }

    @Test
    void leaseHeldByOneIsLostByOthersWhoLearnHowLong() {
        Peer one = peer();
        Peer two = peer();
        acquire(one, "k", token(), LONG_MILLIS, 0);

        Acquired lost = acquire(two, "k", token(), LONG_MILLIS, 0);

        assertThat(lost).isInstanceOfSatisfying(Acquired.Lost.class, answer -> {
            assertThat(answer.stale()).isNull();
            assertThat(answer.leaseLeftMillis()).isBetween(1L, LONG_MILLIS);
        });
        assertThat(acquire(two, "other", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void loserSeesTheStaleValue() {
        Peer one = peer();
        store(one, "k", value("v", 10_000));
        acquire(one, "k", token(), LONG_MILLIS, 20_000);

        assertThat(acquire(peer(), "k", token(), LONG_MILLIS, 20_000))
                .isInstanceOfSatisfying(
                        Acquired.Lost.class,
                        lost -> assertThat(text(lost.stale())).isEqualTo("v"));
    }

    @Test
    void fillStoresAndEndsTheLease() {
        Peer one = peer();
        Peer two = peer();
        String token = token();
        acquire(one, "k", token, LONG_MILLIS, 0);

        assertThat(done(one.cache().fill("k", token, value("v", LONG_MILLIS)))).isTrue();

        assertThat(acquire(two, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Hit.class);
        assertThat(done(one.cache().fill("k", token, value("again")))).isFalse();
        assertThat(read(two, "k")).isEqualTo("v");
    }

    @Test
    void fillWithoutTheLeaseStoresNothing() {
        Peer peer = peer();

        assertThat(done(peer.cache().fill("k", token(), value("nobody's")))).isFalse();
        acquire(peer, "k", token(), LONG_MILLIS, 0);
        assertThat(done(peer.cache().fill("k", token(), value("another's")))).isFalse();

        assertThat(read(peer, "k")).isNull();
        assertThat(acquire(peer, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Lost.class);
    }

    @Test
    void loadThatBeganBeforeAnInvalidationCannotStore() {
        Peer one = peer();
        String token = token();
        acquire(one, "k", token, LONG_MILLIS, 0);

        done(peer().cache().invalidate(List.of("other", "k")));

        assertThat(done(one.cache().fill("k", token, value("old")))).isFalse();
        assertThat(read(one, "k")).isNull();
        assertThat(acquire(one, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void loadThatBeganBeforeAClearCannotStore() {
        Peer one = peer();
        String token = token();
        acquire(one, "k", token, LONG_MILLIS, 0);

        done(peer().cache().clear());

        assertThat(done(one.cache().fill("k", token, value("old")))).isFalse();
        assertThat(done(one.cache().renew("k", token, LONG_MILLIS))).isFalse();
        assertThat(read(one, "k")).isNull();
    }

    @Test
    void loadThatBeganBeforeAnExpireCannotStore() {
        Peer one = peer();
        store(one, "k", value("first", 10_000));
        String token = token();
        acquire(one, "k", token, LONG_MILLIS, 20_000);

        done(peer().cache().expire("k", LONG_MILLIS));

        assertThat(done(one.cache().fill("k", token, value("old")))).isFalse();
        assertThat(read(one, "k")).isEqualTo("first");
    }

    @Test
    void leaseEndsByItselfAndItsHolderCannotStore() {
        Peer one = peer();
        Peer two = peer();
        String first = token();
        acquire(one, "k", first, 200, 0);
        String second = token();

        eventually("the lease ends", () -> acquire(two, "k", second, LONG_MILLIS, 0) instanceof Acquired.Won);

        assertThat(done(one.cache().fill("k", first, value("late")))).isFalse();
        assertThat(done(one.cache().renew("k", first, LONG_MILLIS))).isFalse();
        assertThat(done(two.cache().fill("k", second, value("v")))).isTrue();
        assertThat(read(one, "k")).isEqualTo("v");
    }

    @Test
    void fillAfterTheLeaseEndedStoresNothingEvenIfNobodyElseWantsIt() {
        Peer peer = peer();
        String token = token();
        acquire(peer, "k", token, 50, 0);

        pass(Duration.ofMillis(200));

        assertThat(done(peer.cache().fill("k", token, value("late")))).isFalse();
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void renewedLeaseOutlivesItsFirstTerm() {
        Peer one = peer();
        Peer two = peer();
        String token = token();
        acquire(one, "k", token, 1_000, 0);

        assertThat(done(one.cache().renew("k", token, LONG_MILLIS))).isTrue();
        pass(Duration.ofMillis(1_300));

        assertThat(acquire(two, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Lost.class);
        assertThat(done(one.cache().fill("k", token, value("v")))).isTrue();
    }

    @Test
    void onlyTheHolderRenews() {
        Peer peer = peer();
        assertThat(done(peer.cache().renew("k", token(), LONG_MILLIS))).isFalse();
        acquire(peer, "k", token(), 200, 0);

        assertThat(done(peer.cache().renew("k", token(), LONG_MILLIS))).isFalse();

        eventually(
                "the lease was not prolonged",
                () -> acquire(peer, "k", token(), LONG_MILLIS, 0) instanceof Acquired.Won);
    }

    @Test
    void releasedLeaseIsFreeAtOnce() {
        Peer one = peer();
        String token = token();
        acquire(one, "k", token, LONG_MILLIS, 0);

        done(one.cache().release("k", token));

        assertThat(done(one.cache().fill("k", token, value("late")))).isFalse();
        assertThat(acquire(peer(), "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Won.class);
    }

    @Test
    void onlyTheHolderReleases() {
        Peer peer = peer();
        String token = token();
        acquire(peer, "k", token, LONG_MILLIS, 0);

        done(peer.cache().release("k", token()));

        assertThat(acquire(peer, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Lost.class);
        assertThat(done(peer.cache().fill("k", token, value("v")))).isTrue();
    }

    @Test
    void beginningAWriteRemovesTheValueAndStopsLoads() {
        Peer one = peer();
        Peer two = peer();
        store(one, "k", value("old", 10_000));
        String load = token();
        acquire(two, "k", load, LONG_MILLIS, 20_000);

        done(one.cache().beginWrite("k", token(), LONG_MILLIS));

        assertThat(read(two, "k")).isNull();
        assertThat(done(two.cache().fill("k", load, value("old")))).isFalse();
        assertThat(acquire(two, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Lost.class);
    }

    @Test
    void committedWriteIsReadByEveryProcess() {
        Peer one = peer();
        String token = token();
        done(one.cache().beginWrite("k", token, LONG_MILLIS));

        assertThat(done(one.cache().commitWrite("k", token, value("new", LONG_MILLIS))))
                .isTrue();

        FarValue read = done(peer().cache().get("k"));
        assertThat(text(read)).isEqualTo("new");
        assertThat(acquire(one, "k", token(), LONG_MILLIS, 0)).isInstanceOf(Acquired.Hit.class);
    }

    @Test
    void ofTwoWritersTheOneOvertakenLeavesNothing() {
        Peer one = peer();
        Peer two = peer();
        String first = token();
        String second = token();
        done(one.cache().beginWrite("k", first, LONG_MILLIS));
        done(two.cache().beginWrite("k", second, LONG_MILLIS));

        assertThat(done(one.cache().commitWrite("k", first, value("first")))).isFalse();
        assertThat(read(one, "k")).isNull();
        assertThat(done(two.cache().commitWrite("k", second, value("second")))).isFalse();

        assertThat(read(one, "k")).isNull();
    }

    @Test
    void lateCommitRemovesWhatTheOvertakerStored() {
        Peer one = peer();
        Peer two = peer();
        String first = token();
        done(one.cache().beginWrite("k", first, LONG_MILLIS));
        store(two, "k", value("second"));

        assertThat(done(one.cache().commitWrite("k", first, value("first")))).isFalse();

        assertThat(read(two, "k")).isNull();
    }

    @Test
    void writeThatAnInvalidationOvertookStoresNothing() {
        Peer peer = peer();
        String token = token();
        done(peer.cache().beginWrite("k", token, LONG_MILLIS));

        done(peer().cache().invalidate(List.of("k")));

        assertThat(done(peer.cache().commitWrite("k", token, value("v")))).isFalse();
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void writeThatAClearOvertookStoresNothing() {
        Peer peer = peer();
        String token = token();
        done(peer.cache().beginWrite("k", token, LONG_MILLIS));

        done(peer().cache().clear());

        assertThat(done(peer.cache().commitWrite("k", token, value("v")))).isFalse();
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void lateCommitEndsTheLeaseOfALoadToo() {
        Peer one = peer();
        Peer two = peer();
        String write = token();
        done(one.cache().beginWrite("k", write, 100));
        String load = token();
        eventually("the write lease ends", () -> acquire(two, "k", load, LONG_MILLIS, 0) instanceof Acquired.Won);

        assertThat(done(one.cache().commitWrite("k", write, value("written")))).isFalse();

        assertThat(done(two.cache().fill("k", load, value("read before the commit"))))
                .isFalse();
        assertThat(read(two, "k")).isNull();
    }

    static Acquired acquire(Peer peer, String key, String token, long leaseMillis, long softWindowMillis) {
        return done(peer.cache().acquire(key, new LeaseRequest(token, leaseMillis, softWindowMillis)));
    }
}
