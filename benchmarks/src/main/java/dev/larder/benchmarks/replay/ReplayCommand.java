package dev.larder.benchmarks.replay;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.report.RunFacts;
import dev.larder.benchmarks.report.RunOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays traces through real caches and prints how often each hit, as comma-separated values. */
@Command(
        name = "replay",
        description = {
            "Replays recorded requests through real caches and prints their hit ratios, in percent, as CSV.",
            "A trace has one request a line: the key, a decimal number of 64 bits; more after a comma is ignored. Names"
                    + " that end in .gz are unpacked."
        },
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--trace", arity = "1..*", split = ",", required = true, paramLabel = "FILE")
    private List<Path> files = List.of();

    @Option(
            names = "--sizes",
            arity = "1..*",
            split = ",",
            required = true,
            paramLabel = "N",
            converter = CacheSize.Converter.class,
            description = "Bounds of the caches: entries (1000), or shares of a trace's different keys (2.5%%).")
    private List<CacheSize> sizes = List.of();

    @Option(
            names = "--policies",
            arity = "1..*",
            split = ",",
            paramLabel = "NAME",
            description =
                    "larder, caffeine, cache2k, guava, lru (exact), or a policy of Larder's: s3-fifo, allkeys-lfu …"
                            + " Default: larder,caffeine.")
    private List<String> policies = List.of("larder", "caffeine");

    @Option(
            names = "--rounds",
            defaultValue = "1",
            description = "How often to replay each; the means are printed. Caffeine's hits differ from run to run.")
    private int rounds;

    @Option(names = "--page", description = "Also write docs/measurements/hit-ratios.md; needs caffeine.")
    private boolean page;

    @Override
    public Integer call() throws IOException {
        refuseWhatCannotBe();
        PrintWriter out = spec.commandLine().getOut();
        out.println(Outcome.CSV_HEADER);
        List<Outcome> outcomes = new ArrayList<>();
        for (Path file : files) {
            Trace trace = Trace.read(file);
            long differentKeys = trace.differentKeys();
            for (CacheSize size : sizes) {
                for (String policy : policies) {
                    Outcome outcome = Outcome.of(trace, policy, size.entries(differentKeys), rounds);
                    outcomes.add(outcome);
                    out.println(outcome.csv());
                    out.flush();
                }
            }
        }
        return page ? writePage(outcomes) : 0;
    }

    private void refuseWhatCannotBe() {
        List<String> known = ReplayedCache.names();
        for (String policy : policies) {
            if (!known.contains(policy)) {
                throw wrong("--policies must be among " + String.join(", ", known) + " but was '" + policy + "'");
            }
        }
        if (rounds < 1) {
            throw wrong("--rounds must be >= 1 but was " + rounds);
        }
        if (page && !(policies.contains("larder") && policies.contains("caffeine"))) {
            throw wrong("--page compares larder with caffeine: --policies must name both");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int writePage(List<Outcome> outcomes) throws IOException {
        Path root = RunOptions.root();
        String command = "bin/bench replay --trace <the files named above> --sizes "
                + String.join(",", sizes.stream().map(CacheSize::toString).toList()) + " --policies "
                + String.join(",", policies) + " --rounds " + rounds + " --page";
        String facts = RunFacts.of(
                command,
                root,
                List.of(
                        RunFacts.version("Caffeine", Caffeine.class),
                        RunFacts.version("cache2k", org.cache2k.Cache.class),
                        RunFacts.version("Guava", com.google.common.cache.Cache.class)));
        return new HitRatioPage(outcomes, policies, rounds).write(root.resolve("docs/measurements"), facts) ? 0 : 1;
    }
}
