package dev.larder.memcached;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The servers that were told steadily: one that is new joins when it was told {@value #TIMES_TO_JOIN} times in a row, one
 * that is missing leaves when it was missing {@value #TIMES_TO_LEAVE} times in a row. So an answer that lacks some, comes late
 * or is an older one moves no keys. The first answer is taken as it is. Not thread-safe.
 */
final class SteadyList {
    static final int TIMES_TO_JOIN = 2;
    static final int TIMES_TO_LEAVE = 3;

    private List<HostAndPort> servers = List.of();

    /** How often in a row each was told otherwise than it is here; as many as were told and are here, at most. */
    private Map<HostAndPort, Integer> otherwise = new HashMap<>();

    /** Takes an answer, which is not empty; whether the list is another one now. */
    boolean tell(List<HostAndPort> told) {
        if (servers.isEmpty()) {
            servers = sorted(told);
            return true;
        }
        Map<HostAndPort, Integer> counts = new HashMap<>();
        List<HostAndPort> next = new ArrayList<>();
        for (HostAndPort server : servers) {
            if (told.contains(server) || count(counts, server) < TIMES_TO_LEAVE) {
                next.add(server);
            }
        }
        for (HostAndPort server : told) {
            if (!servers.contains(server) && count(counts, server) >= TIMES_TO_JOIN) {
                next.add(server);
            }
        }
        counts.keySet().removeIf(server -> servers.contains(server) != next.contains(server)); // settled
        otherwise = counts;
        List<HostAndPort> changed =
                next.isEmpty() ? servers : sorted(next); // others are told each time: no list at all
        boolean isOther = !changed.equals(servers);
        servers = changed;
        return isOther;
    }

    private static List<HostAndPort> sorted(List<HostAndPort> list) {
        return list.stream().sorted(Comparator.comparing(HostAndPort::toString)).toList();
    }

    private int count(Map<HostAndPort, Integer> counts, HostAndPort server) {
        return counts.merge(server, otherwise.getOrDefault(server, 0) + 1, Integer::sum);
    }

    /** The list; empty before the first answer. */
    List<HostAndPort> servers() {
        return servers;
    }
}
