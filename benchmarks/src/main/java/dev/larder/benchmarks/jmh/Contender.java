package dev.larder.benchmarks.jmh;

import java.util.Map;

/**
 * One that takes part in a {@link Contest}. Immutable.
 *
 * @param title as tables name it
 * @param params of the benchmark, for its fork
 * @param rounds it takes part in so many rounds, the first ones: a reference needs fewer than a rival
 */
public record Contender(String title, Map<String, String> params, int rounds) {
    public Contender {
        params = Map.copyOf(params);
    }

    /** One that takes part in every round. */
    public Contender(String title, Map<String, String> params) {
        this(title, params, Integer.MAX_VALUE);
    }
}
