package dev.larder.coherence;

import java.util.List;

/**
 * What a {@link Client} is told when it starts. Immutable.
 *
 * @param process its name in the history
 * @param tiers URIs, nearest first
 * @param fault the name of a {@link PlantedFault}
 * @param herd whether it only reads each of many cold keys once
 */
record Orders(
        String process, List<String> tiers, int sourcePort, String history, long seed, String fault, boolean herd) {
    List<String> arguments() {
        return List.of(
                process,
                String.join(" ", tiers),
                Integer.toString(sourcePort),
                history,
                Long.toString(seed),
                fault,
                Boolean.toString(herd));
    }

    static Orders parse(String... arguments) {
        return new Orders(
                arguments[0],
                List.of(arguments[1].split(" ", -1)),
                Integer.parseInt(arguments[2]),
                arguments[3],
                Long.parseLong(arguments[4]),
                arguments[5],
                Boolean.parseBoolean(arguments[6]));
    }
}
