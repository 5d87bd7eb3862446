package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Batch.Slot;
import dev.larder.tier.BusPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a cache's messages in the order they are given: takes numbers from the head, then stores the messages under
 * them. Those that come while others are sent go together in the next portion. Thread-safe: guarded by its own lock, under
 * which nothing is sent.
 *
 * <p>At most {@value #MAX_WAITING} messages wait; more are refused.
 */
final class Outbox {
    static final int MAX_WAITING = 10_000;
    static final int MESSAGE_SECONDS = 600;
    private static final int MAX_AT_ONCE = 100;
    /** A new head begins where no old one can have been. */
    private static final long HIGHEST_START = 1L << 62;

    private record Letter(BusMessage.Content content, CompletableFuture<Void> sent) {}

    private final Servers servers;
    private final BusKeys keys;
    private final String origin;
    private final String cache;
    private List<Letter> waiting = new ArrayList<>();
    private boolean sending;
    private volatile @Nullable BusPosition published;

    Outbox(Servers servers, BusKeys keys, String origin, String cache) {
        this.servers = servers;
        this.keys = keys;
        this.origin = origin;
        this.cache = cache;
    }

    /** Completes when the messages are there for everybody. */
    CompletionStage<Void> publish(List<BusMessage.Content> contents) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        synchronized (this) {
            if (waiting.size() + contents.size() > MAX_WAITING) {
                return CompletableFuture.failedFuture(new TierException(
                        "the bus is behind: more than " + MAX_WAITING + " messages wait (cache '" + cache + "')",
                        null));
            }
            for (BusMessage.Content content : contents) {
                Letter letter = new Letter(content, new CompletableFuture<>());
                sent.add(letter.sent());
                waiting.add(letter);
            }
            if (sending) {
                return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
            }
            sending = true;
        }
        sendNext();
        return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
    }

    private void sendNext() {
        List<Letter> portion;
        synchronized (this) {
            if (waiting.isEmpty()) {
                sending = false;
                return;
            }
            int count = Math.min(MAX_AT_ONCE, waiting.size());
            portion = List.copyOf(waiting.subList(0, count));
            waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
        }
        send(portion).whenComplete((done, failure) -> {
            sendNext(); // before those who wait are told: they may publish at once, and in their order
            for (Letter letter : portion) {
                if (failure == null) {
                    letter.sent().complete(null);
                } else {
                    letter.sent().completeExceptionally(failure);
                }
            }
        });
    }

    private CompletionStage<Void> send(List<Letter> portion) {
        Link link = servers.of(keys.head());
        Session session = link.ready();
        if (session == null) {
            return CompletableFuture.failedFuture(link.away());
        }
        Batch numbers = new Batch();
        Slot head = numbers.add(session, Items.count(keys.head(), portion.size(), start()));
        return numbers.send().thenCompose(done -> {
            long number = Items.number(head.meta()) - portion.size();
            Batch messages = new Batch();
            for (Letter letter : portion) {
                byte[] body = new BusMessage(origin, cache, letter.content()).bytes();
                messages.add(session, Items.store(session, keys.message(++number), body, MESSAGE_SECONDS));
            }
            BusPosition last = keys.position(number);
            return messages.send().thenAccept(stored -> published = last);
        });
    }

    /** Where the log stood after the last message that it took from here; null before the first. */
    @Nullable BusPosition published() {
        return published;
    }

    /** Where a head that is missing begins. */
    static long start() {
        return ThreadLocalRandom.current().nextLong(MAX_WAITING, HIGHEST_START);
    }
}
