package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.report.Spread;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The figures of one contest, from its samples; contenders go by their titles. Immutable. */
public final class Ratios {
    private final List<Sample> samples;

    public Ratios(String contest, List<Sample> all) {
        this.samples =
                all.stream().filter(sample -> sample.contest().equals(contest)).toList();
    }

    /** Whether {@code contender} took part. */
    public boolean has(String contender) {
        return samples.stream().anyMatch(sample -> sample.contender().equals(contender));
    }

    /** One figure of one contender, over its rounds. */
    public Spread of(String contender, ToDoubleFunction<Sample> figure) {
        return Spread.of(samples.stream()
                .filter(sample -> sample.contender().equals(contender))
                .mapToDouble(figure)
                .toArray());
    }

    /** How many times the {@code base}'s figure that of {@code contender} is, taken within rounds, over all rounds of both. */
    public Spread ratio(String contender, String base, ToDoubleFunction<Sample> figure) {
        Map<Integer, Sample> bases = samples.stream()
                .filter(sample -> sample.contender().equals(base))
                .collect(Collectors.toMap(Sample::round, Function.identity()));
        return Spread.of(samples.stream()
                .filter(sample -> sample.contender().equals(contender))
                .filter(sample -> bases.containsKey(sample.round()))
                .mapToDouble(sample -> figure.applyAsDouble(sample) / figure.applyAsDouble(bases.get(sample.round())))
                .toArray());
    }
}
