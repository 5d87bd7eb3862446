package dev.larder.redis;

import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.StringCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which a server tells of keys that change, from the moment it speaks RESP3 to its loss. Confined to the
 * executor, except for what the connection's I/O thread hands over to it.
 *
 * <p><b>Proof.</b> A server tells of what changed at the end of each turn of its event loop, and of a change in the turn in
 * which it made it. So what was acknowledged before a question was sent is told, at the latest, right behind the answer to
 * that question: with one I/O thread before it, see decision 25. The answer to the <em>next</em> question, sent after that
 * answer came, is behind both. So an answer proves what was changed before the question before it was sent.
 */
final class Watch {
    private static final int MAX_WAITING_KEYS = 100_000;
    private static final long NONE = -1;

    /** Who takes what the server says; on the executor. */
    interface Ear {
        /** These names were changed, by whomever; a proof waits for the stage. */
        CompletableFuture<?> changed(List<String> names);

        /** Anything may have changed. */
        void lost();
    }

    private final Session session;
    private final Executor executor;
    private final Ear ear;
    private final Set<String> prefixes = new HashSet<>();
    private final AtomicInteger waitingKeys = new AtomicInteger();
    private volatile boolean overflowed;
    private CompletableFuture<?> settled = CompletableFuture.completedFuture(null);
    private long answeredNanos = NONE;
    private long proofNanos = NONE;

    Watch(Session session, Executor executor, Ear ear) {
        this.session = session;
        this.executor = executor;
        this.ear = ear;
        session.hear(this::told);
    }

    Session session() {
        return session;
    }

    /** Which run of which server it is connected to. */
    String run() {
        return ServerIdentity.run(session.server());
    }

    boolean isOpen() {
        return session.isOpen();
    }

    /** How many prefixes the server compares with each name that changes there, those of old generations included. */
    int prefixes() {
        return prefixes.size();
    }

    /** Has the server tell of all names that begin with one of these; the stage completes on the I/O thread. */
    CompletableFuture<?> track(List<String> wanted) {
        List<String> more =
                wanted.stream().filter(prefix -> !prefixes.contains(prefix)).toList();
        if (more.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        prefixes.addAll(more);
        return session.redis()
                .clientTracking(TrackingArgs.Builder.enabled().bcast().prefixes(more.toArray(String[]::new)))
                .toCompletableFuture();
    }

    /** A question asked at {@code sentNanos} was answered; gives a stage, of the executor, that completes with the proof. */
    CompletableFuture<Void> answered(long sentNanos) {
        if (overflowed) {
            overflowed = false;
            ear.lost();
        }
        long proven = answeredNanos;
        answeredNanos = sentNanos;
        return settled.handleAsync(
                (done, failure) -> {
                    proofNanos = Math.max(proofNanos, proven);
                    return null;
                },
                executor);
    }

    boolean hasAnswered() {
        return answeredNanos != NONE;
    }

    long proofNanos() {
        return proofNanos;
    }

    /** On the I/O thread. What it hands over runs before what the next answer does. */
    private void told(PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<String> names = names(message);
        if (names == null) {
            executor.execute(ear::lost);
            return;
        }
        if (waitingKeys.addAndGet(names.size()) > MAX_WAITING_KEYS) {
            waitingKeys.addAndGet(-names.size());
            overflowed = true; // before the next answer is handed over
            return;
        }
        executor.execute(() -> {
            waitingKeys.addAndGet(-names.size());
            CompletableFuture<?> dealt = ear.changed(names);
            if (!dealt.isDone()) {
                settled = CompletableFuture.allOf(settled, dealt);
            }
        });
    }

    /** Null where the server says that everything changed, and where it cannot be read what did. */
    private static @Nullable List<String> names(PushMessage message) {
        List<Object> content = message.getContent(StringCodec.UTF8::decodeKey);
        if (content.size() != 2 || !(content.get(1) instanceof List<?> changed)) {
            return null;
        }
        List<String> names = new ArrayList<>(changed.size());
        for (Object name : changed) {
            if (!(name instanceof String text)) {
                return null;
            }
            names.add(text);
        }
        return names;
    }
}
