package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.file.Sealed.Kind;
import dev.larder.tier.Tokens;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A clock that all processes of the machine share, and that never goes back.
 *
 * <p>Files carry moments that other processes must be able to read, and a {@link Ticker} means nothing outside its own.
 * The wall clock does, but people and time servers set it back; then whatever ends at a moment of it would live longer. So
 * the time here is the wall clock plus a correction that the processes keep together in a file:
 *
 * <ul>
 *   <li>Each process looks at the wall clock now and again ({@value #LOOK_MILLIS} ms) and counts on with its ticker. If the
 *       wall clock shows less than the ticker says it must, it went back, and the correction is raised by as much. The
 *       second process to notice finds the correction right already.
 *   <li>A wall clock that jumps ahead is followed: entries and leases then end too soon, which is harmless. (It may be no
 *       jump at all: tickers stand still while a machine sleeps.)
 *   <li>If nobody was there to notice, the file shows it: it holds the highest time seen. A process that opens the folder
 *       and finds the present before that cannot know how much time passed. It begins a new <em>era</em>, and all that was
 *       written in an earlier one is void. So it is when the file is lost and no process alive knows better, and after the machine was started again:
 *       then removals that were not on the medium yet may have come undone.
 * </ul>
 *
 * <p>Not seen: a clock set back, while no process had the folder open, by less than the time since. Then what was there
 * lives longer by as much, once.
 *
 * <p>Thread-safe: the mark is volatile and immutable; looking is done by one thread at a time.
 */
final class MachineClock {
    /** Processes may differ by this; a smaller step of the wall clock is its grain, or its own correction. */
    static final long TOLERANCE_MILLIS = 50;

    static final long LOOK_MILLIS = 100;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    private static final long RECORD_EVERY_MILLIS = 1_000;

    private final Disk disk;
    private final Locks locks;
    private final WallClock wall;
    private final Ticker ticker;
    private final Path file;
    private final String boot;
    private volatile @Nullable Mark mark;

    /** The time at a reading of the ticker. */
    private record Mark(long tickerNanos, Moment moment) {
        Moment after(long nowNanos) {
            long passed = TimeUnit.NANOSECONDS.toMillis(nowNanos - tickerNanos);
            return new Moment(moment.era(), moment.millis() + passed, moment.wallMillis() + passed);
        }
    }

    /** What the processes keep together: {@code correction} is what the wall clock lacks. */
    private record Shared(String boot, long era, long correctionMillis, long highestMillis) {
        byte[] encode() {
            ByteBuffer out = Sealed.begin(Kind.CLOCK, 3 * Long.BYTES + Text.length(boot));
            out.putLong(era).putLong(correctionMillis).putLong(highestMillis);
            Text.put(out, boot);
            return Sealed.seal(out);
        }

        static @Nullable Shared decode(byte @Nullable [] file) {
            ByteBuffer in = file == null ? null : Sealed.open(Kind.CLOCK, file);
            if (in == null || in.remaining() < 3 * Long.BYTES) {
                return null;
            }
            long era = in.getLong();
            long correction = in.getLong();
            long highest = in.getLong();
            String boot = Text.take(in);
            return boot == null ? null : new Shared(boot, era, correction, highest);
        }
    }

    /** {@code boot} names this run of the machine; empty where that cannot be told. */
    MachineClock(Path folder, Disk disk, Locks locks, WallClock wall, Ticker ticker, String boot) {
        this.file = folder.resolve(Names.CLOCK);
        this.disk = disk;
        this.locks = locks;
        this.wall = wall;
        this.ticker = ticker;
        this.boot = boot;
    }

    /** The present; costs a reading of the ticker, but for a look at the wall clock ten times a second at most. */
    Moment now() throws IOException {
        Mark known = mark;
        long nanos = ticker.nanos();
        if (known != null && nanos - known.tickerNanos < LOOK_NANOS) {
            return known.after(nanos);
        }
        return look();
    }

    private synchronized Moment look() throws IOException {
        Mark known = mark;
        long nanos = ticker.nanos();
        if (known != null && nanos - known.tickerNanos < LOOK_NANOS) {
            return known.after(nanos);
        }
        try (Held held = locks.hold(Guard.CLOCK, 0)) {
            Objects.requireNonNull(held);
            Shared shared = Shared.decode(disk.read(file));
            long wallMillis = wall.millis();
            nanos = ticker.nanos();
            Shared agreed = agree(shared, wallMillis, known == null ? null : known.after(nanos));
            long millis = wallMillis + agreed.correctionMillis();
            if (known != null && known.moment.era() == agreed.era()) {
                millis = Math.max(millis, known.after(nanos).millis());
            }
            if (shared == null || !isSame(shared, agreed) || millis - shared.highestMillis() >= RECORD_EVERY_MILLIS) {
                note(new Shared(agreed.boot(), agreed.era(), agreed.correctionMillis(), millis), shared);
            }
            Mark fresh = new Mark(nanos, new Moment(agreed.era(), millis, wallMillis));
            mark = fresh;
            return fresh.moment;
        }
    }

    private void note(Shared agreed, @Nullable Shared before) throws IOException {
        try {
            disk.replace(file, agreed.encode());
        } catch (IOException e) {
            if (before == null || !isSame(before, agreed)) {
                throw e;
            }
            return; // the disk may be full, and reads can go on: only the highest time seen is not noted
        }
    }

    private static boolean isSame(Shared one, Shared other) {
        return one.era() == other.era() && one.correctionMillis() == other.correctionMillis();
    }

    private Shared agree(@Nullable Shared shared, long wallMillis, @Nullable Moment expected) {
        if (shared == null && expected != null) {
            return new Shared(boot, expected.era(), expected.millis() - wallMillis, 0); // lost, but not to this process
        }
        if (shared == null || !shared.boot().equals(boot)) {
            return newEra();
        }
        long present = wallMillis + shared.correctionMillis();
        if (expected != null && expected.era() == shared.era()) {
            return expected.millis() - present > TOLERANCE_MILLIS
                    ? new Shared(boot, shared.era(), expected.millis() - wallMillis, 0)
                    : shared;
        }
        return shared.highestMillis() - present > TOLERANCE_MILLIS ? newEra() : shared;
    }

    private Shared newEra() {
        return new Shared(boot, Long.parseUnsignedLong(Tokens.next().substring(0, 16), 16), 0, 0);
    }
}
