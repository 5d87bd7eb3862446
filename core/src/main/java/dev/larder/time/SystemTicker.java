package dev.larder.time;

/** {@link System#nanoTime()} moved to an origin in this process. */
enum SystemTicker implements Ticker {
    INSTANCE;

    private static final long ORIGIN = System.nanoTime();

    @Override
    public long nanos() {
        return System.nanoTime() - ORIGIN;
    }
}
