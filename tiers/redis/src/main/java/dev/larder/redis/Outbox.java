package dev.larder.redis;

import dev.larder.bus.TagChange;
import dev.larder.failure.TierException;
import dev.larder.tier.BusPosition;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one cache has to say on the bus. Thread-safe; guarded by its own lock, under which nothing is sent.
 *
 * <p>A message leaves at once while few are unanswered. While more are, keys gather in the next one, up to
 * {@value BusMessage#MAX_KEYS}: under load a message carries many keys, and a lone key never waits for company.
 */
final class Outbox {
    private static final int MAX_UNANSWERED = 4;
    private static final int MAX_GATHERED_KEYS = 100_000;
    private static final long MAX_STREAM_ENTRIES = 100_000;

    private static final class Letter {
        final List<String> keys = new ArrayList<>();
        final CompletableFuture<Void> taken = new CompletableFuture<>();
    }

    private final Servers servers;
    private final int slot;
    private final String stream;
    private final StreamLog log;
    private final String origin;
    private final String cache;
    private final Deque<Letter> letters = new ArrayDeque<>();
    private final AtomicReference<@Nullable BusPosition> published = new AtomicReference<>();
    private int gathered;
    private int unanswered;

    Outbox(Servers servers, Keyspace keys, String origin) {
        this.servers = servers;
        this.slot = SlotHash.getSlot(keys.bus());
        this.stream = keys.bus();
        this.log = new StreamLog(keys.bus());
        this.cache = keys.cache();
        this.origin = origin;
    }

    /** Says that {@code keys} were invalidated; completes when the bus has all of them. */
    CompletionStage<Void> invalidated(Collection<String> keys) {
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        synchronized (this) {
            if (gathered + keys.size() > MAX_GATHERED_KEYS) {
                return CompletableFuture.failedFuture(new TierException(
                        "the bus is behind: more than " + MAX_GATHERED_KEYS + " keys wait (cache '" + cache + "')",
                        null));
            }
            gathered += keys.size();
            Letter before = null;
            for (String key : keys) {
                Letter letter = open();
                letter.keys.add(key);
                if (letter != before) {
                    taken.add(letter.taken);
                }
                before = letter;
            }
        }
        pump();
        return taken.size() == 1 ? taken.get(0) : Session.all(taken);
    }

    /** Says that {@code event} happened. */
    CompletionStage<Void> event(BusMessage.Event event) {
        return send(BusMessage.event(origin, cache, event));
    }

    /** Says that a tag was changed. */
    CompletionStage<Void> changed(TagChange change) {
        return send(BusMessage.changed(origin, cache, change));
    }

    private Letter open() {
        Letter last = letters.peekLast();
        if (last == null || last.keys.size() == BusMessage.MAX_KEYS) {
            last = new Letter();
            letters.add(last);
        }
        return last;
    }

    private void pump() {
        Letter letter = next();
        while (letter != null) {
            Letter sent = letter;
            send(BusMessage.invalidated(origin, cache, sent.keys)).whenComplete((done, failure) -> {
                answered();
                if (failure == null) {
                    sent.taken.complete(null);
                } else {
                    sent.taken.completeExceptionally(failure);
                }
            });
            letter = next();
        }
    }

    private synchronized @Nullable Letter next() {
        if (unanswered >= MAX_UNANSWERED || letters.isEmpty()) {
            return null;
        }
        unanswered++;
        Letter letter = letters.remove();
        gathered -= letter.keys.size();
        return letter;
    }

    private void answered() {
        synchronized (this) {
            unanswered--;
        }
        pump();
    }

    private CompletionStage<Void> send(BusMessage message) {
        return servers.call(
                slot,
                session -> add(session, stream, message).thenAccept(id -> taken(log.position(session.server(), id))));
    }

    private void taken(BusPosition position) {
        published.accumulateAndGet(position, (before, given) -> position.orLater(before));
    }

    /** Where the stream stood after the last message that it took from here; null before the first. */
    @Nullable BusPosition published() {
        return published.get();
    }

    /** Appends to a stream and trims it; the entry's id. */
    static CompletionStage<String> add(Session session, String stream, BusMessage message) {
        XAddArgs trimmed = new XAddArgs().maxlen(MAX_STREAM_ENTRIES).approximateTrimming();
        return session.redis().xadd(stream, trimmed, message.fields());
    }
}
