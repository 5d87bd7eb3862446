package dev.larder.jdbc;

import dev.larder.failure.TierException;
import dev.larder.tier.BusPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a cache's messages in the order they are given. Those that come while a transaction runs go together in the
 * next one, since transactions on one feed wait for each other anyway. Thread-safe: guarded by its own lock.
 *
 * <p>At most {@value #MAX_WAITING} messages wait; more are refused.
 */
final class Outbox {
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_AT_ONCE = 100;

    private record Waiting(List<byte[]> bodies, CompletableFuture<@Nullable Void> sent) {}

    private final Database database;
    private final Feed feed;
    private final byte[] origin;
    private final @Nullable String signal;
    private List<Waiting> waiting = new ArrayList<>();
    private boolean sending;
    private volatile @Nullable BusPosition published;

    /** {@code signal} is a statement that wakes those who listen, if the database has one. */
    Outbox(Database database, Feed feed, byte[] origin, @Nullable String signal) {
        this.database = database;
        this.feed = feed;
        this.origin = origin;
        this.signal = signal;
    }

    /** Completes when the messages are committed. */
    CompletionStage<Void> publish(List<byte[]> bodies) {
        CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
        synchronized (this) {
            if (waiting.size() >= MAX_WAITING) {
                return CompletableFuture.failedFuture(new TierException(
                        "tier " + database.name() + " has " + MAX_WAITING + " messages waiting already", null));
            }
            waiting.add(new Waiting(bodies, sent));
            if (sending) {
                return sent;
            }
            sending = true;
        }
        send();
        return sent;
    }

    /** Where the feed stood after the last messages that it took from here; null before the first. */
    @Nullable BusPosition published() {
        return published;
    }

    private void send() {
        List<Waiting> portion;
        synchronized (this) {
            if (waiting.isEmpty()) {
                sending = false;
                return;
            }
            int count = Math.min(MAX_AT_ONCE, waiting.size());
            portion = new ArrayList<>(waiting.subList(0, count));
            waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
        }
        List<byte[]> bodies =
                portion.stream().flatMap(each -> each.bodies().stream()).toList();
        var unused = database.transact(session -> {
                    BusPosition last = feed.publish(session, origin, bodies);
                    if (signal != null) {
                        session.run(signal);
                    }
                    return last;
                })
                .whenComplete((last, failure) -> {
                    published = failure == null ? last : published;
                    for (Waiting each : portion) {
                        if (failure == null) {
                            each.sent().complete(null);
                        } else {
                            each.sent().completeExceptionally(failure);
                        }
                    }
                    send();
                });
    }
}
