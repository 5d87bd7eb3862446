package dev.larder.memcached;

import dev.larder.bus.TagChange.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the changes of one tag that a process asks for at the same time be few: one is made and one waits, and whoever asks
 * meanwhile is served by the one that waits. The one being made may have read the clock before he asked, so it is not his.
 *
 * <p>Without it many callers would change the same item by its CAS number, of whom one at a time gets on. Thread-safe:
 * guarded by its own lock, under which nothing is called.
 */
final class OneChange {
    private record Asked(String tag, Kind kind) {}

    private final BiFunction<String, Kind, CompletionStage<Long>> change;

    /** The tags being changed, each with what waits for its turn. */
    private final Map<Asked, @Nullable CompletableFuture<Long>> waiting = new HashMap<>();

    OneChange(BiFunction<String, Kind, CompletionStage<Long>> change) {
        this.change = change;
    }

    /** Changes {@code tag}; gives the clock's reading. */
    CompletionStage<Long> ask(String tag, Kind kind) {
        Asked asked = new Asked(tag, kind);
        synchronized (waiting) {
            if (waiting.containsKey(asked)) {
                CompletableFuture<Long> next = waiting.get(asked);
                if (next == null) {
                    next = new CompletableFuture<>();
                    waiting.put(asked, next);
                }
                return next.copy();
            }
            waiting.put(asked, null);
        }
        return make(asked);
    }

    private CompletionStage<Long> make(Asked asked) {
        CompletionStage<Long> made;
        try {
            made = change.apply(asked.tag(), asked.kind());
        } catch (RuntimeException e) { // as a stage that fails
            made = CompletableFuture.failedFuture(e);
        }
        return made.whenComplete((at, failure) -> next(asked));
    }

    /** The one that waits, if any, is made now. */
    private void next(Asked asked) {
        CompletableFuture<Long> next;
        synchronized (waiting) {
            next = waiting.remove(asked);
            if (next == null) {
                return;
            }
            waiting.put(asked, null);
        }
        var unused = make(asked).whenComplete((at, failure) -> {
            if (failure == null) {
                next.complete(at);
            } else {
                next.completeExceptionally(failure);
            }
        });
    }
}
