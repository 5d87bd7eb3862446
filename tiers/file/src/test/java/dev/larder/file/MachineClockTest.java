package dev.larder.file;

import static dev.larder.file.Peers.done;
import static dev.larder.file.Peers.lease;
import static dev.larder.file.Peers.read;
import static dev.larder.file.Peers.store;
import static dev.larder.file.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.file.FileTier.Machine;
import dev.larder.file.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A wall clock that jumps: nothing lives longer than it was told, and what is shared stays comparable. */
class MachineClockTest {
    private static final long MINUTE = 60_000;

    @TempDir
    private Path disk;

    private final FakeTicker ticker = new FakeTicker();
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private Peers peers;

    @BeforeEach
    void open() {
        peers = new Peers(disk.resolve("shop"), new ManualScheduler(ticker), ticker);
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private Peer process() {
        return process("boot");
    }

    private Peer process(String boot) {
        Path folder = disk.resolve("shop");
        return peers.peer(new Machine(new LocalDisk(new Folder(folder)), wall::get, boot), 64 << 20);
    }

    /** Time passes on both clocks, and no process looks meanwhile. */
    private void pass(long millis) {
        wall.addAndGet(millis);
        ticker.leap(Duration.ofMillis(millis));
    }

    private static long left(Peer peer, String key) {
        return Objects.requireNonNull(done(peer.cache().get(key))).leftMillis();
    }

    @Test
    void lifeEndsWhenItsTimeHasPassed() {
        Peer one = process();
        Peer two = process();
        store(one, "k", value("v", MINUTE));

        pass(MINUTE - 1_000);
        assertThat(left(two, "k")).isBetween(1L, 1_000L);

        pass(1_000);
        assertThat(read(one, "k")).isNull();
        assertThat(read(two, "k")).isNull();
    }

    static Stream<Long> stepsBack() {
        return Stream.of(100L, 5_000L, MINUTE / 2, MINUTE, 60 * MINUTE, 365 * 24 * 60 * MINUTE);
    }

    @ParameterizedTest
    @MethodSource("stepsBack")
    void clockThatGoesBackProlongsNoLife(long stepMillis) {
        Peer one = process();
        Peer two = process();
        store(one, "k", value("v", MINUTE));
        assertThat(left(two, "k")).isEqualTo(MINUTE);

        pass(MINUTE / 2);
        wall.addAndGet(-stepMillis);

        assertThat(left(one, "k")).isBetween(MINUTE / 2 - 100, MINUTE / 2);
        assertThat(left(two, "k")).isBetween(MINUTE / 2 - 100, MINUTE / 2);
        pass(MINUTE / 2);
        assertThat(read(one, "k")).isNull();
        assertThat(read(two, "k")).isNull();
    }

    @Test
    void manyStepsBackDoNotAddUp() {
        Peer one = process();
        store(one, "k", value("v", MINUTE));

        for (int i = 0; i < 60; i++) {
            pass(1_000);
            wall.addAndGet(-900);
            read(one, "k");
        }

        assertThat(read(one, "k")).isNull();
        assertThat(read(process(), "k")).isNull();
    }

    @Test
    void processThatComesAfterAStepBackAgreesWithTheOthers() {
        Peer one = process();
        store(one, "k", value("v", MINUTE));
        pass(10_000);
        wall.addAndGet(-60 * MINUTE);
        pass(MachineClock.LOOK_MILLIS); // one of the first process's threads may have looked just before the step
        read(one, "k");

        Peer late = process();

        assertThat(left(late, "k")).isBetween(MINUTE - 10_200, MINUTE - 10_000);
        store(late, "new", value("v", MINUTE));
        assertThat(left(one, "new")).isBetween(MINUTE - 100, MINUTE);
    }

    @Test
    void clockThatJumpsAheadOnlyShortensLives() {
        Peer one = process();
        Peer two = process();
        store(one, "k", value("v", MINUTE));
        pass(1_000);

        wall.addAndGet(60 * MINUTE);
        pass(1_000);

        assertThat(read(one, "k")).isNull();
        store(two, "k", value("new", MINUTE));
        assertThat(left(one, "k")).isBetween(MINUTE - 100, MINUTE);

        wall.addAndGet(-60 * MINUTE);
        pass(MINUTE);
        assertThat(read(one, "k")).isNull();
        assertThat(read(two, "k")).isNull();
    }

    @Test
    void clockSetBackWhileNobodyRanMakesAllVoid() {
        Peer one = process();
        store(one, "k", value("v", MINUTE));
        store(one, "for ever", value("v", -1));
        done(one.tier().ping());
        one.tier().close();

        wall.addAndGet(-60 * MINUTE);
        Peer next = process();

        assertThat(done(next.cache().getAll(List.of("k", "for ever")))).isEmpty();
        store(next, "k", value("new", MINUTE));
        assertThat(left(process(), "k")).isEqualTo(MINUTE);
    }

    @Test
    void entriesOutliveTheirProcesses() {
        Peer one = process();
        store(one, "k", value("v", MINUTE));
        one.tier().close();

        pass(10_000);

        assertThat(left(process(), "k")).isBetween(MINUTE - 10_000, MINUTE - 9_900);
    }

    @Test
    void restartOfTheMachineMakesAllVoid() {
        Peer before = process("one boot");
        store(before, "k", value("v", -1));
        before.tier().close();

        pass(5_000);
        Peer after = process("another boot");

        assertThat(read(after, "k")).isNull();
        store(after, "k", "new");
        assertThat(read(process("another boot"), "k")).isEqualTo("new");
    }

    @Test
    void clockThatGoesBackProlongsNoLeaseAndBreaksNone() {
        Peer one = process();
        Peer two = process();
        String token = lease(one, "k", MINUTE);
        store(two, "seen by two", "v");
        pass(MINUTE / 2);
        wall.addAndGet(-60 * MINUTE);

        assertThat(Peers.acquire(two, "k", "0", MINUTE)).isInstanceOf(dev.larder.tier.Acquired.Lost.class);
        pass(MINUTE / 2 + 100);
        assertThat(done(one.cache().fill("k", token, value("late")))).isFalse();
        lease(two, "k", MINUTE);
    }

    @Test
    void rebuildSurvivesAStepBackOfTheClock() {
        Peer one = process();
        var rebuild = done(one.cache().rebuild());
        done(rebuild.write(java.util.Map.of("k", value("new", MINUTE))));
        wall.addAndGet(-60 * MINUTE);
        pass(1_000);

        assertThat(done(rebuild.commit())).isTrue();

        assertThat(read(process(), "k")).isEqualTo("new");
    }

    @Test
    void endFurtherAwayThanItEverWasIsVoid() {
        Moment now = new Moment(7, 1_000, 1_000);

        assertThat(new Moment.Span(7, 61_000, 60_000).leftMillis(now)).isEqualTo(60_000);
        assertThat(new Moment.Span(7, 61_200, 60_000).leftMillis(now)).isZero();
        assertThat(new Moment.Span(8, 61_000, 60_000).leftMillis(now)).isZero();
        assertThat(new Moment.Span(7, 1_000, 60_000).leftMillis(now)).isZero();
        assertThat(now.span(-1).leftMillis(now)).isEqualTo(-1);
        assertThat(now.span(Long.MAX_VALUE).leftMillis(now)).isEqualTo(Moment.LONGEST_MILLIS);
    }
}
