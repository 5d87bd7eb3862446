package dev.larder.server.warm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The hottest of the keys it was shown, as many as memory is granted for; whoever found no place is known to be as cold as
 * those that stay, or colder. Not thread-safe.
 */
final class Hottest {
    /** What a key takes on the heap beside its bytes. */
    private static final int OVERHEAD = 80;

    private static final Comparator<Candidate> HOT_FIRST =
            Comparator.comparingLong(Candidate::heat).reversed();

    private final long mostBytes;
    private final long mostKeys;
    private List<Candidate> kept = new ArrayList<>();
    private long bytes;
    private long floor = Long.MIN_VALUE;
    private boolean hasLeftOut;

    /** @param mostKeys more are not wanted */
    Hottest(long mostBytes, long mostKeys) {
        this.mostBytes = mostBytes;
        this.mostKeys = Math.max(1, mostKeys);
    }

    void add(Candidate candidate) {
        if (hasLeftOut && candidate.heat() <= floor) {
            return;
        }
        kept.add(candidate);
        bytes += OVERHEAD + candidate.key().length;
        boolean isTooMuch = bytes > mostBytes || kept.size() / 2 >= mostKeys;
        if (isTooMuch && kept.size() > 1) {
            leaveOutColderHalf();
        }
    }

    private void leaveOutColderHalf() {
        kept.sort(HOT_FIRST);
        List<Candidate> hotter = new ArrayList<>(kept.subList(0, (kept.size() + 1) / 2));
        floor = hotter.get(hotter.size() - 1).heat();
        bytes = 0;
        for (Candidate each : hotter) {
            bytes += OVERHEAD + each.key().length;
        }
        kept = hotter;
        hasLeftOut = true;
    }

    /** Whether there were more. */
    boolean hasLeftOut() {
        return hasLeftOut;
    }

    /** The hottest first; of the same heat, those that came first. */
    List<Candidate> sorted() {
        kept.sort(HOT_FIRST);
        return kept;
    }
}
