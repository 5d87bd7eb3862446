package dev.larder.server.client;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A command that waits until one of its keys has something for it. It ends once: served, timed out, unblocked by somebody
 * else, or gone with its connection; whoever {@linkplain #end ends} it first decides which. Thread-safe.
 */
public final class Waiter {
    private final Client client;
    private final Object worker;
    private final Queued command;
    private final Wanted wanted;
    private @Nullable Future<?> timer;
    private final AtomicBoolean isOver = new AtomicBoolean();
    /** The keys that it was called for since it last tried, with their places among these. */
    private final Map<Key, Integer> called = new HashMap<>();

    private boolean isCalled;
    private List<Integer> order = List.of();

    /**
     * What is waited for.
     *
     * @param kind of value; those who wait for different kinds do not hinder each other
     * @param keys of the client's database
     */
    public record Wanted(Kind kind, List<Key> keys) {}

    /** Kinds of values that are waited for. */
    public enum Kind {
        LIST,
        SORTED_SET,
        STREAM
    }

    /**
     * @param worker who tries again, on the client's own thread
     * @param command what it is, to whoever put it here
     */
    public Waiter(Client client, Object worker, Queued command, Wanted wanted) {
        this.client = client;
        this.worker = worker;
        this.command = command;
        this.wanted = wanted;
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

    /** The kind of value that it waits for. */
    public Kind kind() {
        return wanted.kind;
    }

    /** Keys of its client's database in the order in which they were named. */
    public List<Key> keys() {
        return wanted.keys;
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

    /** It is to try again, for this key has something; false where it is to do so anyway. */
    public synchronized boolean call(Key key) {
        called.putIfAbsent(key, called.size());
        boolean wasCalled = isCalled;
        isCalled = true;
        return !wasCalled;
    }

    /** It tries again now, and may be called once more from here on. For the client's own thread. */
    public synchronized void heard() {
        isCalled = false;
        List<Key> keys = wanted.keys;
        order = keys.size() == 1
                ? List.of(0)
                : IntStream.range(0, keys.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(
                                place -> called.getOrDefault(keys.get(place), Integer.MAX_VALUE)))
                        .toList();
        called.clear();
    }

    /**
     * The places of its keys as they are to be looked at: first those that it was called for, as they came to have
     * something, then the others. For the client's own thread.
     */
    public List<Integer> order() {
        return order;
    }
}
