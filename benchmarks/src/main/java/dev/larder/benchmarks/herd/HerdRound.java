package dev.larder.benchmarks.herd;

import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One herd on one cold key: what the origin and the callers saw. Immutable.
 *
 * @param queries how many the origin got
 * @param failures requests that ended without the value; −1 where not all had ended when it was given up
 * @param longestMillis the longest wait of a request, over all processes that lived; NaN where it was given up
 * @param medianMillis the median wait, of the process where it was longest
 * @param secondQueryMillis from the kill to the arrival of the next query; NaN where nobody was killed or none came
 * @param endMillis from the kill to the last answer; NaN where nobody was killed or it was given up
 */
record HerdRound(
        int queries,
        int failures,
        double longestMillis,
        double medianMillis,
        double secondQueryMillis,
        double endMillis) {
    /** Twice the longest time after which any peer gives up a dead process's lock by itself. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The failures of a round that was given up after {@link #PATIENCE}. */
    private static final int UNFINISHED = -1;

    private static final double NANOS_PER_MILLI = 1e6;

    /** Whether every request of the processes that lived was answered. */
    boolean finished() {
        return failures != UNFINISHED;
    }

    /** All {@code members} ask for {@code key} at once. */
    static HerdRound calm(List<ChildJvm> members, Origin origin, long key) throws IOException, InterruptedException {
        for (ChildJvm member : members) {
            member.send("go " + key);
        }
        return gathered(members, origin, key);
    }

    /** The same, but the member whose query is first is killed {@code afterQuery} later, in the middle of its load. */
    static HerdRound killed(List<ChildJvm> members, Origin origin, long key, Duration afterQuery)
            throws IOException, InterruptedException {
        Ticker ticker = Ticker.system();
        for (ChildJvm member : members) {
            member.send("go " + key);
        }
        Origin.Query first = origin.awaitQuery(key, PATIENCE);
        Waiting.until(ticker, first.arrivedNanos() + afterQuery.toNanos());
        members.get(first.client()).kill();
        long killedAt = ticker.nanos();
        List<ChildJvm> survivors = new ArrayList<>(members);
        survivors.remove(first.client());
        HerdRound round = gathered(survivors, origin, key);
        double endMillis = round.finished() ? (ticker.nanos() - killedAt) / NANOS_PER_MILLI : Double.NaN;
        double secondQueryMillis = origin.queries(key).stream()
                .filter(query -> query.arrivedNanos() > killedAt)
                .mapToDouble(query -> (query.arrivedNanos() - killedAt) / NANOS_PER_MILLI)
                .findFirst()
                .orElse(Double.NaN);
        return new HerdRound(
                round.queries, round.failures, round.longestMillis, round.medianMillis, secondQueryMillis, endMillis);
    }

    private static HerdRound gathered(List<ChildJvm> members, Origin origin, long key) throws InterruptedException {
        int failures = 0;
        double longest = 0;
        double median = 0;
        for (ChildJvm member : members) {
            String answer = member.awaitOrGiveUp("done", PATIENCE);
            if (answer == null) {
                return new HerdRound(
                        origin.queries(key).size(), UNFINISHED, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
            }
            String[] words = answer.split(" ", -1);
            failures += Integer.parseInt(words[1]);
            longest = Math.max(longest, Long.parseLong(words[2]) / NANOS_PER_MILLI);
            median = Math.max(median, Long.parseLong(words[3]) / NANOS_PER_MILLI);
        }
        return new HerdRound(origin.queries(key).size(), failures, longest, median, Double.NaN, Double.NaN);
    }
}
