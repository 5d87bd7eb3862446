package dev.larder.load;

import dev.larder.failure.Backoff;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers keys whose loads failed lately, so that a broken origin is not asked for them over and over.
 *
 * <p>Thread-safe. Bounded to {@value #MAX_KEYS} keys: where more fail at once, the further ones are simply tried again.
 */
public final class Failures<K> {
    static final int MAX_KEYS = 10_000;

    private record Failure(int inARow, long untilNanos, Throwable cause) {}

    private final ConcurrentHashMap<K, Failure> failures = new ConcurrentHashMap<>();
    private final Backoff backoff;

    public Failures(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Whether no key's load has failed lately. */
    public boolean areNone() {
        return failures.isEmpty();
    }

    /** The failure that keeps {@code key} from being loaded at {@code now}, or null where it may be. */
    public @Nullable Throwable holdingBack(K key, long now) {
        Failure failure = failures.get(key);
        return failure != null && now < failure.untilNanos() ? failure.cause() : null;
    }

    /** A load of {@code key} failed at {@code now}. */
    public void onFailure(K key, Throwable cause, long now) {
        if (failures.size() >= MAX_KEYS) {
            failures.values().removeIf(failure -> now >= failure.untilNanos() + backoff.longest());
            if (failures.size() >= MAX_KEYS) {
                return;
            }
        }
        failures.compute(key, (k, before) -> {
            int inARow = before == null ? 1 : before.inARow() + 1;
            return new Failure(inARow, now + backoff.afterFailures(inARow), cause);
        });
    }

    /** A load or a put of {@code key} succeeded. */
    public void onSuccess(K key) {
        if (!failures.isEmpty()) {
            failures.remove(key);
        }
    }

    /** All is forgotten. */
    public void clear() {
        failures.clear();
    }
}
