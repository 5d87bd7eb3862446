package dev.larder.server.warm;

import dev.larder.failure.TierException;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies keys of a server that is in use to one that is to be useful soon.
 *
 * <p>First go the keys that the source's policy would evict last, where the source can name them ({@code LARDER.HOT}). Then
 * all keys are looked at for how long they have not been used, or how often they were, and go the hottest first. Where
 * there are more than memory is granted for, those that were left out go at last, in no order. A key that the destination
 * has stays as it is there, so a second run goes on where the first one ended.
 *
 * <p>Little is under way at a time: some keys whose sizes were asked for before, 4 MiB of values or one value. Neither
 * side is asked for more before the other one has answered, so the slower one sets the pace.
 *
 * <p>Used once. {@link #stop} may come from any thread.
 */
public final class Warmup {
    private final Peer from;
    private final Opening to;
    private final Wish wish;
    private final Progress progress;
    private final Ticker ticker = Ticker.system();
    private final Tally tally = new Tally();

    private volatile boolean isStopped;
    private volatile @Nullable PeerLink source;
    private volatile @Nullable PeerLink target;

    /** Opens what is filled. */
    private interface Opening {
        Destination open();
    }

    /** @param progress is told after each portion */
    public Warmup(Peer from, Peer to, Wish wish, Progress progress) {
        this.from = from;
        this.to = () -> reached(to);
        this.wish = wish;
        this.progress = progress;
    }

    /** The same for something that is filled by other ways than a connection. */
    public Warmup(Peer from, Destination to, Wish wish, Progress progress) {
        this.from = from;
        this.to = () -> to;
        this.wish = wish;
        this.progress = progress;
    }

    /** Copies; what came of it, however it ended. Never fails by what servers do. */
    public Summary run() {
        Scheduler scheduler = Scheduler.system("larder-warm");
        try {
            Run run = new Run(wish, new Pace(wish.perSecond(), ticker, scheduler), tally, progress, () -> isStopped);
            copy(run);
            return tally.summary(Summary.Ending.DONE, "");
        } catch (Enough enough) {
            return tally.summary(enough.ending(), enough.why());
        } catch (TierException broken) {
            return isStopped ? stopped() : tally.summary(Summary.Ending.BROKEN, String.valueOf(broken.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopped();
        } finally {
            end(source);
            end(target);
            scheduler.close();
        }
    }

    private Summary stopped() {
        Enough enough = Enough.stopped();
        return tally.summary(enough.ending(), enough.why());
    }

    private void copy(Run run) throws Enough, InterruptedException {
        PeerLink reading = PeerLink.open(from, wish.database());
        source = reading;
        Destination destination = to.open();
        run.checkStopped();
        Source keys = new Source(reading, ticker);
        Copying copying = new Copying(keys, destination, run);
        Survey survey = new Survey(keys, run);
        List<byte[]> named = survey.named();
        copying.copy(named, atMost(keys.size()), true);
        Hottest others = survey.others();
        List<byte[]> sorted = others.sorted().stream().map(Candidate::key).toList();
        copying.copy(sorted, atMost(named.size() + sorted.size()), true);
        if (others.hasLeftOut()) {
            copyLeftOut(keys, copying);
        }
    }

    private Destination reached(Peer peer) {
        PeerLink link = PeerLink.open(peer, wish.database());
        target = link;
        return new Target(link, ticker);
    }

    private long atMost(long keys) {
        return Math.min(keys, wish.limit().keys());
    }

    private void copyLeftOut(Source keys, Copying copying) throws Enough, InterruptedException {
        String cursor = "0";
        do {
            Source.Step step = keys.scan(cursor, wish.pattern());
            copying.copy(step.keys(), atMost(keys.size()), false);
            cursor = step.next();
        } while (!cursor.equals("0"));
    }

    /** Has it end soon, also where it waits for a server. */
    public void stop() {
        isStopped = true;
        end(source);
        end(target);
    }

    private static void end(@Nullable PeerLink link) {
        if (link != null) {
            link.close();
        }
    }
}
