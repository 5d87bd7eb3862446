package dev.larder.benchmarks.far;

import dev.larder.benchmarks.far.FarKind.Ports;
import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures what tags cost reads and stores in Redis, and writes the page. */
@Command(
        name = "tags",
        description = "What tags cost a read of Redis and a store there.",
        mixinStandardHelpOptions = true)
public final class TagsCommand implements Callable<Integer> {
    private static final List<FarKind> KINDS = List.of(FarKind.LARDER, FarKind.TAGGED, FarKind.TAGGED_OFTEN);

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        int rounds = run.rounds(7);
        int entries = run.size(1 << 14, 1 << 10);
        List<Race> races = new ArrayList<>();
        for (int threads : new int[] {1, 8}) {
            races.add(new Race(Operation.GET, threads, KINDS));
            races.add(new Race(Operation.GET_ALL, threads, KINDS));
            races.add(new Race(Operation.LOAD, threads, KINDS));
        }
        try (ServerProcess redis = ServerProcess.redis();
                Turns turns = new Turns(run, new Ports(redis.port(), 0), run.size(1_000, 100))) {
            turns.start(KINDS, entries);
            turns.run(races, rounds);
            return run.finish(page(entries, rounds, races, turns.results()), "tags");
        }
    }

    private Page page(int entries, int rounds, List<Race> races, Results results) {
        Page page = new Page("What tags cost", String.format("""
                Larder over Redis without a near tier: a cache that knows no tags, one whose entries have a tag each, and one \
                whose entries have five, of a hundred tags in all; none is invalidated meanwhile. Each is a process of its own \
                with %,d items; they take turns as in [far](far.md), %d rounds. "Times" is the speed as a multiple of the cache \
                without tags. A get that loads and stores reads a key that nobody has seen; its loader costs nothing, so \
                that the figure is what the tier costs: a look, a lease and a store.\
                """, entries, rounds));
        for (Race race : races) {
            page.section(
                    Character.toUpperCase(race.title().charAt(0)) + race.title().substring(1),
                    results.table(race, FarKind.LARDER));
        }
        List<String> versions = List.of(RunFacts.redisVersion(), RunFacts.version("Lettuce", RedisClient.class));
        return page.section("Run", RunFacts.of(run.command(), RunOptions.root(), versions));
    }
}
