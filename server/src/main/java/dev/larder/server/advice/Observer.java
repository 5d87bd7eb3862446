package dev.larder.server.advice;

/**
 * What is known of a server's load: a sample of its reads, and of the keys that are used. Takes about half a megabyte.
 * Thread-safe: guarded by its monitor, which few of the commands take.
 */
public final class Observer {
    private static final int MOST_KEYS = 4_096;
    /** One key in so many is in the sample, or fewer: so the most that a read costs on average is a few nanoseconds. */
    private static final int FIRST_SHARE = 32;

    private static final long AGING_READS = 1L << 24;
    private static final int MOST_HOT = 64;
    private static final int AGING_USES = 1 << 16;

    private final MissRatioCurve curve = new MissRatioCurve(MOST_KEYS, FIRST_SHARE, AGING_READS);
    private final HotKeys hot = new HotKeys(MOST_HOT, AGING_USES);
    private long counted;

    boolean samples(long identity) {
        return curve.isSampled(identity);
    }

    synchronized void read(long identity) {
        curve.read(identity);
    }

    synchronized void used(byte[] key, boolean isWrite) {
        hot.used(key, isWrite);
    }

    /** There were so many reads since the start, sampled or not. To be said every second or so. */
    public synchronized void counted(long readsSinceStart) {
        curve.counted(Math.max(0, readsSinceStart - counted));
        counted = readsSinceStart;
    }

    /** Looks at all that is known. */
    public synchronized Advice advise(Situation situation) {
        return Advice.of(situation, curve, hot.hottest(MOST_HOT), hot.uses());
    }
}
