package dev.larder.benchmarks.outage;

import dev.larder.benchmarks.outage.Tally.Field;
import dev.larder.benchmarks.outage.Tally.Span;
import dev.larder.benchmarks.process.ChildJvm;
import dev.larder.benchmarks.process.MachineTicker;
import dev.larder.benchmarks.process.TierServer;
import dev.larder.benchmarks.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one round of a scene found. Immutable.
 *
 * @param tally of all processes
 * @param queries for each tenth of a second, those that had begun since the start
 * @param before the last seconds before the failure
 * @param down from the failure until the tier was back
 * @param after from there to the end
 * @param mostAtOnce the most queries that ran at once while it was down
 */
record Outage(Tally tally, List<Long> queries, Span before, Span down, Span after, long mostAtOnce) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> JVM_OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");
    private static final int STEADY_BUCKETS = 10;
    private static final double NORMAL = 2;
    private static final double FEW_PER_SECOND = 20;

    /** How long each part of a round takes. */
    record Times(int warmUpSeconds, int beforeSeconds, int downSeconds, int afterSeconds) {}

    static Outage measure(Scene scene, Times times) throws IOException, InterruptedException {
        Path file = Files.createTempFile("larder-bench-outage", ".ledger");
        try (TierServer server = scene.start();
                Ledger ledger = new Ledger(file, OutageMember.QUERY_NANOS)) {
            List<ChildJvm> members = new ArrayList<>();
            try {
                for (int number = 0; number < OutageMember.PROCESSES; number++) {
                    List<String> arguments = List.of(server.uri(), file.toString(), String.valueOf(number));
                    members.add(ChildJvm.start("member-" + number, OutageMember.class, JVM_OPTIONS, arguments));
                }
                for (ChildJvm member : members) {
                    member.await("ready", PATIENCE);
                }
                return new Course(server, ledger, members).run(times);
            } finally {
                members.forEach(ChildJvm::close);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The run of one round. */
    private static final class Course {
        private final TierServer server;
        private final Ledger ledger;
        private final List<ChildJvm> members;
        private final MachineTicker ticker = new MachineTicker();
        private final List<Long> queries = new ArrayList<>();
        private long start;

        Course(TierServer server, Ledger ledger, List<ChildJvm> members) {
            this.server = server;
            this.ledger = ledger;
            this.members = members;
        }

        Outage run(Times times) throws IOException, InterruptedException {
            start = ticker.nanos();
            for (ChildJvm member : members) {
                member.send("go " + start);
            }
            watch(times.warmUpSeconds() + times.beforeSeconds());
            long failed = ticker.nanos() - start;
            Span before =
                    new Span(failed - Duration.ofSeconds(times.beforeSeconds()).toNanos(), failed);
            ledger.forgetMost();
            server.fail();
            watch(times.downSeconds());
            long most = ledger.most();
            server.heal();
            long healed = ticker.nanos() - start;
            watch(times.afterSeconds());
            Span after = new Span(healed, ticker.nanos() - start);
            Tally all = new Tally();
            for (ChildJvm member : members) {
                member.send("stop");
                for (Field field : Field.values()) {
                    all.add(field, member.await(field.name(), PATIENCE));
                }
            }
            return new Outage(all, queries, before, new Span(failed, healed), after, most);
        }

        /** Notes the queries at the end of each tenth of a second, until some seconds have passed. */
        private void watch(int seconds) {
            long end = ticker.nanos() + Duration.ofSeconds(seconds).toNanos();
            while (ticker.nanos() < end) {
                note();
                Waiting.until(ticker, Math.min(end, start + (queries.size() + 1) * Tally.BUCKET_NANOS));
            }
            note();
        }

        private void note() {
            while (queries.size() < (ticker.nanos() - start) / Tally.BUCKET_NANOS) {
                queries.add(ledger.queries());
            }
        }
    }

    /** Queries in a second, over a span. */
    double queriesPerSecond(Span span) {
        return (queriesAt(span.to()) - queriesAt(span.from())) / span.seconds();
    }

    /** The same in the busiest second of it. */
    double busiestSecond(Span span) {
        double most = 0;
        for (long from = span.from(); from + 1_000_000_000 <= span.to(); from += Tally.BUCKET_NANOS) {
            most = Math.max(most, queriesAt(from + 1_000_000_000) - queriesAt(from));
        }
        return most;
    }

    /**
     * Seconds from the tier's return until there were, for a second, no more than twice as many queries as before; {@code
     * NaN} where that did not come.
     */
    double secondsToNormal() {
        double normal = NORMAL * queriesPerSecond(before) + FEW_PER_SECOND;
        long second = STEADY_BUCKETS * Tally.BUCKET_NANOS;
        for (long from = after.from(); from + second <= after.to(); from += Tally.BUCKET_NANOS) {
            if (queriesAt(from + second) - queriesAt(from) <= normal) {
                return (from - after.from()) / 1e9;
            }
        }
        return Double.NaN;
    }

    long sum(Field field) {
        return tally.sum(field, new Span(0, after.to()));
    }

    private double queriesAt(long nanos) {
        int index = Math.clamp(nanos / Tally.BUCKET_NANOS - 1, 0, queries.size() - 1);
        return queries.get(index);
    }
}
