package dev.larder.jdbc;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.jdbc.Feed.Message;
import dev.larder.jdbc.Feed.Place;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCacheOptions;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One cache that listens to the bus: its place in the feed, and what is proven. {@link #lastProofNanos()},
 * {@link #hasHeard}, {@link #placed()} and {@link #close()} are for any thread; the rest is confined to the bus's.
 */
final class Subscription {
    private static final long NONE = -1;

    private final Feed feed;
    private final byte[] origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final Supplier<? extends CompletionStage<?>> voidingOlderCopy;
    private final CompletableFuture<Boolean> placed = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private volatile @Nullable BusPosition heard;
    private volatile boolean closed;
    private @Nullable Place place;
    private boolean isOlderCopy;
    private @Nullable CompletableFuture<?> voiding;

    /**
     * {@code voidingOlderCopy} is called when the database lacks messages that it had: it makes all values there void, which may
     * have been invalidated since that copy was made.
     */
    Subscription(
            Feed feed,
            byte[] origin,
            FarCacheOptions options,
            BusListener listener,
            Supplier<? extends CompletionStage<?>> voidingOlderCopy) {
        this.feed = feed;
        this.origin = origin;
        this.options = options;
        this.ear = new BusEar(options.cache(), listener);
        this.voidingOlderCopy = voidingOlderCopy;
    }

    long lastProofNanos() {
        return lastProofNanos;
    }

    /** Whether everything up to {@code position} has reached the listener, or it was told of a gap since. */
    boolean hasHeard(BusPosition position) {
        BusPosition last = heard;
        return feed.isOfAnother(position) || (last != null && last.covers(position));
    }

    long maxSilenceNanos() {
        return options.maxSilenceNanos();
    }

    /**
     * Completes once: true when it has its place in the feed before anybody uses the cache, false when the cache is used
     * before that. In the second case the listener is told of a gap.
     */
    CompletableFuture<Boolean> placed() {
        return placed;
    }

    void close() {
        closed = true;
    }

    byte[] cacheId() {
        return feed.cacheId();
    }

    /** The present by the cache's ticker. */
    long now() {
        return options.ticker().nanos();
    }

    /**
     * Reads what is new and tells the listener; true where more is left.
     *
     * @param end where the feed ended, null where it has not begun
     * @param askedNanos when that was asked, by {@link #now()}
     */
    boolean poll(Session session, @Nullable Place end, long askedNanos) throws SQLException {
        if (end == null) {
            feed.make(session);
            return true;
        }
        Place from = place;
        if (from == null || ear.isWronged()) {
            place(end);
        } else if (isOlderCopy
                || end.number() < from.number()
                || (end.number() == from.number() && !isSame(end, from))) {
            if (!isVoid()) { // of an older copy, or of tables begun anew
                return false;
            }
            isOlderCopy = false;
            place(end);
        } else if (end.number() > from.number() && !catchUp(from, end, feed.messages(session, from, end))) {
            return true;
        }
        if (!ear.isWronged() && !closed) {
            heard = feed.position(end.number());
            lastProofNanos = askedNanos;
        }
        return false;
    }

    /** What is after {@code end} will be heard; of what is before it the listener is told that it may be lost. */
    private void place(Place end) {
        place = end;
        if (!placed.complete(true) && !closed) {
            ear.gap();
        }
    }

    /** Hears {@code news}; false where there are more. A hole in them is a gap. */
    private boolean catchUp(Place from, Place end, List<Message> news) {
        Place last = from;
        for (Message message : news) {
            boolean isNext = message.number() == last.number() + 1;
            boolean follows = isNext && Arrays.equals(message.previousStamp(), last.stamp());
            if (!follows || !hear(message)) {
                isOlderCopy = isNext && !follows;
                if (!isOlderCopy) {
                    place(end);
                }
                return !isOlderCopy;
            }
            last = new Place(message.number(), message.stamp());
            place = last;
        }
        if (news.size() == Feed.READ_AT_ONCE && last.number() < end.number()) {
            return false;
        }
        if (!isSame(last, end)) {
            place(end);
        }
        return true;
    }

    /**
     * Whether all values in the database are void. Else that is under way, and nothing is proven: only then is the listener told
     * of the gap, or its near tier would be filled with them once more.
     */
    private boolean isVoid() {
        CompletableFuture<?> under = voiding;
        if (under == null) {
            under = voidingOlderCopy.get().toCompletableFuture();
            voiding = under;
        }
        if (!under.isDone()) {
            return false;
        }
        voiding = null; // where it failed it is tried again
        return !under.isCompletedExceptionally();
    }

    private static boolean isSame(Place a, Place b) {
        return a.number() == b.number() && Arrays.equals(a.stamp(), b.stamp());
    }

    /** False where this version does not understand the message. */
    private boolean hear(Message message) {
        if (Arrays.equals(message.origin(), origin)) {
            return true;
        }
        Body body = Body.read(message.body());
        if (body == null) {
            return false;
        }
        if (!closed) {
            body.tell(ear);
        }
        return true;
    }
}
