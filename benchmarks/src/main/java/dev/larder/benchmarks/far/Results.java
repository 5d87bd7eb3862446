package dev.larder.benchmarks.far;

import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The slices of all races, each contender's in the order of the rounds, and the reads that Redis counted for each operation.
 */
record Results(Map<Race, Map<FarKind, List<Slice>>> slices, Map<Race, Map<FarKind, List<Double>>> redisReads) {

    /** One figure of one contender, over the rounds. */
    Spread of(Race race, FarKind kind, ToDoubleFunction<Slice> figure) {
        return Spread.of(all(race, kind).stream().mapToDouble(figure).toArray());
    }

    /** How many times as many operations {@code kind} did as {@code base}, taken within rounds. */
    Spread timesTheSpeed(Race race, FarKind kind, FarKind base) {
        List<Slice> own = all(race, kind);
        List<Slice> bases = all(race, base);
        double[] ratios = new double[own.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = own.get(round).perSecond() / bases.get(round).perSecond();
        }
        return Spread.of(ratios);
    }

    /** Commands of Redis that read, for each operation. */
    Spread redisReads(Race race, FarKind kind) {
        return Spread.of(redisReads.getOrDefault(race, Map.of()).getOrDefault(kind, List.of()));
    }

    /** All contenders of a race that read {@code base}'s server, with the speed of each as a multiple of the base's. */
    Table table(Race race, FarKind base) {
        Table table = new Table(
                race.title(),
                "per second",
                "times " + base.title(),
                "median, µs",
                "p99, µs",
                "CPU, µs",
                "allocated, kB");
        for (FarKind kind : race.kinds()) {
            if (kind.server().equals(base.server())) {
                table.row(
                        kind.title(),
                        of(race, kind, Slice::perSecond).text(),
                        timesTheSpeed(race, kind, base).text(),
                        of(race, kind, Slice::p50Micros).text(),
                        of(race, kind, Slice::p99Micros).text(),
                        of(race, kind, Slice::cpuMicros).text(),
                        of(race, kind, Slice::allocatedKilobytes).text());
            }
        }
        return table;
    }

    private List<Slice> all(Race race, FarKind kind) {
        return slices.getOrDefault(race, Map.of()).getOrDefault(kind, List.of());
    }
}
