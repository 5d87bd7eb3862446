package dev.larder.benchmarks.soak;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What all clients have counted. Thread-safe. */
final class Tally {
    private final LongAdder requests = new LongAdder();
    private final LongAdder visits = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder cuts = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();

    void request() {
        requests.increment();
    }

    void visit() {
        visits.increment();
    }

    void message() {
        messages.increment();
    }

    /** A connection was ended by the server as it must: it did not read what it listens to. */
    void cut() {
        cuts.increment();
    }

    void error(String what) {
        errors.increment();
        firstError.compareAndSet(null, what);
    }

    long requests() {
        return requests.sum();
    }

    long visits() {
        return visits.sum();
    }

    long messages() {
        return messages.sum();
    }

    long cuts() {
        return cuts.sum();
    }

    long errors() {
        return errors.sum();
    }

    @Nullable String firstError() {
        return firstError.get();
    }
}
