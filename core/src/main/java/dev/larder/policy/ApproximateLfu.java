package dev.larder.policy;

import dev.larder.time.Ticker;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Who is read least often leaves first, nearly: {@code allkeys-lfu} and {@code volatile-lfu}, by Redis's rule and numbers.
 *
 * <p>A count of 0…255 stands for each entry. It begins at {@link #INITIAL}, so that a newcomer is not the first to leave.
 * A hit raises it with a probability of 1 / ((count - {@link #INITIAL}) × {@link #LOG_FACTOR} + 1), for certain up to
 * {@link #INITIAL}; so 255 stands for a million hits. Each minute takes one off, so that what was read much once does not
 * stay for ever.
 *
 * <p>Redis keeps a count and the minute in which it was last lowered. Here one number says both: the <em>mark</em>, the
 * minute in which the count will have come down to zero. The count is the mark less the present minute, so time lowers all
 * counts and nobody writes any, and a hit that raises one writes a single short. That is 16 bits of minutes: an entry
 * untouched for 45 days may look read for some hours.
 *
 * <p>A hit reads the ticker's ceiling, which costs nothing where the ticker is paced and may be a second early.
 *
 * <p>Memory: 3¼ bytes a slot, and for each store one {@link HitDice}.
 */
final class ApproximateLfu extends CandidatePolicy {
    /** The count of a newcomer; Redis's {@code LFU_INIT_VAL}. */
    static final int INITIAL = 5;
    /** How much rarer each further step is; Redis's {@code lfu-log-factor}. */
    static final int LOG_FACTOR = 10;

    private static final int MAX_COUNT = 255;
    /** How long a count lasts for each one of it; Redis's {@code lfu-decay-time}. */
    private static final long DECAY_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A mark further ahead than this is one long past; up to it, one set by a thread that was a little ahead in time. */
    private static final int FURTHEST_MARK = 2 * MAX_COUNT;
    /** By count: of 2^32 rolls so many raise it. */
    private static final long[] CHANCES = chances();

    private final Ticker ticker;
    private final HitDice dice;
    /** By slot: the minute in which its count will be zero, in its low 16 bits. Written by any thread. */
    private short[] marks = {};
    /** The present minute of a search or a listing. */
    private int minute;

    ApproximateLfu(Candidates kind, int seed, Ticker ticker, HitDice dice) {
        super(kind, seed);
        this.ticker = ticker;
        this.dice = dice;
    }

    private static long[] chances() {
        long[] chances = new long[MAX_COUNT];
        for (int count = 0; count < MAX_COUNT; count++) {
            chances[count] = (1L << 32) / ((long) Math.max(0, count - INITIAL) * LOG_FACTOR + 1);
        }
        return chances;
    }

    private int presentMinute() {
        return (int) (ticker.ceilingNanos() / DECAY_NANOS);
    }

    private static int count(short mark, int now) {
        int left = (mark - now) & 0xFFFF;
        return left > FURTHEST_MARK ? 0 : Math.min(left, MAX_COUNT);
    }

    @Override
    public void onHit(int slot, int hash) {
        short[] ends = marks;
        if (slot < ends.length) {
            int now = presentMinute();
            int count = count(ends[slot], now);
            if (count <= INITIAL || (count < MAX_COUNT && dice.roll() < CHANCES[count])) {
                ends[slot] = (short) (now + count + 1);
            }
        }
    }

    @Override
    void added(int slot, long expiresAt) {
        marks[slot] = (short) (presentMinute() + INITIAL);
    }

    @Override
    void updated(int slot, long expiresAt) {
        onHit(slot, 0);
    }

    @Override
    public int victim(SlotHashes hashes) {
        minute = presentMinute();
        return super.victim(hashes);
    }

    @Override
    public int[] coldestFirst() {
        minute = presentMinute();
        return super.coldestFirst();
    }

    @Override
    long coldness(int slot) {
        return MAX_COUNT - (long) count(marks[slot], minute);
    }

    @Override
    public void grow(int slots) {
        short[] grownMarks = Arrays.copyOf(marks, slots);
        super.grow(slots);
        marks = grownMarks;
    }

    @Override
    public void clear() {
        super.clear();
        marks = new short[0];
    }
}
