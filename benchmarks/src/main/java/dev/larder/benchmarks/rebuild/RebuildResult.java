package dev.larder.benchmarks.rebuild;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Spread;
import dev.larder.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * All rounds of one tier stack. Immutable.
 *
 * @param where the stack, as tables name it
 * @param size how big it was
 * @param rounds one or more
 * @param neighbours what another process saw in each round; empty in process
 * @param generationBytes what one generation takes
 * @param peakBytes the most that was taken while two overlapped, over what an empty cache takes
 */
record RebuildResult(
        String where,
        RebuildSize size,
        List<RebuildRound> rounds,
        List<Neighbour.Report> neighbours,
        long generationBytes,
        long peakBytes) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MEBI = 1 << 20;
    private static final double MAX_SILENCE_MILLIS = 2_000;

    Table outcome() {
        Table table = new Table("Figure", where);
        table.row("Entries", Spread.number(size.entries()));
        table.row("Rebuild, s", spread(round -> round.report().duration().toMillis() / 1e3));
        table.row("Reads while it ran", spread(round -> round.during().reads));
        table.row("Collections while it ran, ms", spread(RebuildRound::collectionMillis));
        table.row("Misses caused by the switch", total(RebuildRound::misses));
        table.row("Stale reads after it returned", total(RebuildRound::stale));
        table.row("One generation, MiB", Spread.number(generationBytes / MEBI));
        table.row("Peak with two, MiB", Spread.number(peakBytes / MEBI));
        table.row("Peak / one generation", Spread.number((double) peakBytes / generationBytes));
        if (!neighbours.isEmpty()) {
            table.row(
                    "Neighbour's reads",
                    Spread.number(neighbours.stream()
                            .mapToDouble(Neighbour.Report::reads)
                            .sum()));
            table.row(
                    "Neighbour's misses",
                    neighbours.stream().mapToLong(Neighbour.Report::loads).sum());
            table.row(
                    "Neighbour's stale reads",
                    neighbours.stream().mapToLong(Neighbour.Report::stale).sum());
            table.row("The last of them after, ms", Spread.number(lastStaleMillis()));
        }
        return table;
    }

    Table latencies() {
        Table table = new Table(where, "Before", "While it ran", "After", "Added while it ran");
        row(table, "Call, median, µs", seen -> seen.calls, 50);
        row(table, "Call, p99, µs", seen -> seen.calls, 99);
        row(table, "Call, p99.9, µs", seen -> seen.calls, 99.9);
        row(table, "Call, longest, µs", seen -> seen.calls, 100);
        row(table, "Since due, median, µs", seen -> seen.sinceDue, 50);
        row(table, "Since due, p99, µs", seen -> seen.sinceDue, 99);
        row(table, "Since due, longest, µs", seen -> seen.sinceDue, 100);
        return table;
    }

    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim(
                where + ": the switch causes no miss (" + total(RebuildRound::misses) + ")",
                total(RebuildRound::misses) == 0));
        claims.add(new Claim(
                where + ": no read begun after it returned is stale (" + total(RebuildRound::stale) + ")",
                total(RebuildRound::stale) == 0));
        if (!neighbours.isEmpty()) {
            claims.add(new Claim(
                    where + ": another process is stale for maxSilence (2 s) at most ("
                            + Spread.number(lastStaleMillis()) + " ms), and misses nothing",
                    lastStaleMillis() <= MAX_SILENCE_MILLIS
                            && neighbours.stream().allMatch(report -> report.loads() == 0 && report.missing() == 0)));
        }
        return claims;
    }

    private double lastStaleMillis() {
        return neighbours.stream()
                .mapToDouble(Neighbour.Report::lastStaleMillis)
                .max()
                .orElse(0);
    }

    private void row(
            Table table, String title, java.util.function.Function<Readers.Seen, Histogram> which, double percentile) {
        ToDoubleFunction<Readers.Seen> micros =
                seen -> which.apply(seen).getValueAtPercentile(percentile) / NANOS_PER_MICRO;
        table.row(
                title,
                spread(round -> micros.applyAsDouble(round.quiet())),
                spread(round -> micros.applyAsDouble(round.during())),
                spread(round -> micros.applyAsDouble(round.after())),
                spread(round -> micros.applyAsDouble(round.during()) - micros.applyAsDouble(round.quiet())));
    }

    private String spread(ToDoubleFunction<RebuildRound> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).toArray()).text();
    }

    private long total(java.util.function.ToLongFunction<RebuildRound> figure) {
        return rounds.stream().mapToLong(figure).sum();
    }
}
