package dev.larder.coherence;

import java.util.List;

/**
 * What a {@link Client} is told when it starts. Immutable.
 *
 * @param process its name in the history
 * @param tiers URIs, nearest first
 * @param fault the name of a {@link PlantedFault}
 */
record Orders(
        String process,
        List<String> tiers,
        boolean keepsTags,
        int sourcePort,
        String history,
        long seed,
        String fault,
        Task task) {
    /** What it does. */
    enum Task {
        /** Reads and changes, at random, until it is told to end. */
        RACE,
        /** Reads each of many cold keys once. */
        HERD,
        /** Reads one cold key on very many threads, when it is told to. */
        CROWD
    }

    List<String> arguments() {
        return List.of(
                process,
                String.join(" ", tiers),
                Boolean.toString(keepsTags),
                Integer.toString(sourcePort),
                history,
                Long.toString(seed),
                fault,
                task.name());
    }

    static Orders parse(String... arguments) {
        return new Orders(
                arguments[0],
                List.of(arguments[1].split(" ", -1)),
                Boolean.parseBoolean(arguments[2]),
                Integer.parseInt(arguments[3]),
                arguments[4],
                Long.parseLong(arguments[5]),
                arguments[6],
                Task.valueOf(arguments[7]));
    }
}
