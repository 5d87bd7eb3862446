package dev.larder.benchmarks.server;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures {@code larder server} beside redis-server and memcached, and writes the page. */
@Command(
        name = "server",
        description = "larder server beside redis-server and memcached: processor time, waiting, memory, hits, start.",
        mixinStandardHelpOptions = true)
public final class ServerCommand implements Callable<Integer> {
    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--parts",
            split = ",",
            description = "Which: ${COMPLETION-CANDIDATES}. Default: all; HITS needs --trace.")
    private Set<Which> parts = EnumSet.allOf(Which.class);

    @Option(names = "--trace", arity = "1..*", split = ",", paramLabel = "FILE", description = "Recorded requests.")
    private List<Path> traces = List.of();

    /** What can be measured. */
    enum Which {
        REDIS,
        MEMCACHED,
        TAIL,
        MEMORY,
        GROWTH,
        HITS,
        START
    }

    @Override
    public Integer call() throws Exception {
        Page page = new Page("`larder server` beside Redis and memcached", """
                Servers are processes of their own, all of one machine, on loopback; what is compared runs by turns in one run. \
                On a machine with two processors the sender takes most of one, so operations a second say less than a \
                server's own processor time.\
                """);
        List<Claim> claims = new ArrayList<>();
        for (Which which : Which.values()) {
            if (parts.contains(which) && (which != Which.HITS || !traces.isEmpty())) {
                claims.addAll(part(which).measure(run, page));
            }
        }
        page.claims(claims);
        page.section(
                "Run",
                RunFacts.of(
                        run.command(),
                        RunOptions.root(),
                        List.of(RunFacts.redisVersion(), RunFacts.memcachedVersion())));
        return run.finish(page, "server");
    }

    private Part part(Which which) {
        return switch (which) {
            case REDIS -> new RedisSpeed();
            case MEMCACHED -> new MemcachedSpeed();
            case TAIL -> new Tail();
            case MEMORY -> new Memory();
            case GROWTH -> new Growth();
            case HITS -> new HitRatios(traces);
            case START -> new Start();
        };
    }
}
