package dev.larder.server.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The commands that took long, the last ones first. Thread-safe. */
public final class Slowlog {
    private final Deque<Line> lines = new ArrayDeque<>();
    private long nextId;
    private int most;

    /**
     * One command.
     *
     * @param words without passwords, and cut
     */
    public record Line(long id, long seconds, long micros, List<byte[]> words, String address, String name) {}

    synchronized void limit(int count) {
        most = count;
        while (lines.size() > most) {
            lines.removeLast();
        }
    }

    synchronized void add(long seconds, long micros, List<byte[]> words, String[] client) {
        if (most > 0) {
            lines.addFirst(new Line(nextId++, seconds, micros, words, client[0], client[1]));
            if (lines.size() > most) {
                lines.removeLast();
            }
        }
    }

    /** So many of them; all if {@code count} is -1. */
    public synchronized List<Line> last(long count) {
        List<Line> all = new ArrayList<>(lines);
        return count < 0 || count >= all.size() ? all : all.subList(0, (int) count);
    }

    /** How many there are. */
    public synchronized int count() {
        return lines.size();
    }

    /** Forgets them. */
    public synchronized void clear() {
        lines.clear();
    }
}
