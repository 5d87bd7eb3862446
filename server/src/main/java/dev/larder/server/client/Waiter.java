package dev.larder.server.client;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits until one of its keys has something for it. It ends once: served, timed out, unblocked by somebody
 * else, or gone with its connection; whoever {@linkplain #end ends} it first decides which. Thread-safe.
 */
public final class Waiter {
    private final Client client;
    private final Object worker;
    private final Queued command;
    private final List<Key> keys;
    private @Nullable Future<?> timer;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicBoolean isCalled = new AtomicBoolean();

    /**
     * @param worker who tries again, on the client's own thread
     * @param command what it is, to whoever put it here
     * @param keys of the client's database
     */
    public Waiter(Client client, Object worker, Queued command, List<Key> keys) {
        this.client = client;
        this.worker = worker;
        this.command = command;
        this.keys = keys;
    }

    /** Who waits. */
    public Client client() {
        return client;
    }

    /** Who tries again, on the client's own thread. */
    public Object worker() {
        return worker;
    }

    /** What waits. */
    public Queued command() {
        return command;
    }

    /** What it waits for. */
    public List<Key> keys() {
        return keys;
    }

    /** What ends the waiting in time; for the client's own thread. */
    public void timer(Future<?> future) {
        timer = future;
    }

    /** The time does not matter any more; for the client's own thread. */
    public void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Ends the waiting; false where it has ended already. */
    public boolean end() {
        return isOver.compareAndSet(false, true);
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return isOver.get();
    }

    /** It is to try again; false where it is to do so anyway. */
    public boolean call() {
        return isCalled.compareAndSet(false, true);
    }

    /** It tries again now, and may be called once more from here on. */
    public void heard() {
        isCalled.set(false);
    }
}
