package dev.larder.benchmarks.jmh;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures one near hit beside Caffeine's and a plain map's, and writes the page. */
@Command(
        name = "near-hit",
        description = "One hit in process, beside Caffeine and ConcurrentHashMap (JMH).",
        mixinStandardHelpOptions = true)
public final class NearHitCommand implements Callable<Integer> {
    private static final List<PeerKind> PEERS =
            List.of(PeerKind.LARDER, PeerKind.CAFFEINE, PeerKind.CAFFEINE_EXPIRING, PeerKind.MAP);

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException, RunnerException {
        int rounds = run.rounds(7);
        Map<String, Hits> conditions = new LinkedHashMap<>();
        List<Contest> contests = new ArrayList<>();
        for (int entries : run.quick() ? new int[] {1 << 14} : new int[] {1 << 14, 1 << 20}) {
            for (int threads = 1; threads <= 2; threads++) {
                String title = String.format("%,d entries, %d thread%s", entries, threads, threads == 1 ? "" : "s");
                Hits hits = new Hits(PEERS, entries, 2 * entries, 0, HitBenchmark.Draw.ZIPF);
                conditions.put(title, hits);
                contests.add(hits.contest(title, threads));
            }
        }
        List<Sample> samples = new TurnTaking(run, rounds, Hits.SLICES).run(contests);
        return run.finish(page(rounds, conditions, samples), "near-hit");
    }

    private Page page(int rounds, Map<String, Hits> conditions, List<Sample> samples) {
        Page page = new Page(
                "Near hit: one get in process",
                "`Cache.get` with everything on (statistics, jittered expiry, staleWhileRevalidate, staleIfError), beside"
                        + " Caffeine's `getIfPresent`, bare and with `expireAfterWrite` and `recordStats`, and"
                        + " `ConcurrentHashMap.get`, which is no cache but the floor. Keys are mixed 64-bit numbers, read"
                        + " by Zipf 0.99 as objects of their own; every read hits, or the run fails. In each of "
                        + rounds + " rounds every contender runs in a fork of its own, one after another; figures are"
                        + " medians over rounds with the range in brackets, ratios are taken within a round. Time is"
                        + " that of one call as its thread sees it; CPU is the whole process's processor time, so that"
                        + " work on other threads counts. More than 1 in \"times Larder's\" means that Larder is quicker.");
        conditions.forEach((title, hits) -> page.section(title, hits.table(title, new Ratios(title, samples))));
        List<String> versions = List.of(
                RunFacts.version("Caffeine", Caffeine.class), RunFacts.version("JMH", org.openjdk.jmh.Main.class));
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), versions));
    }
}
