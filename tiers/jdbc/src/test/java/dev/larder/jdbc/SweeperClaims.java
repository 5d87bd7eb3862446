package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.jdbc.Peers.Peer;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.TierFactory;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Claims about sweeping and culling: bounded steps, by one process, and never what is still of use. */
abstract class SweeperClaims extends DatabaseClaims {
    private static final int SOME = Rubbish.ROWS_PER_STEP + 100;

    SweeperClaims(TestDatabase database) {
        super(database);
    }

    @Test
    void expiredRowsGoInBoundedStepsAndOthersStay() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        fill(peer, SOME, Peers.value("v"));
        change("UPDATE $t_entries SET remove_at = 1, expires_at = 1");
        Peers.store(peer, "stays", Peers.value("v"));

        assertThat(broom.step()).isTrue();
        assertThat(rows("entries", "1 = 1")).isEqualTo(101);
        assertThat(broom.step()).isFalse();

        assertThat(rows("entries", "1 = 1")).isOne();
        assertThat(Peers.read(peer, "stays")).isEqualTo("v");
    }

    @Test
    void oldGenerationsGoInBoundedStepsAfterAGrace() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        fill(peer, SOME, Peers.value(new byte[10], -1));
        Peers.done(peer.cache().clear());
        Peers.store(peer, "stays", Peers.value("v"));

        broom.step();
        assertThat(rows("entries", "1 = 1")).isEqualTo(SOME + 1);
        change("UPDATE $t_old SET retired_at = retired_at - " + Rubbish.GRACE_MILLIS);
        for (long left = SOME + 1; broom.step(); ) {
            long now = rows("entries", "1 = 1");
            assertThat(left - now).isBetween(0L, (long) Rubbish.ROWS_PER_STEP);
            left = now;
        }

        assertThat(rows("entries", "1 = 1")).isOne();
        assertThat(rows("old", "1 = 1")).isZero();
        assertThat(Peers.read(peer, "stays")).isEqualTo("v");
    }

    @Test
    void generationOfARunningRebuildIsSpared() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(rebuild.write(Map.of("k", Peers.value("v"))));
        change("UPDATE $t_old SET retired_at = 0");

        broom.sweepAll();

        assertThat(Peers.done(rebuild.commit())).isTrue();
        broom.sweepAll();
        assertThat(Peers.read(peer, "k")).isEqualTo("v");
    }

    @Test
    void generationOfARebuildThatDiedIsRemoved() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(rebuild.write(Map.of("k", Peers.value("v"))));
        change("UPDATE $t_old SET retired_at = 0");
        change("UPDATE $t_caches SET rebuild_end = 1");

        broom.sweepAll();

        assertThat(rows("entries", "1 = 1")).isZero();
        assertThat(rows("caches", "next_generation IS NOT NULL")).isZero();
        assertThat(Peers.done(rebuild.commit())).isFalse();
    }

    @Test
    void messagesGoWhenTheyAreOldAndWhenTheyAreTooMany() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        for (int i = 0; i < 5; i++) {
            Peers.done(peer.cache().publishInvalidated(List.of("k" + i)));
        }
        change("UPDATE $t_messages SET sent_at = sent_at - " + Rubbish.MESSAGES_MILLIS + " WHERE message_number <= 2");
        broom.sweepAll();
        assertThat(rows("messages", "1 = 1")).isEqualTo(3);

        change("UPDATE $t_feeds SET message_number = message_number + " + (Rubbish.MAX_MESSAGES - 1));
        broom.sweepAll();

        assertThat(rows("messages", "1 = 1")).isOne();
    }

    @Test
    void oneProcessSweepsAtATimeAndAnotherTakesOverWhenItsTurnEnds() {
        Peer one = peer();
        Peer two = peer();
        Sweeper first = sweeper(one);
        Sweeper second = sweeper(two);
        one.tier().database().callNow(first::step);
        Peers.store(one, "k", Peers.value("v"));
        change("UPDATE $t_entries SET remove_at = 1, expires_at = 1");

        two.tier().database().callNow(second::step);
        assertThat(rows("entries", "1 = 1")).isOne();
        change("UPDATE $t_duties SET held_until = 1");
        two.tier().database().callNow(second::step);

        assertThat(rows("entries", "1 = 1")).isZero();
    }

    @Test
    void tooManyRowsAreCulledTheLeastRecentlyUsedFirst() {
        Peer peer = peer("larder.maxRows=100");
        Broom broom = new Broom(peer);
        fill(peer, 150, Peers.value(new byte[10], -1));
        change("UPDATE $t_entries SET used_at = used_at - 1000000");
        for (int i = 0; i < 50; i++) {
            assertThat(Peers.read(peer, "k" + i)).isNotNull();
        }

        broom.sweepAll();

        assertThat(rows("entries", "1 = 1")).isEqualTo(95);
        for (int i = 0; i < 50; i++) {
            assertThat(Peers.read(peer, "k" + i)).as("used lately").isNotNull();
        }
    }

    @Test
    void tooManyBytesAreCulled() {
        Peer peer = peer("larder.maxBytes=1MiB");
        Broom broom = new Broom(peer);
        fill(peer, 40, Peers.value(new byte[64 * 1024], -1));

        broom.sweepAll();

        assertThat(database().number("SELECT SUM(entry_bytes) FROM " + prefix + "_entries"))
                .isBetween(700_000L, 1L << 20);
    }

    @Test
    void cullingSparesTombstonesAndLeases() {
        Peer peer = peer("larder.maxRows=1");
        Broom broom = new Broom(peer);
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(peer.cache().invalidate(List.of("k")));
        String token = Peers.lease(peer, "leased");
        Peers.done(rebuild.write(Map.of("a", Peers.value("v"), "b", Peers.value("v"), "c", Peers.value("v"))));

        broom.sweepAll();

        assertThat(rows("entries", "entry_bytes > 0")).isOne();
        assertThat(Peers.done(rebuild.write(Map.of("k", Peers.value("old"))))).isOne();
        assertThat(Peers.done(peer.cache().fill("leased", token, Peers.value("v"))))
                .isTrue();
    }

    @Test
    void readsWriteTheLastUseOnceAMinuteAtMost() {
        Peer peer = peer();
        Broom broom = new Broom(peer);
        Peers.store(peer, "k", Peers.value("v"));
        long stored = usedAt();

        Peers.read(peer, "k");
        broom.step();
        assertThat(usedAt()).isEqualTo(stored);
        change("UPDATE $t_entries SET used_at = used_at - " + (Touches.COARSE_MILLIS + 1_000));
        Peers.read(peer, "k");
        broom.step();

        assertThat(usedAt()).isGreaterThanOrEqualTo(stored);
    }

    @Test
    void sweeperStartsByItself() {
        List<Runnable> later = new java.util.concurrent.CopyOnWriteArrayList<>();
        Scheduler scheduler = new Scheduler() {
            @Override
            public Scheduled schedule(Runnable task, long delayNanos) {
                later.add(task);
                return () -> later.remove(task);
            }

            @Override
            public void close() {
                later.clear();
            }
        };
        Peer peer = peer();
        Peers.store(peer, "k", Peers.value("v"));
        change("UPDATE $t_entries SET remove_at = 1, expires_at = 1");

        try (JdbcTier tier =
                JdbcTier.open(JdbcAddress.of(uri()), new TierFactory.Context(Ticker.system(), scheduler))) {
            assertThat(tier.name()).startsWith("jdbc:");
            later.get(0).run();
            await().atMost(Duration.ofSeconds(15)).until(() -> rows("entries", "1 = 1") == 0);
            await().atMost(Duration.ofSeconds(15)).until(() -> later.size() == 2); // the next step
        }
    }

    private long usedAt() {
        return database().number("SELECT MAX(used_at) FROM " + prefix + "_entries");
    }

    private static void fill(Peer peer, int count, FarValue value) {
        Map<String, FarValue> rows = new HashMap<>();
        for (int i = 0; i < count; i++) {
            rows.put("k" + i, value);
        }
        FarRebuild rebuild = Peers.done(peer.cache().rebuild());
        Peers.done(rebuild.write(rows));
        Peers.done(rebuild.commit());
    }

    /** A sweeper of a peer's tables that sweeps when it is told to, and always has the duty. */
    private final class Broom {
        private final Peer peer;
        private final Sweeper sweeper;

        Broom(Peer peer) {
            this.peer = peer;
            this.sweeper = sweeper(peer);
        }

        boolean step() {
            change("UPDATE $t_duties SET held_until = 0");
            return peer.tier().database().callNow(sweeper::step);
        }

        void sweepAll() {
            for (int steps = 0; step(); steps++) {
                assertThat(steps).as("steps of a sweep").isLessThan(50);
            }
        }
    }

    private static Sweeper sweeper(Peer peer) {
        JdbcTier tier = peer.tier();
        return new Sweeper(tier.database(), tier.address(), tier.touches(), tier.later(), Ticker.system());
    }
}
