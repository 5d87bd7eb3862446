package dev.larder.coherence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says what in a history breaks a promise. A pure function of the history.
 *
 * <p>G2: an invalidation that names version v binds a read if it returned before the read began. The read must then be
 * given v or a later version. In the process that invalidated it binds at once; in others, which may answer from their
 * near tiers, {@code silence} later, unless they keep nothing near. If the server was in trouble meanwhile it binds others
 * from when the server was well again for {@code grace}: until then it may stand in a journal; and never if its process
 * was killed before that.
 *
 * <p>G4: no read fails, and each is given what somebody committed.
 *
 * @param silenceNanos the clients' {@code maxSilence}
 * @param graceNanos how long after trouble journals are settled
 * @param trouble when the server, or the way to it, was in trouble; in order
 * @param killed when processes were killed, by name
 */
record Checker(long silenceNanos, long graceNanos, List<Trouble> trouble, Map<String, Long> killed) {
    private static final int MOST_TOLD = 10;

    /** A time of trouble, readings of {@link System#nanoTime()}. */
    record Trouble(String what, long start, long end) {}

    /** Which reads of a key, of which process, an invalidation binds. */
    private record Reader(String key, String process) {}

    /** What binds one reader: moments in order, and the newest version that binds from each on. */
    private record Bounds(long[] from, long[] version) {
        /** The newest version that a read from {@code start} on must be given. */
        long at(long start) {
            int found = Arrays.binarySearch(from, start);
            int before = found >= 0 ? found - 1 : -found - 2; // what returned at that very moment need not bind
            while (before >= 0 && from[before] >= start) {
                before--;
            }
            return before < 0 ? 0 : version[before];
        }
    }

    /** The first few violations, worded. */
    List<String> violations(List<Event> history, LongFunction<@Nullable Long> versionOf) {
        Map<String, List<Event>> changes = new HashMap<>();
        for (Event event : history) {
            if (event.kind() == Event.Kind.INVALIDATED) {
                changes.computeIfAbsent(event.key(), key -> new ArrayList<>()).add(event);
            }
        }
        Map<Reader, Bounds> bounds = new HashMap<>();
        List<String> found = new ArrayList<>();
        for (Event event : history) {
            if (found.size() == MOST_TOLD) {
                break;
            }
            if (event.kind() == Event.Kind.FAILED_GET) {
                found.add("G4: a read failed: " + event);
            } else if (event.kind() == Event.Kind.GET) {
                Long version = versionOf.apply(event.number());
                long least = bounds.computeIfAbsent(
                                new Reader(event.key(), event.process()),
                                reader -> bounds(changes.getOrDefault(event.key(), List.of()), event))
                        .at(event.start());
                if (version == null) {
                    found.add("G4: nobody committed what was read: " + event);
                } else if (version < least) {
                    found.add("G2: version " + version + " was read, but " + least + " was due: " + event);
                }
            }
        }
        return found;
    }

    private Bounds bounds(List<Event> changes, Event read) {
        List<long[]> binding = new ArrayList<>();
        for (Event change : changes) {
            long from = change.process().equals(read.process()) ? change.end() : bindsOthersFrom(change);
            if (from != Long.MAX_VALUE) {
                boolean near = !change.process().equals(read.process()) && !read.keepsNothing();
                binding.add(new long[] {near ? from + silenceNanos : from, change.number()});
            }
        }
        binding.sort(Comparator.comparingLong(bound -> bound[0]));
        long[] from = new long[binding.size()];
        long[] version = new long[binding.size()];
        long newest = 0;
        for (int i = 0; i < from.length; i++) {
            newest = Math.max(newest, binding.get(i)[1]);
            from[i] = binding.get(i)[0];
            version[i] = newest;
        }
        return new Bounds(from, version);
    }

    /** {@link Long#MAX_VALUE} for never. */
    private long bindsOthersFrom(Event change) {
        long from = change.end();
        for (Trouble each : trouble) {
            if (change.start() <= each.end() + graceNanos && from >= each.start()) {
                from = Math.max(from, each.end() + graceNanos);
            }
        }
        Long death = killed.get(change.process());
        return death != null && from > change.end() && from > death ? Long.MAX_VALUE : from;
    }
}
