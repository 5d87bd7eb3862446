package dev.larder;

import static java.util.Objects.requireNonNull;

import dev.larder.write.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Transactions begun and ended by a test; one for each thread, as real ones are. Thread-safe. */
public final class FakeTransactions implements Transactions {
    private final Map<Thread, List<Runnable>> running = new ConcurrentHashMap<>();

    public void begin() {
        running.put(Thread.currentThread(), new ArrayList<>());
    }

    public void commit() {
        requireNonNull(running.remove(Thread.currentThread())).forEach(Runnable::run);
    }

    public void rollBack() {
        requireNonNull(running.remove(Thread.currentThread()));
    }

    @Override
    public boolean isActive() {
        return running.containsKey(Thread.currentThread());
    }

    @Override
    public void afterCommit(Runnable action) {
        requireNonNull(running.get(Thread.currentThread())).add(action);
    }
}
