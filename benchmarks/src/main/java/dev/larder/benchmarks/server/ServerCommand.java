package dev.larder.benchmarks.server;

import dev.larder.benchmarks.report.Claim;
import dev.larder.benchmarks.report.Page;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures {@code larder server} beside redis-server and memcached, and writes the page. */
@Command(
        name = "server",
        description = "larder server beside redis-server and memcached: processor time, waiting, memory, hits, start.",
        mixinStandardHelpOptions = true)
public final class ServerCommand implements Callable<Integer> {
    private static final String MAIN_PAGE = "server";
    private static final String SOAK_PAGE = "server-soak";

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(
            names = "--parts",
            split = ",",
            description = "Which: ${COMPLETION-CANDIDATES}. Default: all but SOAK; HITS needs --trace.")
    private Set<Which> parts = EnumSet.complementOf(EnumSet.of(Which.SOAK));

    @Option(names = "--trace", arity = "1..*", split = ",", paramLabel = "FILE", description = "Recorded requests.")
    private List<Path> traces = List.of();

    @Option(names = "--minutes", description = "How long SOAK takes. Default: ${DEFAULT-VALUE}.")
    private double minutes = 60;

    /** What can be measured, and the page that it is on. */
    enum Which {
        REDIS(MAIN_PAGE),
        MEMCACHED(MAIN_PAGE),
        TAIL(MAIN_PAGE),
        MEMORY(MAIN_PAGE),
        START(MAIN_PAGE),
        GROWTH("server-growth"),
        HITS("server-hits"),
        SOAK(SOAK_PAGE);

        private final String page;

        Which(String page) {
            this.page = page;
        }
    }

    @Override
    public Integer call() throws Exception {
        if (parts.contains(Which.HITS) && traces.isEmpty()) {
            run.progress("HITS is left out: it needs --trace");
        }
        Map<String, List<Which>> pages = parts.stream()
                .filter(which -> which != Which.HITS || !traces.isEmpty())
                .sorted()
                .collect(Collectors.groupingBy(which -> which.page, LinkedHashMap::new, Collectors.toList()));
        int worst = 0;
        for (Map.Entry<String, List<Which>> each : pages.entrySet()) {
            worst = Math.max(worst, page(each.getKey(), each.getValue()));
        }
        return worst;
    }

    private int page(String name, List<Which> of) throws Exception {
        Page page = name.equals(SOAK_PAGE) ? soakPage() : comparison();
        List<Claim> claims = new ArrayList<>();
        for (Which which : of) {
            claims.addAll(part(which).measure(run, page));
        }
        if (!claims.isEmpty()) {
            page.claims(claims);
        }
        page.section(
                "Run",
                RunFacts.of(
                        run.command(),
                        RunOptions.root(),
                        List.of(RunFacts.redisVersion(), RunFacts.memcachedVersion())));
        return run.finish(page, name);
    }

    private static Page comparison() {
        return new Page("`larder server` beside Redis and memcached", """
                Servers are processes of their own, all of one machine, on loopback; what is compared runs by turns in one run. \
                On a machine with two processors the sender takes most of one, so operations a second say less than a \
                server's own processor time.\
                """);
    }

    private static Page soakPage() {
        return new Page("`larder server` under load for an hour", """
                Whether a server that evicts all the time keeps the memory that it has: no growth, no errors, whatever comes.\
                """);
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
            case SOAK -> new Soak(minutes);
        };
    }
}
