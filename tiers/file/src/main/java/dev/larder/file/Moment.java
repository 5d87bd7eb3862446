package dev.larder.file;

/**
 * A reading of the {@link MachineClock}. Immutable; pure.
 *
 * @param era what was written in another one is void
 * @param millis the present, comparable with all that was written in the same era
 * @param wallMillis the present by the file system's clock, comparable with the times of files
 */
record Moment(long era, long millis, long wallMillis) {
    /** An end that never comes, and a term without one. */
    static final long NEVER = -1;

    /** Nothing lives longer, so that sums of times have room. */
    static final long LONGEST_MILLIS = 366L * 24 * 60 * 60 * 1_000;

    /** The span from now until {@code lifeMillis} later; {@link #NEVER} for no end. */
    Span span(long lifeMillis) {
        if (lifeMillis < 0) {
            return new Span(era, NEVER, NEVER);
        }
        long term = Math.min(lifeMillis, LONGEST_MILLIS);
        return new Span(era, millis + term, term);
    }

    /**
     * How long something lasts, as files carry it.
     *
     * @param termMillis how long it was when it began
     */
    record Span(long era, long endMillis, long termMillis) {
        static final int BYTES = 3 * Long.BYTES;

        /**
         * What is left of it at {@code now}: at least 1, {@link #NEVER} for no end, 0 where it is over or void. It is void in
         * another era, and where its end is further away than it ever was: then it was not this clock that set it.
         */
        long leftMillis(Moment now) {
            if (era != now.era()) {
                return 0;
            }
            if (termMillis < 0) {
                return NEVER;
            }
            long left = endMillis - now.millis();
            return left > termMillis + MachineClock.TOLERANCE_MILLIS ? 0 : Math.max(0, Math.min(left, termMillis));
        }

        boolean isOver(Moment now) {
            return leftMillis(now) == 0;
        }
    }
}
