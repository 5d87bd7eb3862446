package dev.larder.policy;

import java.util.List;

/**
 * One way to use two clocks: how much of the entries the window has, and what a newcomer must show to enter the main
 * clock. Immutable.
 *
 * @param name for people
 * @param windowPercent the window's share of the entries, 0 to 100; the window has at least one entry
 * @param proof what lets an entry pass from the window to the main clock
 */
record Expert(String name, int windowPercent, Proof proof) {
    /** What a newcomer must show against the entry that would leave the main clock for it. */
    enum Proof {
        /** It comes back after a shorter time than the other one has not been read for: LIRS's rule. */
        RETURN,
        /** It is asked for more often: TinyLFU's rule, with a margin. */
        FREQUENCY
    }

    /** Those there are; the first is the one to begin with, with the window that the authors of LIRS found to be enough. */
    static final List<Expert> ALL = List.of(
            new Expert("return-1", 1, Proof.RETURN),
            new Expert("frequency-1", 1, Proof.FREQUENCY),
            new Expert("frequency-10", 10, Proof.FREQUENCY),
            new Expert("frequency-40", 40, Proof.FREQUENCY),
            new Expert("frequency-95", 95, Proof.FREQUENCY));

    /** How many of {@code entries} are for the window. */
    int window(int entries) {
        return Math.max(1, (int) (entries * (long) windowPercent / 100));
    }
}
