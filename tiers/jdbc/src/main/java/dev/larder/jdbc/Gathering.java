package dev.larder.jdbc;

import dev.larder.failure.TierException;
import dev.larder.time.Ticker;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Does operations of one kind together where many are asked for at once, as a bulk load does: a few statements for up to
 * {@value #MAX_AT_ONCE} of them. Where few are asked for, each goes at once and alone. Thread-safe: guarded by its own
 * lock, under which nothing is sent.
 *
 * <p>No portion has two questions for one key. At most {@value #MAX_WAITING} questions wait, and none longer than
 * {@value #MAX_WAIT_SECONDS} s, for nobody waits for it any more.
 *
 * @param <Q> what is asked; of one key
 * @param <R> the answer to one question
 */
final class Gathering<Q extends Gathering.Question, R> {
    /** Something asked of one key. */
    interface Question {
        Key key();

        /** How many bytes it carries, about. */
        long bytes();
    }

    static final int MAX_AT_ONCE = 100;
    private static final long MAX_BYTES = 4 << 20;
    private static final int MAX_WAITING = 20_000;
    private static final int MAX_WAIT_SECONDS = 5;

    private record Waiting<Q, R>(Q question, CompletableFuture<R> answer, long sinceNanos) {}

    private final Function<List<Q>, CompletableFuture<List<R>>> together;
    private final int maxPortions;
    private final Ticker ticker;
    private final Queue<Waiting<Q, R>> waiting = new ArrayDeque<>();
    private int portions;

    /** {@code together} answers each question of a list, in its order; up to {@code maxPortions} lists at once. */
    Gathering(Function<List<Q>, CompletableFuture<List<R>>> together, int maxPortions, Ticker ticker) {
        this.together = together;
        this.maxPortions = maxPortions;
        this.ticker = ticker;
    }

    CompletableFuture<R> ask(Q question) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        synchronized (this) {
            if (waiting.size() >= MAX_WAITING) {
                return CompletableFuture.failedFuture(
                        new TierException("a SQL tier has " + MAX_WAITING + " operations waiting already", null));
            }
            waiting.add(new Waiting<>(question, answer, ticker.nanos()));
            if (portions == maxPortions) {
                return answer;
            }
            portions++;
        }
        next();
        return answer;
    }

    private void next() {
        List<Waiting<Q, R>> late = new ArrayList<>();
        List<Waiting<Q, R>> portion;
        synchronized (this) {
            portion = take(late);
            if (portion.isEmpty()) {
                portions--;
            }
        }
        for (Waiting<Q, R> each : late) {
            each.answer()
                    .completeExceptionally(new TierException(
                            "a SQL tier did not come to an operation within " + MAX_WAIT_SECONDS + " s", null));
        }
        if (portion.isEmpty()) {
            return;
        }
        var unused = together.apply(portion.stream().map(Waiting::question).toList())
                .whenComplete((answers, failure) -> {
                    next(); // before callers go on, who may take a while
                    for (int i = 0; i < portion.size(); i++) {
                        if (failure == null) {
                            portion.get(i).answer().complete(answers.get(i));
                        } else {
                            portion.get(i).answer().completeExceptionally(failure);
                        }
                    }
                });
    }

    private List<Waiting<Q, R>> take(List<Waiting<Q, R>> late) {
        List<Waiting<Q, R>> portion = new ArrayList<>();
        Set<ByteBuffer> keys = new HashSet<>();
        long bytes = 0;
        long tooOld = ticker.nanos() - TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
        Iterator<Waiting<Q, R>> queue = waiting.iterator();
        while (queue.hasNext() && portion.size() < MAX_AT_ONCE && bytes < MAX_BYTES) {
            Waiting<Q, R> each = queue.next();
            if (each.sinceNanos() < tooOld) {
                late.add(each);
            } else if (keys.add(ByteBuffer.wrap(each.question().key().hash()))) {
                portion.add(each);
                bytes += each.question().bytes();
            } else {
                break; // the same key again: in the next portion
            }
            queue.remove();
        }
        return portion;
    }
}
