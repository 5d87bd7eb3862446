package dev.larder.testkit;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The seed of a random test: drawn anew for each run, or taken from the system property {@value #PROPERTY} to run a
 * failure again. It is printed when it is drawn. Immutable.
 *
 * @param value the seed itself
 */
public record Seed(long value) {
    /** The system property that sets the seed of every random test of a run. */
    public static final String PROPERTY = "larder.seed";

    /** The seed of the test called {@code test}, printed to standard output with the way to use it again. */
    public static Seed of(String test) {
        Long given = Long.getLong(PROPERTY);
        Seed seed = new Seed(given != null ? given : ThreadLocalRandom.current().nextLong());
        System.out.println(test + ": seed " + seed.value + " (again with -D" + PROPERTY + "=" + seed.value + ")");
        return seed;
    }

    /** A generator for one thread of the test; each {@code stream} has its own sequence. */
    public RandomGenerator generator(int stream) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(value + stream * 0x9E3779B97F4A7C15L);
    }

    @Override
    public String toString() {
        return "seed " + value;
    }
}
