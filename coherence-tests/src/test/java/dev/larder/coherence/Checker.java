package dev.larder.coherence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says what in a history breaks a promise. A pure function of the history.
 *
 * <p>G2: an invalidation that names version v binds a read if it returned before the read began. The read must then be
 * given v or a later version. In the process that invalidated it binds at once; in others, which may answer from their
 * near tiers, {@code silence} later, unless they keep nothing near. If the tier did not acknowledge it, it binds others
 * when the tier was well again for {@code grace}: until then it may stand in a journal; and never if its process was
 * killed before that. What the tier acknowledged binds whatever befell the tier.
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
    record Trouble(String what, long start, long end) {
        /** When journals are settled after it: the longer a tier was away, the longer are the pauses of the breaker. */
        long settledBy(long graceNanos) {
            return end + graceNanos + (end - start);
        }
    }

    /** Which reads of a key, of which process, an invalidation binds. */
    private record Reader(String key, String process, boolean isStrict) {}

    /** The first few violations, worded. */
    List<String> violations(List<Event> history, LongFunction<@Nullable Long> versionOf) {
        Map<String, List<Event>> changes = new HashMap<>();
        for (Event event : history) {
            if (event.kind() == Event.Kind.INVALIDATED) {
                changes.computeIfAbsent(event.key(), key -> new ArrayList<>()).add(event);
            }
        }
        Map<Reader, NavigableMap<Long, Event>> bounds = new HashMap<>();
        List<String> found = new ArrayList<>();
        for (Event event : history) {
            if (found.size() == MOST_TOLD) {
                break;
            }
            if (event.kind() == Event.Kind.FAILED_GET) {
                found.add("G4: a read failed: " + event);
            } else if (event.kind() == Event.Kind.GET) {
                Long version = versionOf.apply(event.number());
                Map.Entry<Long, Event> bound = bounds.computeIfAbsent(
                                new Reader(event.key(), event.process(), isStrict(event)),
                                reader -> bounds(changes.getOrDefault(event.key(), List.of()), event))
                        .lowerEntry(event.start());
                if (version == null) {
                    found.add("G4: nobody committed what was read: " + event);
                } else if (bound != null && version < bound.getValue().number()) {
                    found.add("G2: version " + version + " was read by " + event + ", but that was called untrue by "
                            + bound.getValue());
                }
            }
        }
        return found;
    }

    /**
     * Whether a read keeps to what others have had acknowledged, and not as a near hit to the time that they may be silent:
     * one without a near tier, unless it may have joined a flight that was in the air while a process stood still.
     */
    private boolean isStrict(Event read) {
        return read.keepsNothing()
                && trouble.stream()
                        .noneMatch(each -> each.what().equals("client stopped")
                                && each.start() <= read.start()
                                && read.start() <= each.end());
    }

    /** What binds one reader of one key: moments, and the change with the newest version that binds from each on. */
    private NavigableMap<Long, Event> bounds(List<Event> changes, Event read) {
        NavigableMap<Long, Event> bounds = new TreeMap<>();
        for (Event change : changes) {
            boolean own = change.process().equals(read.process());
            long from = own ? change.end() : bindsOthersFrom(change);
            if (from != Long.MAX_VALUE) {
                bounds.merge(own || isStrict(read) ? from : from + silenceNanos, change, Checker::newer);
            }
        }
        Event newest = null;
        for (Map.Entry<Long, Event> bound : bounds.entrySet()) {
            newest = newest == null ? bound.getValue() : newer(newest, bound.getValue());
            bound.setValue(newest);
        }
        return bounds;
    }

    private static Event newer(Event one, Event other) {
        return one.number() >= other.number() ? one : other;
    }

    /** {@link Long#MAX_VALUE} for never. */
    private long bindsOthersFrom(Event change) {
        if (change.acknowledged()) {
            return change.end();
        }
        long from = change.end() + graceNanos;
        for (Trouble each : trouble) {
            if (change.start() <= each.settledBy(graceNanos) && from >= each.start()) {
                from = Math.max(from, each.settledBy(graceNanos));
            }
        }
        Long death = killed.get(change.process());
        return death != null && from > death ? Long.MAX_VALUE : from;
    }
}
