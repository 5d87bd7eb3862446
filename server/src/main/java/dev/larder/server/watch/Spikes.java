package dev.larder.server.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What took longer than {@code latency-monitor-threshold}: for each kind of event the last samples. Thread-safe. */
public final class Spikes {
    private static final int MOST_SAMPLES = 160;

    private final Map<String, Deque<Sample>> samples = new TreeMap<>();
    private final Map<String, Long> highest = new TreeMap<>();

    /** One, the longest of its second. */
    public record Sample(long seconds, long millis) {}

    synchronized void add(String event, long seconds, long millis) {
        Deque<Sample> all = samples.computeIfAbsent(event, name -> new ArrayDeque<>());
        highest.merge(event, millis, Math::max);
        Sample last = all.peekLast();
        if (last != null && last.seconds == seconds) {
            if (millis > last.millis) {
                all.removeLast();
                all.addLast(new Sample(seconds, millis));
            }
            return;
        }
        all.addLast(new Sample(seconds, millis));
        if (all.size() > MOST_SAMPLES) {
            all.removeFirst();
        }
    }

    /** The kinds of events there were. */
    public synchronized List<String> events() {
        return List.copyOf(samples.keySet());
    }

    /** The samples of a kind, the oldest first. */
    public synchronized List<Sample> history(String event) {
        Deque<Sample> all = samples.get(event);
        return all == null ? List.of() : new ArrayList<>(all);
    }

    /** The longest of a kind, in milliseconds. */
    public synchronized long highest(String event) {
        return highest.getOrDefault(event, 0L);
    }

    /** Forgets those of a kind, of all if null; how many kinds there were. */
    public synchronized int clear(@Nullable String event) {
        if (event != null) {
            highest.remove(event);
            return samples.remove(event) == null ? 0 : 1;
        }
        int count = samples.size();
        samples.clear();
        highest.clear();
        return count;
    }
}
