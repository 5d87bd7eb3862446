package dev.larder.coherence;

import dev.larder.coherence.Checker.Trouble;
import dev.larder.coherence.Event.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says which loads in a history break a promise. A pure function of the history.
 *
 * <p>G1: two loads of one key do not overlap, unless the key was invalidated between the beginning of the read that made
 * the first one and the beginning of the second: an invalidation ends leases.
 *
 * <p>G7: a key of the catalogue, which is only ever rebuilt, is not loaded after a rebuild: readers see the old generation
 * or the new one, and nothing between.
 *
 * <p>Of loads in time of trouble, and of those within a call that the tier did not answer, nothing is promised. What the
 * tier did not acknowledge may happen at any moment of the next {@code grace}.
 *
 * @param everything all trouble, of the server and of clients
 */
record LoadChecker(long graceNanos, List<Trouble> everything) {
    private static final int MOST_TOLD = 10;

    /** The first few violations, worded. */
    List<String> violations(List<Event> history) {
        Map<String, List<Event>> changes = byKey(history, Kind.INVALIDATED);
        List<String> found = new ArrayList<>();
        byKey(history, Kind.LOADED).forEach((key, loads) -> {
            List<Trouble> windows = Stream.concat(spoilt(changes.getOrDefault(key, List.of())), troubled())
                    .toList();
            boolean isRow = key.startsWith(Client.ROW);
            found.addAll(isRow ? gaps(loads, changes.getOrDefault(key, List.of()), windows) : doubles(loads, windows));
        });
        return found.stream().limit(MOST_TOLD).toList();
    }

    private static Map<String, List<Event>> byKey(List<Event> history, Kind kind) {
        return history.stream().filter(event -> event.kind() == kind).collect(Collectors.groupingBy(Event::key));
    }

    private Stream<Trouble> troubled() {
        return everything.stream()
                .map(each -> new Trouble(each.what(), each.start() - graceNanos, each.settledBy(graceNanos)));
    }

    /** When a key's changes may end leases. */
    private Stream<Trouble> spoilt(List<Event> changes) {
        return changes.stream()
                .map(each -> new Trouble(
                        "changed", each.start(), each.acknowledged() ? each.end() : each.end() + graceNanos));
    }

    private static List<String> doubles(List<Event> loads, List<Trouble> windows) {
        List<Event> inOrder = loads.stream()
                .filter(Event::acknowledged)
                .sorted(Comparator.comparingLong(Event::number))
                .toList();
        List<String> found = new ArrayList<>();
        for (int i = 1; i < inOrder.size(); i++) {
            Event one = inOrder.get(i - 1);
            Event other = inOrder.get(i);
            if (other.number() < one.end() && isCalm(windows, one.start(), other.number())) {
                found.add("G1: loaded twice at once: " + one + " and " + other);
            }
        }
        return found;
    }

    private List<String> gaps(List<Event> loads, List<Event> rebuilds, List<Trouble> windows) {
        List<String> found = new ArrayList<>();
        List<Trouble> away = windows.stream()
                .filter(window -> !window.what().equals("changed"))
                .toList();
        boolean allAcknowledged = rebuilds.stream().allMatch(Event::acknowledged);
        for (Event load : loads) {
            boolean isBroken = load.acknowledged()
                    && allAcknowledged
                    && rebuilds.stream()
                            .anyMatch(rebuild ->
                                    rebuild.end() < load.start() && isCalm(away, rebuild.start(), load.end()));
            if (isBroken) {
                found.add("G7: loaded after a rebuild: " + load);
            }
        }
        return found;
    }

    private static boolean isCalm(List<Trouble> windows, long from, long to) {
        return windows.stream().noneMatch(window -> window.start() <= to && window.end() >= from);
    }
}
