package dev.larder.server.acl;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/** The latest refusals, the newest first; the same ones within a minute count as one. Thread-safe. */
public final class DenialLog {
    private static final int SAME_MILLIS = 60_000;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /**
     * Refusals of a kind.
     *
     * @param context {@code toplevel}, {@code multi} or {@code lua}
     * @param atMillis time of day of the latest one
     * @param client describes the connection of the latest one
     */
    public record Entry(long count, Denial denial, String context, String user, long atMillis, String client) {
        boolean isSame(Entry other) {
            return denial.equals(other.denial)
                    && context.equals(other.context)
                    && user.equals(other.user)
                    && other.atMillis - atMillis <= SAME_MILLIS;
        }
    }

    /** Adds one, and forgets those beyond {@code most}. */
    public synchronized void add(Entry next, int most) {
        Entry entry = next;
        for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
            Entry old = each.next();
            if (old.isSame(next)) {
                each.remove();
                entry = new Entry(
                        old.count + next.count, next.denial, next.context, next.user, next.atMillis, next.client);
                break;
            }
        }
        entries.addFirst(entry);
        while (entries.size() > most) {
            entries.removeLast();
        }
    }

    /** The newest ones. */
    public synchronized List<Entry> latest(int most) {
        return entries.stream().limit(most).toList();
    }

    /** Forgets all. */
    public synchronized void clear() {
        entries.clear();
    }
}
