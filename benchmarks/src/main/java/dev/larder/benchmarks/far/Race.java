package dev.larder.benchmarks.far;

import java.util.List;

/**
 * One operation by some threads, done by several contenders in turns. Immutable.
 *
 * @param operation what is done
 * @param threads by how many threads in each process
 * @param kinds who takes part
 */
record Race(Operation operation, int threads, List<FarKind> kinds) {
    Race {
        kinds = List.copyOf(kinds);
    }

    String title() {
        return operation.title() + ", " + threads + " thread" + (threads == 1 ? "" : "s");
    }
}
