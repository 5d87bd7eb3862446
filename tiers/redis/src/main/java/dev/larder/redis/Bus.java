package dev.larder.redis;

import dev.larder.tier.BusPosition;
import dev.larder.tier.Later;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler.Scheduled;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.cluster.SlotHash;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the streams that carry invalidations, on a connection of its own, for all caches of a tier; and proves silence.
 *
 * <p><b>Proof.</b> Redis is asked for what came after the last message heard, and answers within
 * {@value #MAX_BLOCK_MILLIS} ms (or a quarter of the silence allowed) even if nothing did. An answer proves that all that was published before the question was sent
 * has been heard. No clock is compared with another machine's.
 *
 * <p><b>Gaps.</b> Each question goes together with a look at the last message heard. Streams lose messages from their old
 * end only, so if that one is still there, none after it is missing; if it is gone (trimmed, flushed, evicted, restarted
 * empty), something may be. It is also a gap when the server is another one, or was restarted: one that came back with
 * older data holds the message heard and lacks some that followed. After a gap the bus sends a message of its own, and
 * goes on from there: what was published before is covered by the gap, what comes after by reading.
 *
 * <p>Confined to the executor, which runs one task at a time, except for {@link #subscribe} and {@link #close}.
 */
final class Bus implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Bus.class.getName());
    private static final long MAX_BLOCK_MILLIS = 500;
    private static final long MIN_BLOCK_MILLIS = 10;
    private static final int QUESTIONS_PER_SILENCE = 4;
    private static final long PLACE_MILLIS = 1_000;
    private static final long MAX_MESSAGES = 1_000;
    private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(MAX_BLOCK_MILLIS + 2_000);
    private static final long AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** One namespace's stream. {@code last} is the message heard last, null after a gap. */
    private static final class Stream {
        final String name;
        final StreamLog log;
        final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
        volatile @Nullable String last;

        Stream(String name) {
            this.name = name;
            this.log = new StreamLog(name);
        }
    }

    private final Servers servers;
    private final Link link;
    private final Later later;
    private final Executor executor;
    private final String origin = Tokens.next();
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private @Nullable Session reading;
    private @Nullable String server;
    private boolean degraded;
    private volatile boolean closed;

    /** {@code link} makes the bus's own connection and lets the bus greet; {@code servers} are everybody's. */
    Bus(Servers servers, Function<Link.Greeting, Link> link, Later later, Executor executor) {
        this.servers = servers;
        this.link = link.apply(this::greet);
        this.later = later;
        this.executor = executor;
    }

    /**
     * Begins to hear what is said on {@code stream}; call the result to stop. Waits, not long, for a place in the stream,
     * so that all that is said after the return is heard; where the server is away it does not, and the subscriber is told
     * of a gap later.
     */
    Runnable subscribe(String stream, Subscription subscription) {
        Stream heard = streams.computeIfAbsent(stream, Stream::new);
        heard.subscriptions.add(subscription);
        link.open();
        executor.execute(this::wake);
        if (heard.last == null) {
            awaitPlace(subscription.placed());
        }
        subscription.placed().complete(false);
        return () -> heard.subscriptions.remove(subscription);
    }

    private void awaitPlace(CompletableFuture<Boolean> placed) {
        link.session().whenComplete((session, failure) -> {
            if (failure != null) {
                placed.complete(false);
            }
        });
        try {
            placed.get(PLACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "no place on the bus yet; the near tier is not trusted until there is", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        link.close();
    }

    private CompletionStage<Void> greet(Session session) {
        return CompletableFuture.runAsync(
                () -> {
                    String before = server;
                    server = session.server();
                    if (!session.server().equals(before)) {
                        streams.values().forEach(stream -> stream.last = null);
                    }
                    reading = null;
                    executor.execute(() -> cycle(session));
                },
                executor);
    }

    /** Makes the question under way return, so that the next one is asked for the new subscriber too. */
    private void wake() {
        Session session = link.ready();
        if (session == null) {
            return;
        }
        if (reading != session) {
            cycle(session);
            return;
        }
        for (Stream stream : streams.values()) {
            Session speaker = servers.ready(SlotHash.getSlot(stream.name));
            if (stream.last != null && speaker != null) {
                // If the message is lost, the question under way returns by itself.
                var unused = Outbox.add(speaker, stream.name, BusMessage.hello(origin));
                return;
            }
        }
    }

    /** One question and its answer, then the next; ends with the session, or while nobody listens. */
    private void cycle(Session session) {
        List<Stream> asked = streams.values().stream()
                .filter(stream -> !stream.subscriptions.isEmpty())
                .toList();
        if (closed || !session.isOpen() || asked.isEmpty()) {
            reading = null;
            return;
        }
        reading = session;
        asked.forEach(stream -> stream.subscriptions.forEach(Subscription::asking));
        List<Stream> lost = asked.stream().filter(Bus::needsPlace).toList();
        CompletionStage<Void> answered = lost.isEmpty() ? ask(session, asked) : place(session, lost);
        Scheduled overdue =
                later.schedule(() -> link.reset(session, "the bus was not answered in time"), OVERDUE_NANOS);
        answered.whenCompleteAsync(
                (done, failure) -> {
                    overdue.cancel();
                    if (failure == null) {
                        degraded = false;
                        cycle(session);
                    } else {
                        retry(session, failure);
                    }
                },
                executor);
    }

    private static boolean needsPlace(Stream stream) {
        return stream.last == null || stream.subscriptions.stream().anyMatch(Subscription::isWronged);
    }

    /** After a gap: takes a place in the stream, and only then tells the listeners. */
    private CompletionStage<Void> place(Session session, List<Stream> lost) {
        List<CompletableFuture<Void>> placed = new ArrayList<>();
        for (Stream stream : lost) {
            placed.add(Outbox.add(session, stream.name, BusMessage.hello(origin))
                    .thenAcceptAsync(
                            id -> {
                                stream.last = id;
                                for (Subscription subscription : stream.subscriptions) {
                                    if (!subscription.placed().complete(true)) {
                                        subscription.gap();
                                    }
                                    subscription.proven(stream.log.position(session.server(), id));
                                }
                            },
                            executor)
                    .toCompletableFuture());
        }
        return Session.all(placed);
    }

    private CompletionStage<Void> ask(Session session, List<Stream> asked) {
        Map<String, CompletableFuture<Boolean>> intact = new HashMap<>();
        List<StreamOffset<String>> offsets = new ArrayList<>();
        for (Stream stream : asked) {
            String last = Objects.requireNonNull(stream.last);
            intact.put(
                    stream.name,
                    session.redis()
                            .xrange(stream.name, Range.create(last, last), Limit.from(1))
                            .thenApply(found -> !found.isEmpty())
                            .toCompletableFuture());
            offsets.add(StreamOffset.from(stream.name, last));
        }
        XReadArgs limits = XReadArgs.Builder.block(blockMillis(asked)).count(MAX_MESSAGES);
        CompletableFuture<List<StreamMessage<String, byte[]>>> news =
                session.redis().xread(limits, streamOffsets(offsets)).toCompletableFuture();
        return news.thenAcceptAsync(
                messages ->
                        asked.forEach(stream -> digest(session.server(), stream, intact.get(stream.name), messages)),
                executor);
    }

    /** Short enough that proofs, which are as old as their question, come well within the silence allowed. */
    private static long blockMillis(List<Stream> asked) {
        long silenceMillis = TimeUnit.NANOSECONDS.toMillis(asked.stream()
                .flatMap(stream -> stream.subscriptions.stream())
                .mapToLong(Subscription::maxSilenceNanos)
                .min()
                .orElse(Long.MAX_VALUE));
        return Math.max(MIN_BLOCK_MILLIS, Math.min(MAX_BLOCK_MILLIS, silenceMillis / QUESTIONS_PER_SILENCE));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static StreamOffset<String>[] streamOffsets(List<StreamOffset<String>> offsets) {
        return offsets.toArray(new StreamOffset[0]);
    }

    private static void digest(
            String server,
            Stream stream,
            @Nullable CompletableFuture<Boolean> intact,
            List<StreamMessage<String, byte[]>> news) {
        int heard = 0;
        boolean sound = intact != null && intact.join(); // asked before the news, so answered before it
        for (StreamMessage<String, byte[]> entry : news) {
            if (!entry.getStream().equals(stream.name)) {
                continue;
            }
            heard++;
            stream.last = entry.getId();
            BusMessage message = BusMessage.read(entry.getBody());
            if (message == null) {
                sound = false; // from a later version, which may have named keys that are here
            } else {
                stream.subscriptions.forEach(subscription -> subscription.hear(message));
            }
        }
        if (!sound) {
            stream.last = null;
        } else if (heard < MAX_MESSAGES) {
            BusPosition position = stream.log.position(server, Objects.requireNonNull(stream.last));
            stream.subscriptions.forEach(subscription -> subscription.proven(position));
        }
    }

    private void retry(Session session, Throwable failure) {
        reading = null;
        if (closed || !session.isOpen()) {
            return; // the link brings a new session, and greets it
        }
        Refusal refusal = Refusal.of(failure);
        if (refusal == Refusal.MOVED || refusal == Refusal.DEMOTED) {
            link.reset(session, "it does not hold the bus any more");
            return;
        }
        if (!degraded) {
            degraded = true;
            LOG.log(Level.WARNING, "the bus cannot be read; near tiers are not trusted until it can", failure);
        }
        later.schedule(() -> executor.execute(() -> cycle(session)), AFTER_ERROR_NANOS);
    }
}
